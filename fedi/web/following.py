"""The follow button: for teachers of this school, and for visitors who have their account elsewhere."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fedi import render
from fedi.actions import follows, profiles
from fedi.errors import FediError
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.outbound import subscribe
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled, submitted
from fedi.web.visit import anyone, read, see_other, teachers, words, write

MAX_ADDRESS = 500


@teachers
async def follow(request: Request, me: SignedIn) -> Response:
    """The button."""
    await submitted(request)
    return see_other(render.profile_path(await write(request, _follow, me.actor, request.path_params["name"])))


async def _follow(tx: Transaction, me: Actor, handle: str) -> Actor:
    person = await profiles.by_handle(tx, handle)
    await follows.follow(tx, me, person)
    return person


@teachers
async def unfollow(request: Request, me: SignedIn) -> Response:
    """The same button, pressed again."""
    await submitted(request)
    return see_other(render.profile_path(await write(request, _unfollow, me.actor, request.path_params["name"])))


async def _unfollow(tx: Transaction, me: Actor, handle: str) -> Actor:
    person = await profiles.by_handle(tx, handle)
    await follows.unfollow(tx, me, person)
    return person


@anyone
async def from_elsewhere(request: Request) -> Response:
    """What a stranger gets: a question for her own address, which sends her on to her server."""
    person = await read(request, profiles.by_handle, request.path_params["name"])
    if render.reader(request).actor is not None or not person.local:
        return see_other(render.profile_path(person))
    form = filled(**{"from": request.query_params.get("from", "")[:MAX_ADDRESS]})
    if form.value("from"):
        address = await _subscribe_address(request, person, form)
        if address is not None:
            return RedirectResponse(address, 303)
    return render.page(request, "pages/follow.html", person=person, form=form, submits_elsewhere=True)


async def _subscribe_address(request: Request, person: Actor, form: Form) -> str | None:
    instance, client = request.state.instance, request.state.client
    try:
        return await subscribe.address(instance, client, form.value("from"), person.uri)
    except FediError:
        _ = words(request)
        form.fail("from", _("That server was not found. Write your address like @aigul@school.kz."))
        return None

"""Following: the button, for teachers of this school and for visitors who have their account elsewhere, and the lists
of who follows whom.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fedi import render
from fedi.actions import follows, profiles
from fedi.errors import FediError
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.follows import FollowView
from fedi.models.paging import Page
from fedi.outbound import subscribe
from fedi.store import follows as stored_follows
from fedi.store.database import Transaction
from fedi.web import lists
from fedi.web.forms import Form, filled, submitted
from fedi.web.visit import anyone, read, see_other, teachers, words, write

Change = Callable[[Transaction, Actor, Actor], Awaitable[object]]
PageOfPeople = Callable[[Transaction, int, Page], Awaitable[list[FollowView]]]

MAX_ADDRESS = 500


@teachers
async def follow(request: Request, me: SignedIn) -> Response:
    """The button."""
    return await _press(request, me, follows.follow)


@teachers
async def unfollow(request: Request, me: SignedIn) -> Response:
    """The same button, pressed again."""
    return await _press(request, me, follows.unfollow)


async def _press(request: Request, me: SignedIn, change: Change) -> Response:
    await submitted(request)
    return see_other(render.profile_path(await write(request, _changed, me.actor, request.path_params["name"], change)))


async def _changed(tx: Transaction, me: Actor, handle: str, change: Change) -> Actor:
    person = await profiles.by_handle(tx, handle)
    await change(tx, me, person)
    return person


@anyone
async def followers(request: Request) -> Response:
    """`/@name/followers`: who reads her."""
    return await _list(request, "followers", stored_follows.follower_page)


@anyone
async def followed(request: Request) -> Response:
    """`/@name/following`: whom she reads."""
    return await _list(request, "following", stored_follows.following_page)


async def _list(request: Request, which: str, people: PageOfPeople) -> Response:
    viewer = render.reader(request).actor
    person, found = await read(request, _people, viewer, request.path_params["name"], people, lists.asked(request))
    if not person.local:  # of somebody elsewhere we know a part only
        return see_other(render.profile_path(person))
    return render.page(
        request,
        "pages/people.html",
        person=person,
        which=which,
        hidden=not profiles.shows_follows(person, viewer),
        people=[view.actor for view in found if not view.actor.gone],
        next=lists.older(request, [view.follow.id for view in found]),
    )


async def _people(
    tx: Transaction, viewer: Actor | None, handle: str, people: PageOfPeople, page: Page
) -> tuple[Actor, list[FollowView]]:
    person = await profiles.by_handle(tx, handle)
    return person, await people(tx, person.id, page) if profiles.shows_follows(person, viewer) else []


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

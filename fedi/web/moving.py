"""Moving an account to another server, and naming the accounts one comes from."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import moves
from fedi.auth import enrolment
from fedi.errors import Conflict, FediError, Invalid, NotFound
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.outbound import resolver
from fedi.store import actors
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import address_of, count_news, read, see_other, teachers, words, write

MAX_ADDRESS = 500


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/settings/move`."""
    await count_news(request)
    return await _page(request, me)


async def _page(request: Request, me: SignedIn, **sent: Form) -> Response:
    named = [*me.actor.also_known_as, *filter(None, [me.actor.moved_to])]
    known = await read(request, actors.by_uris, named) if named else []
    forms = {"alias": filled(), "moving": filled(), **sent}
    for name, form in forms.items():
        form.prefix = name
    return render.page(
        request,
        "pages/moving.html",
        status=422 if sent else 200,
        me=me,
        known={actor.uri: actor for actor in known},
        saved="saved" in request.query_params,
        alias=forms["alias"],
        moving=forms["moving"],
    )


@teachers
async def add_alias(request: Request, me: SignedIn) -> Response:
    """Another account of hers, from which she may move to this one."""
    form = await submitted(request)
    other = await _found(request, form, "address")
    if other is None:
        return await _page(request, me, alias=form)
    try:
        await write(request, moves.add_alias, me.actor, other)
    except Invalid as error:
        return await _page(request, me, alias=translated(request, form, error))
    return see_other("/settings/move?saved=1")


@teachers
async def remove_alias(request: Request, me: SignedIn) -> Response:
    """... is hers no longer."""
    form = await submitted(request)
    await write(request, moves.remove_alias, me.actor, form.value("uri"))
    return see_other("/settings/move?saved=1")


@teachers
async def move(request: Request, me: SignedIn) -> Response:
    """Go on at another account; the password is asked for, since this is hard to take back."""
    form = await submitted(request)
    try:
        await enrolment.confirm(request.state.instance, me, form.value("current_password"), address_of(request))
    except Invalid as error:
        return await _page(request, me, moving=translated(request, form, error))
    target = await _found(request, form, "target")
    if target is None or not await _moved(request, me, target, form):
        return await _page(request, me, moving=form)
    return see_other("/settings/move?saved=1")


async def _moved(request: Request, me: SignedIn, target: Actor, form: Form) -> bool:
    _ = words(request)
    try:
        await write(request, moves.move, me.actor, target)
    except (Invalid, NotFound):
        form.fail("target", _("That account does not name yours among its other accounts yet, or has moved on itself."))
    except Conflict:
        form.fail("target", _("You moved less than a week ago."))
    return not form.errors


@teachers
async def stay(request: Request, me: SignedIn) -> Response:
    """Take the move back."""
    await submitted(request)
    await write(request, moves.stay, me.actor)
    return see_other("/settings/move?saved=1")


async def _found(request: Request, form: Form, name: str) -> Actor | None:
    """The account under the typed address, as it is just now; the form says so if there is none."""
    instance, client = request.state.instance, request.state.client
    try:
        found = await resolver.lookup(instance, client, form.value(name).strip()[:MAX_ADDRESS])
        if isinstance(found, Actor):
            return await resolver.actor(instance, client, found.uri, refresh=True)
    except FediError:
        pass
    _ = words(request)
    form.fail(name, _("That account was not found. Write it like @aigul@school.kz."))
    return None

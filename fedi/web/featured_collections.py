"""Collections of people: a teacher's own, the page of each, and taking oneself out of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import featured_collections, featuring, profiles
from fedi.activitypub.featured_collections import Place
from fedi.errors import FediError, Forbidden, Invalid, NotFound
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.featured_collections import CollectionChange, FeaturedCollection
from fedi.store import actors
from fedi.store import featured_collections as stored
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import anyone, read, see_other, teachers, words, write


@dataclass(frozen=True, slots=True)
class _Collection:
    made: FeaturedCollection
    owner: Actor
    places: list[Place]


# --- one --------------------------------------------------------------------------------------------


@anyone
async def page(request: Request) -> Response:
    """`/collections/<id>`: who stands in it, and whose it is."""
    return await _page(request, request.path_params["id"], Form())


async def _page(request: Request, collection_id: int, adding: Form) -> Response:
    shown = await read(request, _shown, render.reader(request).actor, collection_id)
    return render.page(
        request,
        "pages/collection.html",
        status=422 if adding.errors else 200,
        made=shown.made,
        owner=shown.owner,
        places=shown.places,
        form=adding,
    )


async def _shown(tx: Transaction, viewer: Actor | None, collection_id: int) -> _Collection:
    made = await featured_collections.seen(tx, viewer, collection_id)
    owner = await actors.by_id(tx, made.actor_id)
    if owner is None:
        raise NotFound("There is no such collection")
    return _Collection(made, owner, await featured_collections.shown(tx, made, viewer))


@teachers
async def add(request: Request, me: SignedIn) -> Response:
    """Somebody is to be shown: `who` is her name or address."""
    form, collection_id = await submitted(request), request.path_params["id"]
    try:
        await write(request, _add, me.actor, collection_id, form.value("who").strip().removeprefix("@"))
    except FediError as error:
        form.fail("who", _why_not(request, error))
        return await _page(request, collection_id, form)
    return see_other(f"/collections/{collection_id}")


async def _add(tx: Transaction, me: Actor, collection_id: int, handle: str) -> None:
    made = await featured_collections.own(tx, me, collection_id)
    await featured_collections.add(tx, me, made.id, (await profiles.by_handle(tx, handle)).id)


def _why_not(request: Request, error: FediError) -> str:
    _ = words(request)
    if isinstance(error, Forbidden):
        return _("This person does not want to be shown in collections, or their server knows none.")
    if isinstance(error, Invalid):
        return _("This person is in it already or has left it, or it is full: 25 people fit in.")
    return _("This person is not known here. Look the person up first.")


def _button(
    change: Callable[[Transaction, Actor, int, int], Awaitable[None]],
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a button beside somebody: it acts, and returns to the collection."""

    @teachers
    async def endpoint(request: Request, me: SignedIn) -> Response:
        await submitted(request)
        collection_id = request.path_params["id"]
        await write(request, change, me.actor, collection_id, request.path_params["item"])
        return see_other(f"/collections/{collection_id}")

    return endpoint


remove, leave = _button(featured_collections.remove), _button(featuring.revoke)
"""The owner's beside everybody, and everybody's own beside herself."""


# --- one's own --------------------------------------------------------------------------------------


@teachers
async def own(request: Request, me: SignedIn) -> Response:
    """`/collections`: hers, those in which she is shown, and a form for a new one."""
    if request.method == "GET":
        return await _own(request, me, filled(discoverable=True))
    form = await submitted(request)
    try:
        made = await write(request, featured_collections.create, me.actor, _asked(form), [])
    except Invalid as error:
        return await _own(request, me, translated(request, form, error))
    return see_other(f"/collections/{made.id}")


async def _own(request: Request, me: SignedIn, form: Form) -> Response:
    made, shown_in = await read(request, _lists, me.actor)
    return render.page(
        request,
        "pages/collections.html",
        status=422 if form.errors else 200,
        form=form,
        made=made,
        shown_in=shown_in,
        most=featured_collections.MOST,
    )


async def _lists(tx: Transaction, me: Actor) -> tuple[list[FeaturedCollection], list[FeaturedCollection]]:
    made = await stored.of_actor(tx, me.id, listed=False, limit=featured_collections.MOST)
    return made, await stored.with_person(tx, me.id, limit=100, offset=0)


def _asked(form: Form) -> CollectionChange:
    return CollectionChange(
        name=form.value("title"),
        description=form.value("description"),
        tag=form.value("tag_name"),
        discoverable=bool(form.value("discoverable")),
    )


@teachers
async def edit(request: Request, me: SignedIn) -> Response:
    """`/collections/<id>/edit`: what it is called and says."""
    made = await read(request, featured_collections.own, me.actor, request.path_params["id"])
    if request.method == "GET":
        return _editing(request, made, _filled(made))
    form = await submitted(request)
    try:
        await write(request, featured_collections.change, me.actor, made.id, _asked(form))
    except Invalid as error:
        return _editing(request, made, translated(request, form, error))
    return see_other(f"/collections/{made.id}")


def _editing(request: Request, made: FeaturedCollection, form: Form) -> Response:
    return render.page(request, "pages/collection_form.html", status=422 if form.errors else 200, form=form, made=made)


def _filled(made: FeaturedCollection) -> Form:
    return filled(title=made.name, description=made.description, tag_name=made.tag, discoverable=made.discoverable)


@teachers
async def delete(request: Request, me: SignedIn) -> Response:
    """It is given up, once she has said that she is sure."""
    form = await submitted(request)
    made = await read(request, featured_collections.own, me.actor, request.path_params["id"])
    if not form.value("sure"):
        return _editing(request, made, translated(request, _filled(made), Invalid("Not sure", "sure")))
    await write(request, featured_collections.delete, me.actor, made.id)
    return see_other("/collections")

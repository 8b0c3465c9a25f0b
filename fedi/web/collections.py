"""Collections of people: their page, and taking oneself out of one. They are made by programs."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import featured_collections, featuring
from fedi.activitypub.featured_collections import Place
from fedi.errors import NotFound
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.featured_collections import FeaturedCollection
from fedi.store import actors
from fedi.store.database import Transaction
from fedi.web.forms import submitted
from fedi.web.visit import anyone, read, see_other, teachers, write


@dataclass(frozen=True, slots=True)
class _Collection:
    made: FeaturedCollection
    owner: Actor
    places: list[Place]


@anyone
async def page(request: Request) -> Response:
    """`/collections/<id>`: who stands in it, and whose it is."""
    viewer = render.reader(request).actor
    shown = await read(request, _shown, viewer, request.path_params["id"])
    return render.page(request, "pages/collection.html", made=shown.made, owner=shown.owner, places=shown.places)


async def _shown(tx: Transaction, viewer: Actor | None, collection_id: int) -> _Collection:
    made = await featured_collections.seen(tx, viewer, collection_id)
    owner = await actors.by_id(tx, made.actor_id)
    if owner is None:
        raise NotFound("There is no such collection")
    return _Collection(made, owner, await featured_collections.shown(tx, made, viewer))


@teachers
async def leave(request: Request, me: SignedIn) -> Response:
    """The button beside one's own name."""
    await submitted(request)
    collection_id, item_id = request.path_params["id"], request.path_params["item"]
    await write(request, featuring.revoke, me.actor, collection_id, item_id)
    return see_other(f"/collections/{collection_id}")

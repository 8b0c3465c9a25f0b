"""Collections of people: those of anybody, one's own, and standing in those of others."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw

from fedi.actions import featured_collections, featuring
from fedi.api import pagination, painting, showing
from fedi.api.accounts import known
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import featured_collections as entities
from fedi.api.errors import Unprocessable
from fedi.api.operations import ANYONE, PERSON, Operation
from fedi.api.painting import Faces
from fedi.api.publishing import language
from fedi.instances.rendered import Rendered
from fedi.models.actors import Actor
from fedi.models.featured_collections import CollectionChange, FeaturedCollection, FeaturedItem
from fedi.store import featured_collections as stored
from fedi.store.database import Transaction

Collected = tuple[FeaturedCollection, list[FeaturedItem]]
"""A collection with the places that a reader is shown."""


# --- reading ----------------------------------------------------------------------------------------


async def by_id(call: Call) -> Answer:
    """GET /api/v1/collections/:id: with the people who stand in it, and whose it is."""
    found, faces = await call.read(_whole, call.viewer, call.instance.rendered, call.id())
    people = showing.paint_people(call, faces)
    whole = {"accounts": [Raw(face) for face in people.values()]}
    return answer(whole | {"collection": entities.collection(call.instance.school, *found)})


async def _whole(
    tx: Transaction, viewer: Actor | None, memory: Rendered, collection_id: int
) -> tuple[Collected, Faces]:
    made = await featured_collections.seen(tx, viewer, collection_id)
    items = await stored.shown(tx, [made], viewer.id if viewer else None)
    people = [made.actor_id, *(each.actor_id for each in items)]
    return (made, items), await painting.read_people(tx, memory, dict.fromkeys(people))


async def read(tx: Transaction, viewer: Actor | None, collection_ids: Sequence[int]) -> dict[int, Collected]:
    """Collections by their ids, with the places that `viewer` is shown."""
    made = await stored.by_ids(tx, collection_ids)
    return {each.id: (each, items) for each, items in await _with_places(tx, viewer, list(made.values()))}


async def _with_places(tx: Transaction, viewer: Actor | None, made: Sequence[FeaturedCollection]) -> list[Collected]:
    items = await stored.shown(tx, made, viewer.id if viewer else None)
    return [(each, [item for item in items if item.collection_id == each.id]) for each in made]


async def of_person(call: Call) -> Answer:
    """GET /api/v1/accounts/:id/collections: those that somebody lets be found, and of one's own all."""
    return _page(call, await call.read(_of_person, call.viewer, call.id(), *_part(call)))


async def _of_person(tx: Transaction, viewer: Actor | None, actor_id: int, limit: int, offset: int) -> list[Collected]:
    made = await featured_collections.of_person(tx, viewer, await known(tx, actor_id), limit, offset)
    return await _with_places(tx, viewer, made)


async def with_person(call: Call) -> Answer:
    """GET /api/v1/accounts/:id/in_collections: where the caller is shown; of others it is nobody's business."""
    if call.id() != call.me.id:
        return answer({"collections": []})
    return _page(call, await call.read(_with_person, call.me, *_part(call)))


async def _with_person(tx: Transaction, me: Actor, limit: int, offset: int) -> list[Collected]:
    return await _with_places(tx, me, await stored.with_person(tx, me.id, limit, offset))


def _part(call: Call) -> tuple[int, int]:
    return pagination.limit(call, *pagination.ACCOUNTS), pagination.offset(call)


def _page(call: Call, found: list[Collected]) -> Answer:
    shown = [entities.collection(call.instance.school, *each) for each in found]
    return pagination.counted(call, {"collections": shown}, len(shown), *_part(call))


# --- one's own --------------------------------------------------------------------------------------


async def create(call: Call) -> Answer:
    """POST /api/v1/collections: with `account_ids[]`, or empty."""
    people = call.params.several("account_ids", featured_collections.MOST_PEOPLE)
    made = await call.write(featured_collections.create, call.me, _change(call), people)
    return await _own(call, made)


async def change(call: Call) -> Answer:
    """PATCH /api/v1/collections/:id: what is left out stays."""
    return await _own(call, await call.write(featured_collections.change, call.me, call.id(), _change(call)))


async def _own(call: Call, made: FeaturedCollection) -> Answer:
    found = await call.read(read, call.me, [made.id])
    return answer({"collection": entities.collection(call.instance.school, *found[made.id])})


def _change(call: Call) -> CollectionChange:
    params = call.params
    spoken = params.text("language")
    return CollectionChange(
        name=params.text("name"),
        description=params.text("description"),
        language=None if spoken is None else language(spoken) or "",
        tag=params.text("tag_name"),
        sensitive=params.flag("sensitive"),
        discoverable=params.flag("discoverable"),
    )


async def delete(call: Call) -> Answer:
    """DELETE /api/v1/collections/:id."""
    await call.write(featured_collections.delete, call.me, call.id())
    return answer({})


async def add(call: Call) -> Answer:
    """POST /api/v1/collections/:collection_id/items: `account_id`."""
    if not call.params.text("account_id"):
        raise Unprocessable("`account_id` parameter is missing")
    other = call.params.id("account_id") or 0
    item = await call.write(featured_collections.add, call.me, call.id("collection_id"), other)
    return answer({"collection_item": entities.item(item)})


async def remove(call: Call) -> Answer:
    """DELETE /api/v1/collections/:collection_id/items/:id."""
    await call.write(featured_collections.remove, call.me, call.id("collection_id"), call.id())
    return answer({})


async def revoke(call: Call) -> Answer:
    """POST /api/v1/collections/:collection_id/items/:id/revoke: the caller stands there no longer."""
    await call.write(featuring.revoke, call.me, call.id("collection_id"), call.id())
    return answer({})


_ITEMS = "/api/v1/collections/:collection_id/items"

OPERATIONS = [
    Operation("GET", "/api/v1/accounts/:id/collections", of_person, ANYONE, "read:collections"),
    Operation("GET", "/api/v1/accounts/:id/in_collections", with_person, PERSON, "read:collections"),
    Operation("POST", "/api/v1/collections", create, PERSON, "write:collections"),
    Operation("GET", "/api/v1/collections/:id", by_id, ANYONE, "read:collections"),
    Operation("PATCH", "/api/v1/collections/:id", change, PERSON, "write:collections"),
    Operation("DELETE", "/api/v1/collections/:id", delete, PERSON, "write:collections"),
    Operation("POST", _ITEMS, add, PERSON, "write:collections"),
    Operation("DELETE", f"{_ITEMS}/:id", remove, PERSON, "write:collections"),
    Operation("POST", f"{_ITEMS}/:id/revoke", revoke, PERSON, "write:collections"),
]

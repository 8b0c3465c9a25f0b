"""Collections of people: what their owner does with them. Servers of her followers hear of it (FEP-7aa9).

Whether somebody wants to stand in one is decided in `featuring`.
"""

from __future__ import annotations

from dataclasses import replace

from fedi.actions import featuring, notifications, outbox
from fedi.activitypub import activities
from fedi.activitypub import featured_collections as wire
from fedi.activitypub.addressing import PUBLIC, Audience
from fedi.activitypub.featured_collections import Place
from fedi.activitypub.jsonld import Json
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.featured_collections import STANDING, CollectionChange, FeaturedCollection, FeaturedItem, ItemState
from fedi.models.notifications import NotificationKind
from fedi.store import actors, blocks, follows
from fedi.store import featured_collections as stored
from fedi.store.database import Transaction
from fedi.text import find_tags

MOST = 10
"""How many collections one of ours has, as at Mastodon."""

MOST_PEOPLE = 25
LONGEST_NAME = 40
LONGEST_DESCRIPTION = 100


async def seen(tx: Transaction, viewer: Actor | None, collection_id: int) -> FeaturedCollection:
    """A collection as whoever has its address sees it; NotFound, also for whom its owner has blocked."""
    found = await stored.by_id(tx, collection_id)
    if found is None or (viewer and await blocks.of(tx, found.actor_id, viewer.id)):
        raise NotFound("There is no such collection")
    return found


async def own(tx: Transaction, person: Actor, collection_id: int) -> FeaturedCollection:
    """A collection of hers; NotFound, and Forbidden if it is somebody else's."""
    found = await seen(tx, person, collection_id)
    if found.actor_id != person.id:
        raise Forbidden("This is somebody else's collection")
    return found


async def of_person(
    tx: Transaction, viewer: Actor | None, owner_id: int, limit: int = MOST, offset: int = 0
) -> list[FeaturedCollection]:
    """Somebody's collections, the newest first: those she lets be found, of one's own all. None for whom she blocks."""
    if viewer is not None and await blocks.of(tx, owner_id, viewer.id):
        return []
    is_own = viewer is not None and viewer.id == owner_id
    return await stored.of_actor(tx, owner_id, listed=not is_own, limit=limit, offset=offset)


async def create(tx: Transaction, person: Actor, change: CollectionChange, people: list[int]) -> FeaturedCollection:
    """Begin a collection with these people, all of them or none.

    Invalid without a name, or with too many collections or people; NotFound for somebody who does not exist, Forbidden
    for whom does not want to be shown.
    """
    if await stored.count_of(tx, person.id) >= MOST:
        raise Invalid(f"At most {MOST} collections are kept")
    new_id = tx.new_id()
    empty = FeaturedCollection(
        id=new_id,
        uri=wire.collection_uri(tx.school.base_url, new_id),
        actor_id=person.id,
        name="",
        description="",
        language=None,
        tag=None,
        sensitive=False,
        discoverable=True,
        created_at=tx.now,
        updated_at=tx.now,
    )
    made = _changed(empty, replace(change, name=change.name or ""))
    await stored.put(tx, made)
    for each in dict.fromkeys(people):
        await _place(tx, person, made, each)
    await _tell(tx, "Add", person, await document(tx, made, person), wire.list_uri(person))
    return made


async def change(tx: Transaction, person: Actor, collection_id: int, change: CollectionChange) -> FeaturedCollection:
    """Change what is given; who stands in it hears of it."""
    old = await own(tx, person, collection_id)
    new = _changed(old, change)
    if new == old:
        return old
    new = replace(new, updated_at=tx.now)
    await stored.put(tx, new)
    for each in await stored.shown(tx, [new], None):
        await notifications.notify(tx, each.actor_id, NotificationKind.COLLECTION_UPDATE, person, collection_id=new.id)
    await _tell(tx, "Update", person, await document(tx, new, person))
    return new


def _changed(old: FeaturedCollection, change: CollectionChange) -> FeaturedCollection:
    return replace(
        old,
        name=old.name if change.name is None else _name(change.name),
        description=old.description if change.description is None else _description(change.description),
        language=old.language if change.language is None else change.language or None,
        tag=old.tag if change.tag is None else _tag(change.tag),
        sensitive=old.sensitive if change.sensitive is None else change.sensitive,
        discoverable=old.discoverable if change.discoverable is None else change.discoverable,
    )


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid("Name can't be blank", "collection")
    if len(name) > LONGEST_NAME:
        raise Invalid(f"Name is too long (maximum is {LONGEST_NAME} characters)", "collection")
    return name


def _description(text: str) -> str:
    description = text.strip()
    if len(description) > LONGEST_DESCRIPTION:
        raise Invalid(f"Description is too long (maximum is {LONGEST_DESCRIPTION} characters)", "description")
    return description


def _tag(typed: str) -> str | None:
    name = typed.strip().removeprefix("#")
    found = find_tags(f"#{name}") if name else []
    if name and (len(found) != 1 or found[0].name != name):
        raise Invalid("Tag is not a valid hashtag", "tag_name")
    return found[0].name if found else None


async def delete(tx: Transaction, person: Actor, collection_id: int) -> None:
    """Give a collection up."""
    old = await own(tx, person, collection_id)
    await stored.delete(tx, old.id)
    await _tell(tx, "Remove", person, old.uri, wire.list_uri(person))


async def add(tx: Transaction, person: Actor, collection_id: int, other_id: int) -> FeaturedItem:
    """Show somebody in a collection of hers: one of ours at once, others when their server has answered.

    Errors as in `create`; Invalid also for whom stands in it, or has taken herself out.
    """
    into = await own(tx, person, collection_id)
    placed = await _place(tx, person, into, other_id)
    if placed.item.state is ItemState.ACCEPTED:
        await tell_of_place(tx, "Add", into, person, placed)
    return placed.item


async def _place(tx: Transaction, owner: Actor, into: FeaturedCollection, other_id: int) -> Place:
    other = await actors.by_id(tx, other_id)
    if other is None or other.gone:
        raise NotFound("There is nobody of this id")
    if await stored.count_standing(tx, into.id) >= MOST_PEOPLE:
        raise Invalid(f"Collection items are too many (maximum is {MOST_PEOPLE})", "collection_items")
    await featuring.require_approval(tx, owner, other)
    made = FeaturedItem(tx.new_id(), into.id, other.id, ItemState.ACCEPTED, tx.now)
    if not other.local:
        made = replace(made, state=ItemState.PENDING, request_uri=outbox.new_uri(tx))
    if not await stored.insert_item(tx, made):
        raise Invalid("Account has already been taken", "account")
    if other.local:
        kind = NotificationKind.ADDED_TO_COLLECTION
        await notifications.notify(tx, other.id, kind, owner, collection_id=into.id)
    else:
        await featuring.ask(tx, owner, into, other, made)
    return Place(made, other)


async def remove(tx: Transaction, person: Actor, collection_id: int, item_id: int) -> None:
    """Show somebody no longer; NotFound."""
    out_of = await own(tx, person, collection_id)
    item = await stored.item(tx, item_id)
    if item is None or item.collection_id != out_of.id or item.state not in STANDING:
        raise NotFound("Nobody stands there")
    other = await actors.by_id(tx, item.actor_id)
    await stored.delete_item(tx, item.id)
    if other is not None and item.state is ItemState.ACCEPTED:
        await tell_of_place(tx, "Remove", out_of, person, Place(item, other))


# --- what other servers hear ------------------------------------------------------------------------


async def document(tx: Transaction, made: FeaturedCollection, owner: Actor) -> Json:
    """A collection of ours as other servers read it."""
    return wire.build(made, owner, await shown(tx, made), tx.school.base_url)


async def shown(tx: Transaction, made: FeaturedCollection, viewer: Actor | None = None) -> list[Place]:
    """Who stands in a collection, as far as `viewer` is shown; its owner also sees who has not answered yet."""
    items = await stored.shown(tx, [made], viewer.id if viewer else None)
    people = await actors.by_ids(tx, [each.actor_id for each in items])
    return [Place(each, people[each.actor_id]) for each in items]


async def tell_of_place(tx: Transaction, type_: str, made: FeaturedCollection, owner: Actor, place: Place) -> None:
    """Servers of the owner's followers hear who stands in a collection of hers from now on (Add), or no more."""
    base = tx.school.base_url
    object_ = wire.build_item(place, base) if type_ == "Add" else wire.item_uri(base, place.item)
    await _tell(tx, type_, owner, object_, made.uri)


async def _tell(tx: Transaction, type_: str, owner: Actor, object_: Json | str, target: str | None = None) -> None:
    addressed = Audience((PUBLIC,), (owner.followers or "",))
    activity = activities.build(type_, outbox.new_uri(tx), owner.uri, object_, addressed)
    if target is not None:
        activity["target"] = target
    await outbox.send(tx, owner, activity, None, await follows.follower_inboxes(tx, owner.id), public=False)

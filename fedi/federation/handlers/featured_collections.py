"""Collections of people: those of others, and asking and answering who stands in one (FEP-7aa9).

A peer's collection is taken up if somebody here follows its owner, or stands in it.
"""

from __future__ import annotations

from fedi.actions import featured_collections as collection_actions
from fedi.actions import featuring
from fedi.activitypub import featured_collections as wire
from fedi.activitypub import jsonld, uris
from fedi.activitypub.featured_collections import Place, RemoteCollection
from fedi.federation.incoming import Ignored, Incoming, Need
from fedi.models.actors import Actor
from fedi.models.featured_collections import FeaturedCollection, FeaturedItem, ItemState
from fedi.policies.quotes import Approval
from fedi.store import actors, follows
from fedi.store import featured_collections as stored
from fedi.store.database import Transaction

_MOST_STAMPS = 100


# --- asking and answering ---------------------------------------------------------------------------


async def requested(tx: Transaction, incoming: Incoming) -> str:
    """Somebody elsewhere asks to show one of ours in a collection of hers."""
    owner = await incoming.actor(tx)
    person = await actors.by_uri(tx, incoming.activity.object_uri)
    if person is None or not person.local or person.gone:
        raise Ignored("there is nobody of that name here")
    uri = jsonld.address(incoming.activity.json.get("instrument"))
    if uri is None or not uris.same_origin(uri, owner.uri):
        raise Ignored("the collection is not the sender's")
    asked = {
        "id": incoming.received.uri,
        "type": "FeatureRequest",
        "actor": owner.uri,
        "object": person.uri,
        "instrument": uri,
    }
    # What is refused anyway is neither fetched nor kept.
    is_welcome = await featuring.how_met(tx, owner, person) is Approval.AUTOMATIC
    remote = _fetched(incoming, owner, uri) if is_welcome else None
    return str(await featuring.answer(tx, owner, person, remote, asked))


def _fetched(incoming: Incoming, owner: Actor, uri: str) -> RemoteCollection | None:
    incoming.require(Need.DOCUMENT, uri)
    found = wire.parse(incoming.found.documents.get(uri, {}))
    return found if found is not None and (found.uri, found.owner_uri) == (uri, owner.uri) else None


async def is_answer(tx: Transaction, incoming: Incoming) -> bool:
    """Whether an Accept or a Reject is about a FeatureRequest of ours."""
    is_named = incoming.activity.object_type == "FeatureRequest"
    return is_named or await stored.item_by_request(tx, incoming.activity.object_uri) is not None


async def accepted(tx: Transaction, incoming: Incoming) -> str:
    """Somebody elsewhere agrees to stand in a collection of one of ours; whoever reads that hears of it."""
    asked, made, owner = await _ours(tx, incoming)
    person = await incoming.actor(tx)
    result = jsonld.address(incoming.activity.json.get("result"))
    agreed = await featuring.accepted(tx, asked, person, result)
    if asked.state is ItemState.PENDING:
        await collection_actions.tell_of_place(tx, "Add", made, owner, Place(agreed, person))
    return "accepted"


async def rejected(tx: Transaction, incoming: Incoming) -> str:
    """... or does not, or no longer."""
    asked, made, owner = await _ours(tx, incoming)
    person = await incoming.actor(tx)
    before = await featuring.rejected(tx, asked, person)
    if before.state is ItemState.ACCEPTED:
        await collection_actions.tell_of_place(tx, "Remove", made, owner, Place(before, person))
    return "rejected"


async def _ours(tx: Transaction, incoming: Incoming) -> tuple[FeaturedItem, FeaturedCollection, Actor]:
    item = await stored.item_by_request(tx, incoming.activity.object_uri)
    made = await stored.by_id(tx, item.collection_id) if item is not None else None
    owner = await actors.by_id(tx, made.actor_id) if made is not None else None
    if item is None or made is None or owner is None or not owner.local:
        raise Ignored("there is no such request of ours")
    return item, made, owner


async def is_stamp(tx: Transaction, incoming: Incoming) -> bool:
    """Whether a Delete is about a stamp."""
    is_named = incoming.activity.object_type == "FeatureAuthorization"
    return is_named or bool(await stored.items_by_authorization(tx, incoming.activity.object_uri))


async def revoked(tx: Transaction, incoming: Incoming) -> str:
    """A stamp is gone: who stood there says so, and nobody else is believed."""
    uri = incoming.activity.object_uri
    standing = (await stored.items_by_authorization(tx, uri))[:_MOST_STAMPS]
    if not standing:
        raise Ignored("nobody stands anywhere by this stamp")
    sender = await incoming.acquaintance(tx)
    await featuring.withdrawn(tx, standing, sender)
    for each in standing:
        made = await stored.by_id(tx, each.collection_id)
        owner = await actors.by_id(tx, made.actor_id) if made else None
        if made is not None and owner is not None and owner.local:
            await collection_actions.tell_of_place(tx, "Remove", made, owner, Place(each, sender))
    return "revoked"


# --- collections of others --------------------------------------------------------------------------


async def added(tx: Transaction, incoming: Incoming) -> str:
    """Add: somebody elsewhere has a new collection, or shows one more person in it."""
    owner = await _read_here(tx, incoming)
    if incoming.activity.object_type == "FeaturedItem":
        return await _placed(tx, incoming, owner)
    return await _received(tx, incoming, owner)


async def updated(tx: Transaction, incoming: Incoming) -> str:
    """Update: what a collection says now."""
    return await _received(tx, incoming, await _read_here(tx, incoming))


async def _read_here(tx: Transaction, incoming: Incoming) -> Actor:
    """The sender, if anybody here follows her, or stands in what she changes."""
    owner = await incoming.acquaintance(tx)
    uri = jsonld.id_of(incoming.activity.json.get("target")) or incoming.activity.object_uri
    known = await stored.by_uri(tx, uri) or await stored.by_uri(tx, incoming.activity.object_uri)
    is_hers = known is not None and known.actor_id == owner.id
    if not is_hers and not await follows.has_local_follower(tx, owner.id):
        raise Ignored("nobody here follows its owner")
    return owner


async def _received(tx: Transaction, incoming: Incoming, owner: Actor) -> str:
    uri = incoming.activity.object_uri
    remote = wire.parse(incoming.activity.object) if incoming.trusts(uri) else None
    if remote is None or remote.owner_uri != owner.uri:
        raise Ignored("it is no collection of the sender's")
    if await featuring.take_up(tx, owner, remote) is None:
        raise Ignored("its owner has more collections than are kept")
    return "taken up"


async def _placed(tx: Transaction, incoming: Incoming, owner: Actor) -> str:
    made = await stored.by_uri(tx, jsonld.id_of(incoming.activity.json.get("target")) or "")
    if made is None or made.actor_id != owner.id:
        raise Ignored("there is no such collection of the sender's")
    item = wire.parse_item(incoming.activity.object, made.uri)
    if item is None:
        raise Ignored("it names nobody")
    await featuring.take_in(tx, made, item)
    return "placed"


async def is_removed(tx: Transaction, incoming: Incoming) -> bool:
    """Whether a Remove is about a collection, or a place in one."""
    target = jsonld.id_of(incoming.activity.json.get("target")) or ""
    known = await stored.by_uri(tx, incoming.activity.object_uri) or await stored.by_uri(tx, target)
    return known is not None


async def removed(tx: Transaction, incoming: Incoming) -> str:
    """Remove: a collection of a peer's is gone, or somebody's place in it."""
    owner = await incoming.acquaintance(tx)
    target = jsonld.id_of(incoming.activity.json.get("target")) or ""
    gone = await stored.by_uri(tx, incoming.activity.object_uri)
    made = gone or await stored.by_uri(tx, target)
    if made is None or made.actor_id != owner.id or owner.local:
        raise Ignored("there is no such collection of the sender's")
    if gone is not None:
        await stored.delete(tx, gone.id)
    else:
        await featuring.take_out(tx, made, incoming.activity.object_uri)
    return "removed"

"""Consent to stand in a collection of people: asking those of other servers, answering for ours, and taking it back
(FEP-7aa9).
"""

from __future__ import annotations

from dataclasses import replace

from fedi.actions import notifications, outbox
from fedi.activitypub import activities, uris
from fedi.activitypub import featured_collections as wire
from fedi.activitypub.addressing import PUBLIC, Audience
from fedi.activitypub.featured_collections import RemoteCollection
from fedi.activitypub.jsonld import Json
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.featured_collections import FeaturedCollection, FeaturedItem, ItemState, RemoteItem
from fedi.models.follows import FollowState
from fedi.models.notifications import NotificationKind
from fedi.policies.featuring import approval
from fedi.policies.quotes import Approval
from fedi.store import actors, blocks, follows, jobs, muted_domains, mutes
from fedi.store import featured_collections as stored
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

OF_ONE_OWNER = 50
"""How many collections of a peer's actor are kept, whom somebody here follows or who shows one of ours."""

MOST_ELSEWHERE = 50
"""How many people of one of them."""

CHECKED_EVERY_MS = 60_000
"""So long passes before the stamps of a peer's collection are looked at once more, however often it changes."""


async def how_met(tx: Transaction, owner: Actor, person: Actor) -> Approval:
    """What would become of showing somebody in a collection of `owner`."""
    if person.id != owner.id and await _keep_apart(tx, owner, person):
        return Approval.DENIED
    follow = await follows.between(tx, owner.id, person.id)
    return approval(person, owner.id, follows=follow is not None and follow.state is FollowState.ACCEPTED)


async def _keep_apart(tx: Transaction, owner: Actor, person: Actor) -> bool:
    """Whether one of them has blocked the other, or she wants to hear nothing of the owner or of that server."""
    return bool(
        await blocks.between(tx, owner.id, person.id)
        or await mutes.of(tx, person.id, owner.id)
        or await muted_domains.has(tx, person.id, owner.host)
    )


async def require_approval(tx: Transaction, owner: Actor, person: Actor) -> None:
    """Forbidden if somebody does not want to be shown, or her server would not know what it is asked."""
    if await how_met(tx, owner, person) is Approval.DENIED:
        raise Forbidden("This person does not want to be shown in collections")


# --- ours ask ---------------------------------------------------------------------------------------


async def ask(tx: Transaction, owner: Actor, made: FeaturedCollection, person: Actor, item: FeaturedItem) -> None:
    """One of ours wants to show somebody of another server."""
    asked = wire.request(item.request_uri or "", made, owner, person)
    await outbox.send(tx, owner, asked, None, outbox.inbox_of(person))


async def accepted(tx: Transaction, item: FeaturedItem, sender: Actor, authorization_uri: str | None) -> FeaturedItem:
    """She agrees, by a stamp of her server's; Forbidden if anybody else says so. Gives the place as it is now."""
    _require_herself(item, sender)
    if authorization_uri is None or not uris.same_origin(authorization_uri, sender.uri):
        raise Invalid("An acceptance names a stamp of the same server")
    if item.state is not ItemState.PENDING:
        return item
    agreed = replace(item, state=ItemState.ACCEPTED, authorization_uri=authorization_uri)
    return agreed if await stored.update_item(tx, agreed, item.state) else item


async def rejected(tx: Transaction, item: FeaturedItem, sender: Actor) -> FeaturedItem:
    """She does not, or no longer; she is not asked again. Gives the place as it was."""
    _require_herself(item, sender)
    state = ItemState.REVOKED if item.state is ItemState.ACCEPTED else ItemState.REJECTED
    await stored.update_item(tx, replace(item, state=state), item.state)
    return item


def _require_herself(item: FeaturedItem, sender: Actor) -> None:
    if item.actor_id != sender.id:
        raise Forbidden("Only she says whether she wants to be shown")


# --- others ask ours --------------------------------------------------------------------------------


async def answer(
    tx: Transaction, owner: Actor, person: Actor, remote: RemoteCollection | None, asked: Json
) -> ItemState:
    """Somebody elsewhere asks to show one of ours; `remote` is the collection, None if it cannot be had or is refused
    unseen. Her choice answers, at once; `asked` is the FeatureRequest as it is repeated.
    """
    is_welcome = remote is not None and await how_met(tx, owner, person) is Approval.AUTOMATIC
    item = await _given_place(tx, owner, person, remote, asked["id"]) if is_welcome and remote else None
    agrees = item is not None and item.state is ItemState.ACCEPTED
    stamp = wire.authorization_uri(tx.school.base_url, item) if item and agrees else None
    said = wire.answer("Accept" if agrees else "Reject", outbox.new_uri(tx), person, owner, asked, stamp)
    await outbox.send(tx, person, said, None, outbox.inbox_of(owner))
    return ItemState.ACCEPTED if agrees else ItemState.REJECTED


async def _given_place(
    tx: Transaction, owner: Actor, person: Actor, remote: RemoteCollection, request_uri: str
) -> FeaturedItem | None:
    """Her place in a peer's collection: the one she has, whatever became of it, or a new one; None if that owner has
    more collections than are kept.
    """
    kept = await receive(tx, owner, remote)
    if kept is None:
        return None
    new = FeaturedItem(tx.new_id(), kept.id, person.id, ItemState.ACCEPTED, tx.now, request_uri=request_uri)
    if await stored.insert_item(tx, new):
        await notifications.notify(tx, person.id, NotificationKind.ADDED_TO_COLLECTION, owner, collection_id=kept.id)
        return new
    return await stored.place_of(tx, kept.id, person.id)


async def receive(tx: Transaction, owner: Actor, remote: RemoteCollection) -> FeaturedCollection | None:
    """Store what a peer's collection says of itself; None if there are too many of this owner."""
    known = await stored.by_uri(tx, remote.uri)
    if known is None and await stored.count_of(tx, owner.id) >= OF_ONE_OWNER:
        return None
    made = FeaturedCollection(
        id=known.id if known else tx.new_id(),
        uri=remote.uri,
        actor_id=owner.id,
        name=remote.name,
        description=remote.description,
        language=remote.language,
        tag=remote.tag,
        sensitive=remote.sensitive,
        discoverable=remote.discoverable,
        created_at=remote.created_at or tx.now,
        updated_at=remote.updated_at or tx.now,
    )
    await stored.put(tx, made)
    return made


async def take_up(tx: Transaction, owner: Actor, remote: RemoteCollection) -> FeaturedCollection | None:
    """A peer's collection is new or has changed, and who stands in it; None if there are too many of this owner."""
    made = await receive(tx, owner, remote)
    if made is not None:
        await _name(tx, made.id, list(remote.items[:MOST_ELSEWHERE]))
    return made


async def take_in(tx: Transaction, made: FeaturedCollection, item: RemoteItem) -> None:
    """A peer's collection names one more."""
    others = [each for each in await stored.listed(tx, made.id) if each.uri != item.uri]
    await _name(tx, made.id, [*others, item][-MOST_ELSEWHERE:])


async def take_out(tx: Transaction, made: FeaturedCollection, item_uri: str) -> None:
    """... or one less."""
    await _name(tx, made.id, [each for each in await stored.listed(tx, made.id) if each.uri != item_uri])


async def _name(tx: Transaction, collection_id: int, items: list[RemoteItem]) -> None:
    """A peer's collection names these people: ours are looked up, of others the stamps are asked for in a job."""
    await stored.list_people(tx, collection_id, items)
    await stored.keep_only(tx, collection_id, [each.uri for each in items])
    for each in items:
        if uris.host_of(each.person_uri) == tx.school.host:
            await _named_here(tx, collection_id, each)
    if await unsettled(tx, collection_id):
        at = await stored.plan_check(tx, collection_id, CHECKED_EVERY_MS)
        if at is not None:
            await jobs.enqueue(tx, NewJob("verify-featured", {"collection": collection_id}, Lane.BULK, run_at=at))


async def _named_here(tx: Transaction, collection_id: int, named: RemoteItem) -> None:
    """One of ours stands there if she has agreed: her place was made then."""
    person = await actors.by_uri(tx, named.person_uri)
    item = await stored.place_of(tx, collection_id, person.id) if person is not None else None
    if item is not None:
        await stored.name_item(tx, item.id, named.uri)


async def unsettled(tx: Transaction, collection_id: int) -> list[RemoteItem]:
    """The people elsewhere whom a collection names by a stamp of their own server that has not been seen yet."""
    standing = {each.authorization_uri for each in await stored.standing(tx, collection_id)}
    return [
        each
        for each in await stored.listed(tx, collection_id)
        if each.authorization_uri is not None
        and each.authorization_uri not in standing
        and uris.same_origin(each.authorization_uri, each.person_uri)
        and uris.host_of(each.person_uri) != tx.school.host
    ]


async def settle(tx: Transaction, collection_id: int, agreed: list[RemoteItem]) -> None:
    """The stamps of these people were found where they should be. Who is not named any more meanwhile stays out."""
    named = await stored.listed(tx, collection_id)
    for each in agreed:
        person = await actors.by_uri(tx, each.person_uri)
        if each in named and person is not None and not person.gone:
            await _stands(tx, collection_id, person, each)


async def _stands(tx: Transaction, collection_id: int, person: Actor, named: RemoteItem) -> None:
    known = await stored.place_of(tx, collection_id, person.id)
    if known is None:
        new = FeaturedItem(tx.new_id(), collection_id, person.id, ItemState.ACCEPTED, tx.now, named.uri)
        await stored.insert_item(tx, replace(new, authorization_uri=named.authorization_uri))
    else:
        agreed = replace(known, state=ItemState.ACCEPTED, uri=named.uri, authorization_uri=named.authorization_uri)
        await stored.update_item(tx, agreed, known.state)


async def revoke(tx: Transaction, person: Actor, collection_id: int, item_id: int) -> None:
    """Somebody takes herself out of another's collection, for good; NotFound if she does not stand there."""
    item = await stored.item(tx, item_id)
    made = await stored.by_id(tx, collection_id)
    if item is None or made is None or item.collection_id != made.id or item.state is not ItemState.ACCEPTED:
        raise NotFound("Nobody stands there")
    if item.actor_id != person.id:
        raise Forbidden("Somebody else stands there")
    if not await stored.update_item(tx, replace(item, state=ItemState.REVOKED), item.state):
        return
    owner = await actors.by_id(tx, made.actor_id)
    if owner is not None:
        await _tell_revoked(tx, person, made, owner, item)


async def _tell_revoked(
    tx: Transaction, person: Actor, made: FeaturedCollection, owner: Actor, item: FeaturedItem
) -> None:
    """Whoever may have seen her there hears that her stamp is gone: the owner's server, or the owner's followers'."""
    stamp = wire.authorization_uri(tx.school.base_url, item)
    document = wire.authorization(stamp, person.uri, made.uri)
    activity = activities.build("Delete", outbox.new_uri(tx), person.uri, document, Audience((PUBLIC,), (owner.uri,)))
    inboxes = {*outbox.inbox_of(owner), *await follows.follower_inboxes(tx, owner.id)}
    await outbox.send(tx, person, activity, None, inboxes, public=False)


async def withdrawn(tx: Transaction, items: list[FeaturedItem], sender: Actor) -> None:
    """A peer's actor takes a stamp of hers back."""
    for each in items:
        _require_herself(each, sender)
        await stored.update_item(tx, replace(each, state=ItemState.REVOKED), each.state)

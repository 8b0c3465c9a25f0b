"""Relays: asking a server to pass on what many others publish, so that a small school sees more of the network.

Two kinds are in use. Those made for Mastodon are named by their inbox and asked with a Follow of everybody (`Public`);
those of Pleroma's kind (LitePub) are an actor, and are followed as one.
"""

from __future__ import annotations

from fedi.actions import moderation, outbox
from fedi.actions import peers as peer_actions
from fedi.activitypub import activities, uris
from fedi.activitypub.addressing import PUBLIC, Audience
from fedi.activitypub.jsonld import Json, is_address
from fedi.errors import Conflict, Forbidden, Invalid, NotFound
from fedi.models.accounts import Account
from fedi.models.actors import Actor
from fedi.models.relays import Relay, RelayState
from fedi.store import actors, relays
from fedi.store.database import Transaction


async def follow(tx: Transaction, by: Account | None, address: str, actor: Actor | None = None) -> Relay:
    """Ask the relay with this inbox, or with this actor if the address is one, and trust its server.

    `by` None is the command line. Conflict: it has been asked already.
    """
    moderation.require_admin(by)
    inbox = actor.inbox if actor else address
    if not is_address(inbox) or uris.host_of(inbox) == tx.school.host:
        raise Invalid("Write the address of the relay's inbox or actor, like https://relay.example/inbox", "address")
    relay_id = tx.new_id()
    new = Relay(
        id=relay_id,
        address=actor.uri if actor else address,
        inbox=inbox,
        host=uris.host_of(inbox),
        actor_uri=actor.uri if actor else None,
        follow_uri=f"{tx.school.base_url}/activities/{relay_id}",
        state=RelayState.PENDING,
        created_at=tx.now,
    )
    if not await relays.insert(tx, new):
        raise Conflict("This relay has been asked already")
    await peer_actions.add(tx, by, new.host, note="relay")
    school = await actors.school_actor(tx)
    await outbox.send(tx, school, _follow(new, school), None, [inbox])
    return new


def _follow(relay: Relay, school: Actor) -> Json:
    followed = PUBLIC if relay.address == relay.inbox else relay.address
    return activities.build("Follow", relay.follow_uri, school.uri, followed, Audience((followed,)))


async def unfollow(tx: Transaction, by: Account | None, relay_id: int) -> None:
    """Take nothing from a relay any more, and tell it; its server stays trusted."""
    moderation.require_admin(by)
    relay = await relays.by_id(tx, relay_id)
    if relay is None:
        raise NotFound("There is no such relay")
    await relays.delete(tx, relay.id)
    school = await actors.school_actor(tx)
    undo = activities.undo(outbox.new_uri(tx), _follow(relay, school))
    await outbox.send(tx, school, undo, None, [relay.inbox], public=False)


async def answer(tx: Transaction, relay: Relay, sender: Actor, state: RelayState) -> None:
    """A relay says yes or no; Forbidden for anybody but the relay."""
    if sender.host != relay.host or (relay.actor_uri is not None and relay.actor_uri != sender.uri):
        raise Forbidden(f"{sender.uri} is not the relay that was asked")
    await relays.answered(tx, relay.id, state, sender.uri)


async def everyone(tx: Transaction) -> list[Relay]:
    """All relays, in the order they were asked."""
    return await relays.everyone(tx)

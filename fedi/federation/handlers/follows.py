"""Follow, its Accept and Reject, and its Undo."""

from __future__ import annotations

from fedi.actions import follows as follow_actions
from fedi.actions import relays as relay_actions
from fedi.activitypub import jsonld
from fedi.federation.incoming import Ignored, Incoming
from fedi.models.follows import Follow
from fedi.models.relays import RelayState
from fedi.store import actors, blocks, follows, relays
from fedi.store.database import Transaction


async def requested(tx: Transaction, incoming: Incoming) -> str:
    """Somebody elsewhere wants to follow one of ours."""
    followed = await actors.by_uri(tx, incoming.activity.object_uri)
    if followed is None or not followed.local or followed.gone:
        raise Ignored("whom it wants to follow is not here")
    follower = await incoming.actor(tx)
    if followed.moved_to is not None or await blocks.of(tx, followed.id, follower.id):
        await follow_actions.refuse(tx, follower, followed, incoming.received.uri)
        return "refused: blocked" if followed.moved_to is None else "refused: moved"
    begun = await follow_actions.follow(tx, follower, followed, incoming.received.uri)
    return str(begun.state)


async def accepted(tx: Transaction, incoming: Incoming) -> str:
    """Somebody elsewhere lets one of ours follow; or a relay lets the school."""
    if await _answered_by_relay(tx, incoming, RelayState.ACCEPTED):
        return "accepted: relay"
    await follow_actions.accept(tx, await _of_ours(tx, incoming))
    return "accepted"


async def rejected(tx: Transaction, incoming: Incoming) -> str:
    """... or does not, or no longer."""
    if await _answered_by_relay(tx, incoming, RelayState.REJECTED):
        return "rejected: relay"
    await follow_actions.reject(tx, await _of_ours(tx, incoming))
    return "rejected"


async def _answered_by_relay(tx: Transaction, incoming: Incoming, state: RelayState) -> bool:
    relay = await relays.by_follow(tx, incoming.activity.object_uri)
    if relay is None:
        return False
    await relay_actions.answer(tx, relay, await incoming.actor(tx), state)
    return True


async def _of_ours(tx: Transaction, incoming: Incoming) -> Follow:
    """The follow by one of ours that the sender answers: by its id, else by who follows whom. Nobody answers for
    others.
    """
    sender = await incoming.acquaintance(tx)
    found = await follows.by_uri(tx, incoming.activity.object_uri)
    if found is None:
        follower = await actors.by_uri(tx, jsonld.id_of(incoming.activity.object.get("actor")) or "")
        found = await follows.between(tx, follower.id, sender.id) if follower and follower.local else None
    if found is None or found.followed_id != sender.id:
        raise Ignored("there is no such follow of the sender")
    return found


async def undone(tx: Transaction, incoming: Incoming) -> str:
    """Somebody elsewhere follows one of ours no more; also without an id that we know."""
    sender = await incoming.acquaintance(tx)
    followed = await actors.by_uri(tx, jsonld.id_of(incoming.activity.object.get("object")) or "")
    found = await follows.by_uri(tx, incoming.activity.object_uri)
    if found is not None and found.follower_id == sender.id:
        followed = await actors.by_id(tx, found.followed_id)
    if followed is None:
        raise Ignored("there is no such follow of the sender")
    await follow_actions.unfollow(tx, sender, followed)
    return "unfollowed"

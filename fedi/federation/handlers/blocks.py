"""Block and its Undo: somebody elsewhere wants nothing to do with one of ours."""

from __future__ import annotations

from fedi.actions import blocks as block_actions
from fedi.activitypub import jsonld
from fedi.federation.incoming import Ignored, Incoming
from fedi.models.actors import Actor
from fedi.store import actors
from fedi.store.database import Transaction


async def blocked(tx: Transaction, incoming: Incoming) -> str:
    """It is remembered, so that we neither follow nor offer anything of hers again."""
    target = await _ours(tx, incoming.activity.object_uri)
    await block_actions.block(tx, await incoming.actor(tx), target, incoming.received.uri)
    return "blocked"


async def unblocked(tx: Transaction, incoming: Incoming) -> str:
    """The block is lifted; follows do not come back by themselves."""
    target = await _ours(tx, jsonld.id_of(incoming.activity.object.get("object")) or "")
    await block_actions.unblock(tx, await incoming.acquaintance(tx), target)
    return "unblocked"


async def _ours(tx: Transaction, uri: str) -> Actor:
    target = await actors.by_uri(tx, uri)
    if target is None or not target.local:
        raise Ignored("whom it blocks is not here")
    return target

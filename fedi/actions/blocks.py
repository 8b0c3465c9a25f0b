"""Blocks: wanting nothing to do with somebody. Follows end on both sides, and who is blocked sees of the blocker what
anybody sees, and answers, likes, passes on and names nothing of hers.
"""

from __future__ import annotations

from fedi.actions import follows as follow_actions
from fedi.actions import outbox
from fedi.activitypub import activities
from fedi.activitypub.addressing import Audience
from fedi.activitypub.jsonld import Json
from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.blocks import Block, BlockView
from fedi.models.paging import Page
from fedi.store import blocks, follows
from fedi.store.database import Transaction


async def block(tx: Transaction, blocker: Actor, blocked: Actor, uri: str | None = None) -> None:
    """`blocker` wants nothing to do with `blocked`; again changes nothing. `uri`: the activity's, if a peer sent it."""
    _require_possible(blocker, blocked)
    block_id = tx.new_id()
    uri = uri or f"{tx.school.base_url}/activities/{block_id}"
    new = Block(block_id, blocker.id, blocked.id, uri, tx.now)
    if not await blocks.insert(tx, new):
        return
    await _part(tx, blocker, blocked)
    if blocker.local:
        await _send(tx, _activity(new, blocker, blocked), blocker, blocked)


def _require_possible(blocker: Actor, blocked: Actor) -> None:
    if blocker.id == blocked.id:
        raise Invalid("Nobody can block herself")
    if blocked.deleted_at is not None:
        raise NotFound("There is no such person")
    if not (blocker.local or blocked.local):
        raise Invalid("Neither of the two is of this school")


async def _part(tx: Transaction, blocker: Actor, blocked: Actor) -> None:
    """Neither reads the other any more. Servers that know no Block hear of it by the end of the follows."""
    theirs = await follows.between(tx, blocked.id, blocker.id)
    if blocker.local:
        await follow_actions.unfollow(tx, blocker, blocked)
        if theirs is not None:
            await follow_actions.reject(tx, theirs)
        return
    ours = await follows.between(tx, blocker.id, blocked.id)
    for each in (theirs, ours):
        if each is not None:
            await follow_actions.sever(tx, each)


async def unblock(tx: Transaction, blocker: Actor, blocked: Actor) -> None:
    """`blocker` lifts her block; the follows it ended do not come back. Where there is none, nothing happens."""
    found = await blocks.of(tx, blocker.id, blocked.id)
    if found is None or not await blocks.delete(tx, found.id):
        return
    if blocker.local:
        undo = activities.undo(outbox.new_uri(tx), _activity(found, blocker, blocked))
        await _send(tx, undo, blocker, blocked)


def _activity(block: Block, blocker: Actor, blocked: Actor) -> Json:
    return activities.build("Block", block.uri, blocker.uri, blocked.uri, Audience((blocked.uri,)))


async def _send(tx: Transaction, activity: Json, blocker: Actor, blocked: Actor) -> None:
    await outbox.send(tx, blocker, activity, None, outbox.inbox_of(blocked))


async def blocked_by(tx: Transaction, blocker: Actor, page: Page) -> list[BlockView]:
    """Whom a person has blocked, the latest first."""
    return await blocks.page(tx, blocker.id, page)

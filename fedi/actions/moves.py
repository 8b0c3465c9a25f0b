"""Moves: an account goes on at another server, and whoever follows it goes with it.

A move is believed because both accounts say so: the old one sends the Move, the new one names the old among its
aliases (`alsoKnownAs`).
"""

from __future__ import annotations

from dataclasses import replace

from fedi.actions import blocks as block_actions
from fedi.actions import follows as follow_actions
from fedi.actions import outbox
from fedi.activitypub import activities
from fedi.activitypub.addressing import Audience
from fedi.errors import Conflict, FediError, Forbidden, Invalid, NotFound
from fedi.models.actors import Actor, ActorKind
from fedi.store import actors, follows, jobs, moves
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

MAX_ALIASES = 10
_AT_ONCE = 50
_MAX_BLOCKERS = 500


async def add_alias(tx: Transaction, actor: Actor, other: Actor) -> Actor:
    """One of ours says that an account elsewhere is hers too, so that she can move from there to here."""
    if other.id == actor.id:
        raise Invalid("This is the account itself", "alias")
    if other.uri in actor.also_known_as:
        return actor
    if len(actor.also_known_as) >= MAX_ALIASES:
        raise Invalid(f"At most {MAX_ALIASES} other accounts are named", "alias")
    return await _set_aliases(tx, actor, (*actor.also_known_as, other.uri))


async def remove_alias(tx: Transaction, actor: Actor, uri: str) -> Actor:
    """... or no longer."""
    left = tuple(alias for alias in actor.also_known_as if alias != uri)
    return actor if left == actor.also_known_as else await _set_aliases(tx, actor, left)


async def _set_aliases(tx: Transaction, actor: Actor, aliases: tuple[str, ...]) -> Actor:
    changed = replace(actor, also_known_as=aliases)
    await actors.set_aliases(tx, actor.id, aliases)
    await outbox.actor_updated(tx, changed)
    tx.announce("actors", actor.id)
    return changed


async def move(tx: Transaction, actor: Actor, target: Actor) -> Actor:
    """`actor`, ours or a peer's, goes on as `target`; its followers here follow that one from now on.

    `target` must have been fetched just now. Invalid: it does not name the old account, or has moved on itself;
    Conflict: the last move is less than a week ago.
    """
    _require_possible(actor, target)
    if not await moves.record(tx, actor.id, target.id):
        raise Conflict("An account moves once a week at most")
    moved = replace(actor, moved_to=target.uri)
    await actors.set_moved_to(tx, actor.id, target.uri)
    tx.announce("actors", actor.id)
    if actor.local:
        await _tell(tx, moved, target)
    await moves.carry_mutes(tx, actor.id, target.id)
    for blocker in await moves.local_blockers(tx, actor.id, _MAX_BLOCKERS):
        if blocker.id != target.id:
            await block_actions.block(tx, blocker, target)
    await refollow(tx, actor.id, 0)
    return moved


def _require_possible(actor: Actor, target: Actor) -> None:
    if actor.kind is ActorKind.APPLICATION and actor.local:
        raise Forbidden("The school itself does not move")
    if actor.id == target.id:
        raise Invalid("This is the account itself", "target")
    if target.gone:
        raise NotFound("There is no such person")
    if target.moved_to is not None:
        raise Invalid("That account has moved on itself", "target")
    if actor.uri not in target.also_known_as:
        raise Invalid("That account does not name this one as its alias; set it there first", "target")


async def _tell(tx: Transaction, actor: Actor, target: Actor) -> None:
    """The followers' servers: first where she is now, then that they are to follow her there."""
    await outbox.actor_updated(tx, actor)
    addressed = Audience((actor.followers or "",))
    activity = activities.build("Move", outbox.new_uri(tx), actor.uri, actor.uri, addressed)
    activity["target"] = target.uri
    await outbox.send(tx, actor, activity, None, await follows.follower_inboxes(tx, actor.id), public=False)


async def refollow(tx: Transaction, actor_id: int, after: int) -> None:
    """The next followers here of somebody who has moved, by follows with ids above `after`, follow the new account."""
    last = await moves.of(tx, actor_id)
    both = await actors.by_ids(tx, [actor_id, last.target_id]) if last else {}
    if last is None or len(both) < 2:
        return
    batch = await moves.local_followers(tx, actor_id, after, _AT_ONCE)
    people = await actors.by_ids(tx, [each.follower_id for each in batch])
    for each in batch:
        await _go_with(tx, people[each.follower_id], both[actor_id], both[last.target_id])
    if len(batch) == _AT_ONCE:
        await jobs.enqueue(tx, NewJob("refollow", {"actor": actor_id, "after": batch[-1].follow_id}, Lane.BULK))


async def _go_with(tx: Transaction, follower: Actor, old: Actor, new: Actor) -> None:
    """Who may not follow the new account keeps the old one, for what it has written."""
    if follower.id != new.id:
        try:
            await follow_actions.follow(tx, follower, new)
        except FediError:
            return
    await follow_actions.unfollow(tx, follower, old)


async def stay(tx: Transaction, actor: Actor) -> Actor:
    """One of ours takes her move back and goes on here; who has gone does not come back by itself."""
    if actor.moved_to is None:
        return actor
    back = replace(actor, moved_to=None)
    await actors.set_moved_to(tx, actor.id, None)
    await outbox.actor_updated(tx, back)
    tx.announce("actors", actor.id)
    return back

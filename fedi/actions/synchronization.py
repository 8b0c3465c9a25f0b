"""Followers compared with what their server knows (FEP-8fcf): both sides of a follow may have lost something, and a
post for followers would then be shown to somebody it is not meant for.
"""

from __future__ import annotations

from collections.abc import Iterable

from fedi.actions import follows as follow_actions
from fedi.actions import outbox
from fedi.activitypub import synchronization, uris
from fedi.activitypub.synchronization import Synchronization
from fedi.models.actors import Actor
from fedi.models.follows import Follow, FollowState
from fedi.models.readings import ReadingKind
from fedi.store import actors, follows, jobs, readings
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

PAUSE_MS = 5 * 60_000
"""How long after a comparison with one actor's server there is no other."""

_UNDONE_AT_ONCE = 50


async def statement(tx: Transaction, actor_id: int, host: str) -> Synchronization | None:
    """What is said to the server at `host` of who there follows one of ours."""
    actor = await actors.by_id(tx, actor_id)
    if actor is None or actor.followers is None:
        return None
    followers = await follows.follower_uris_at(tx, actor.id, host)
    return Synchronization(actor.followers, f"{actor.uri}/followers_synchronization", synchronization.digest(followers))


async def heard(tx: Transaction, actor_uri: str, said: Synchronization) -> None:
    """The server of an actor says who of ours follows it. If we know otherwise, its list is read, after what else of
    this actor waits to be handled.
    """
    actor = await _differing(tx, actor_uri, said)
    if actor is None or not await readings.begin(tx, ReadingKind.FOLLOWERS, actor.id, PAUSE_MS):
        return
    args = {"actor": actor_uri, "collection": said.collection, "url": said.url, "digest": said.digest}
    await jobs.enqueue(tx, NewJob("sync-followers", args, Lane.INBOX, ordering_key=f"in:{actor_uri}"))


async def differs(tx: Transaction, actor_uri: str, said: Synchronization) -> bool:
    """Whether we know otherwise still."""
    return await _differing(tx, actor_uri, said) is not None


async def _differing(tx: Transaction, actor_uri: str, said: Synchronization) -> Actor | None:
    """The actor, if what is said is about its own followers, listed on its own server, and not what we know."""
    actor = await actors.by_uri(tx, actor_uri)
    if actor is None or actor.local or actor.gone or said.collection != actor.followers:
        return None
    if not uris.same_origin(said.url, actor.uri):
        return None
    ours = await follows.local_follower_uris(tx, actor.id)
    return actor if synchronization.digest(ours) != said.digest else None


async def repair(tx: Transaction, actor_uri: str, listed: Iterable[str]) -> None:
    """Make our side of an actor's followers what its server lists: whom it does not list follows no more, who was
    waiting is let in, and who follows there but not here takes it back.
    """
    actor = await actors.by_uri(tx, actor_uri)
    if actor is None or actor.local or actor.gone:
        return
    theirs = {person.id: person for person in await actors.by_uris(tx, listed) if person.local and not person.gone}
    ours = {follow.follower_id: follow for follow in await follows.by_local_people(tx, actor.id)}
    for follower_id, follow in ours.items():
        if follow.state is FollowState.ACCEPTED and follower_id not in theirs:
            await follow_actions.sever(tx, follow)
        elif follow.state is FollowState.PENDING and follower_id in theirs:
            await follow_actions.accept(tx, follow)
    strangers = [person for person_id, person in theirs.items() if person_id not in ours]
    for person in strangers[:_UNDONE_AT_ONCE]:
        lost = Follow(0, person.id, actor.id, outbox.new_uri(tx), FollowState.ACCEPTED, tx.now)
        await outbox.unfollowed(tx, lost, person, actor)

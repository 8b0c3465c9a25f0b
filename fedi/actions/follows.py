"""Follows: asking, letting in, and ending, between people here and everywhere."""

from __future__ import annotations

from collections import Counter

from fedi.actions import notifications, outbox, readings, timelines
from fedi.errors import Conflict, Forbidden, Invalid, NotFound
from fedi.models.actors import Actor, ActorKind
from fedi.models.follows import Follow, FollowState, Wishes
from fedi.models.notifications import NotificationKind
from fedi.models.paging import Page
from fedi.models.peers import Admission
from fedi.policies import peering
from fedi.store import actors, blocks, communities, follows, lists, peers
from fedi.store import notifications as told
from fedi.store.database import Transaction

MAX_LANGUAGES = 50
MAX_LANGUAGE = 35
"""Of the codes of BCP 47 none in use is longer."""

_AT_ONCE = 50


async def follow(tx: Transaction, follower: Actor, followed: Actor, uri: str | None = None) -> Follow:
    """Ask to follow; `uri` is the Follow of a peer's actor. Asking again changes nothing but is answered again."""
    await _require_possible(tx, follower, followed)
    before = await follows.between(tx, follower.id, followed.id)
    if before is None:
        if followed.moved_to is not None:
            raise Invalid("This account has moved; follow the new one", "followed")
        return await _begin(tx, follower, followed, uri)
    return await _ask_again(tx, before, follower, followed, uri)


async def wish(tx: Transaction, follower: Actor, followed: Actor, wishes: Wishes) -> None:
    """Say what one wants of somebody one follows or has asked to follow; NotFound if that is not so."""
    standing = await follows.between(tx, follower.id, followed.id)
    if standing is None:
        raise NotFound("There is no such follow")
    if len(wishes.languages or ()) > MAX_LANGUAGES or any(len(each) > MAX_LANGUAGE for each in wishes.languages or ()):
        raise Invalid("Languages are named by their codes", "languages")
    await follows.set_wishes(tx, standing.id, wishes)


async def _require_possible(tx: Transaction, follower: Actor, followed: Actor) -> None:
    if follower.id == followed.id:
        raise Invalid("Nobody can follow herself")
    if follower.gone or followed.gone:
        raise NotFound("There is no such person")
    if not (follower.local or followed.local):
        raise Invalid("Neither of the two is of this school")
    standing = await communities.standing(tx, followed.id, follower) if followed.kind is ActorKind.GROUP else None
    if standing is not None and followed.local and standing.banned:
        raise Forbidden("The moderators of this community have shut you out")
    if await blocks.between(tx, follower.id, followed.id):
        raise Forbidden("One of the two has blocked the other")
    host = _remote_host(follower, followed)
    if host is not None and not peering.may_send(tx.school.peering, await peers.standing(tx, host)):
        raise Forbidden(f"This school does not exchange posts with {host}")


def _remote_host(follower: Actor, followed: Actor) -> str | None:
    return next((actor.host for actor in (follower, followed) if not actor.local), None)


async def _begin(tx: Transaction, follower: Actor, followed: Actor, uri: str | None) -> Follow:
    follow_id = tx.new_id()
    new = Follow(
        id=follow_id,
        follower_id=follower.id,
        followed_id=followed.id,
        uri=uri or f"{tx.school.base_url}/activities/{follow_id}",
        state=await _first_state(tx, follower, followed),
        created_at=tx.now,
    )
    if new.state is FollowState.HELD:
        await _require_room(tx, follower.host)
    begun = await follows.insert(tx, new)
    await _tell(tx, begun, follower, followed)
    if follower.local:
        await readings.ask(tx, await readings.of_profile(tx, followed))
    return begun


async def _require_room(tx: Transaction, host: str) -> None:
    if await follows.count_held(tx, host) >= tx.school.limits.held_per_host or await follows.is_full(tx):
        raise Forbidden(f"More follows of {host} or of others wait than the administrator can be asked about")


async def _first_state(tx: Transaction, follower: Actor, followed: Actor) -> FollowState:
    if not followed.local:
        return FollowState.PENDING
    if not follower.local and await _is_stranger(tx, follower.host):
        return FollowState.HELD
    return FollowState.PENDING if followed.locked else FollowState.ACCEPTED


async def _is_stranger(tx: Transaction, host: str) -> bool:
    standing = await peers.standing(tx, host)
    return peering.admission(tx.school.peering, standing) is not Admission.ADMIT


async def _tell(tx: Transaction, begun: Follow, follower: Actor, followed: Actor) -> None:
    """What a new or newly admitted follow means for both sides."""
    match begun.state:
        case FollowState.ACCEPTED:
            await _settle(tx, begun, follower, followed)
        case FollowState.PENDING if followed.local:
            await notifications.notify(tx, followed.id, NotificationKind.FOLLOW_REQUEST, follower)
        case FollowState.PENDING:
            await outbox.follow_requested(tx, begun, follower, followed)
        case FollowState.HELD:
            tx.announce("held", follower.host)


async def _settle(tx: Transaction, begun: Follow, follower: Actor, followed: Actor) -> None:
    await actors.count_follow(tx, follower.id, followed.id, 1)
    if follower.local:
        await timelines.merge(tx, follower.id, followed)
        for each in await lists.with_member(tx, follower.id, followed.id):
            await lists.add_latest(tx, each.id, followed.id, timelines.ON_FOLLOW)
    if followed.local:
        await notifications.notify(tx, followed.id, NotificationKind.FOLLOW, follower)
        await _answer(tx, begun, follower, followed)


async def _answer(tx: Transaction, accepted: Follow, follower: Actor, followed: Actor) -> None:
    if not follower.local:
        await outbox.follow_accepted(tx, accepted, follower, followed)


async def _ask_again(tx: Transaction, before: Follow, follower: Actor, followed: Actor, uri: str | None) -> Follow:
    """A peer that lost our answer asks again, maybe under a new id: it gets the same answer."""
    if uri is None:
        return before
    again = await follows.insert(tx, Follow(before.id, follower.id, followed.id, uri, before.state, before.created_at))
    if again.state is FollowState.ACCEPTED and followed.local:
        await _answer(tx, again, follower, followed)
    return again


async def accept(tx: Transaction, follow: Follow) -> Follow:
    """Let a follower in: the followed person says so, or her server."""
    follower, followed = await _both(tx, follow)
    if follow.state is FollowState.HELD:
        raise Conflict("The administrator has not admitted that server yet")
    if await follows.set_state(tx, follow.id, FollowState.ACCEPTED):
        await _tell_no_more(tx, follow, followed)
        await _settle(tx, follow, follower, followed)
    return Follow(
        follow.id, follow.follower_id, follow.followed_id, follow.uri, FollowState.ACCEPTED, follow.created_at
    )


async def let_in(tx: Transaction, actor_id: int) -> bool:
    """Accept some of those who wait for the yes of somebody who decides no more who follows her; whether more wait."""
    followed = await actors.by_id(tx, actor_id)
    if followed is None or followed.gone or followed.locked:
        return False
    waiting = await follows.requests(tx, actor_id, Page(_AT_ONCE))
    for each in waiting:
        await accept(tx, each.follow)
    return len(waiting) == _AT_ONCE


async def reject(tx: Transaction, follow: Follow) -> None:
    """Do not let a follower in, or no longer: the followed person says so, or her server."""
    follower, followed = await _both(tx, follow)
    if await _end(tx, follow) and followed.local and not follower.local:
        await outbox.follow_rejected(tx, follow, follower, followed)


async def decide(tx: Transaction, me: Actor, asked: Follow | None, *, accepted: bool) -> None:
    """`me` answers a wish to follow her; NotFound if there is none, or it waits for somebody else."""
    if asked is None or asked.followed_id != me.id or asked.state is not FollowState.PENDING:
        raise NotFound("There is no such request")
    await (accept if accepted else reject)(tx, asked)


async def refuse(tx: Transaction, follower: Actor, followed: Actor, uri: str) -> None:
    """Say no to the Follow of a peer's actor, since the followed has blocked it or moved; nothing of it is kept."""
    refused = Follow(tx.new_id(), follower.id, followed.id, uri, FollowState.PENDING, tx.now)
    await outbox.follow_rejected(tx, refused, follower, followed)


async def unfollow(tx: Transaction, follower: Actor, followed: Actor) -> None:
    """End a follow, or take back the wish; where there is none, nothing happens."""
    standing = await follows.between(tx, follower.id, followed.id)
    if standing is None:
        return
    await _end(tx, standing)
    if follower.local and not followed.local:
        await outbox.unfollowed(tx, standing, follower, followed)


async def sever(tx: Transaction, follow: Follow) -> None:
    """End a follow without telling the other side: it is blocked, or gone."""
    await _end(tx, follow)


async def sever_all(tx: Transaction, ended: list[Follow]) -> None:
    """The same for all follows of a server, or of somebody who is gone.

    Those of people elsewhere may be thousands: no home here has anything of theirs, so they end together.
    """
    here = await actors.ours_among(tx, {each.follower_id for each in ended})
    elsewhere = [each for each in ended if each.follower_id not in here]
    accepted = [each for each in elsewhere if each.state is FollowState.ACCEPTED]
    await follows.delete_all(tx, elsewhere)
    await actors.count_ended(
        tx, Counter(each.follower_id for each in accepted), Counter(each.followed_id for each in accepted)
    )
    await told.delete_of_people(tx, [(each.followed_id, _told_as(each), each.follower_id) for each in elsewhere])
    for each in ended:
        if each.follower_id in here:
            await _end(tx, each)


async def admit_held(tx: Transaction, host: str) -> int:
    """Treat the held follows of a host as if they came in now; how many there were."""
    held = await follows.held_from(tx, host)
    for each in held:
        await _admit(tx, each)
    return len(held)


async def _admit(tx: Transaction, held: Follow) -> None:
    follower, followed = await _both(tx, held)
    state = FollowState.PENDING if followed.locked else FollowState.ACCEPTED
    await follows.set_state(tx, held.id, state)
    admitted = Follow(held.id, held.follower_id, held.followed_id, held.uri, state, held.created_at)
    await _tell(tx, admitted, follower, followed)


async def _end(tx: Transaction, follow: Follow) -> bool:
    if not await follows.delete(tx, follow.id):
        return False
    if follow.state is FollowState.ACCEPTED:
        await actors.count_follow(tx, follow.follower_id, follow.followed_id, -1)
    follower, followed = await _both(tx, follow)
    await _tell_no_more(tx, follow, followed)
    if follower.local:
        await timelines.unmerge(tx, follower.id, followed)
        for each in await lists.with_member(tx, follower.id, followed.id):
            await lists.remove_member(tx, each.id, followed.id)
    return True


async def _tell_no_more(tx: Transaction, ended: Follow, followed: Actor) -> None:
    """What was told of a follow, or of a wish that has its answer: nothing is left to decide, and the next is news."""
    if followed.local:
        await told.delete(tx, followed.id, _told_as(ended), ended.follower_id, None)


def _told_as(follow: Follow) -> NotificationKind:
    return NotificationKind.FOLLOW if follow.state is FollowState.ACCEPTED else NotificationKind.FOLLOW_REQUEST


async def _both(tx: Transaction, follow: Follow) -> tuple[Actor, Actor]:
    known = await actors.by_ids(tx, [follow.follower_id, follow.followed_id])
    if len(known) != 2:
        raise NotFound("There is no such follow")
    return known[follow.follower_id], known[follow.followed_id]

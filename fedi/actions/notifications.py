"""Notifications: telling teachers what others did, once each."""

from __future__ import annotations

from collections.abc import Sequence

from fedi.actions import push
from fedi.models.actors import Actor, ActorKind
from fedi.models.follows import FollowState
from fedi.models.notifications import (
    Choice,
    Notification,
    NotificationKind,
    NotificationPolicy,
    NotificationView,
)
from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.policies import notifications as deciding
from fedi.policies.notifications import Sender
from fedi.store import actors, follows, markers, moderated, posts, views, visibility
from fedi.store import notification_policies as policies
from fedi.store import notifications as stored
from fedi.store.database import Transaction

MARKER = "notifications"


async def notify(
    tx: Transaction,
    account_id: int,
    kind: NotificationKind,
    actor: Actor,
    post_id: int | None = None,
    *,
    report_id: int | None = None,
    strike_id: int | None = None,
    collection_id: int | None = None,
) -> None:
    """Tell an account what `actor` did, once; of what is one's own only the end of a poll and what moderators decided.

    Nothing is told of people she has blocked or muted, but for reports: those are for her as a moderator. Her policy
    may keep it apart, or want it never made.
    """
    if account_id == actor.id and kind not in (NotificationKind.POLL, NotificationKind.WARNING):
        return
    choice = await _choice(tx, account_id, kind, actor, post_id)
    if choice is Choice.DROP:
        return
    filtered = choice is Choice.FILTER
    made = await stored.insert(
        tx,
        account_id,
        kind,
        actor.id,
        post_id,
        report_id,
        strike_id=strike_id,
        collection_id=collection_id,
        filtered=filtered,
    )
    if made is not None and not filtered:
        tx.announce(f"notifications:{account_id}", made)
        await push.tell(tx, account_id, kind, actor.id, made)


async def _choice(
    tx: Transaction, account_id: int, kind: NotificationKind, actor: Actor, post_id: int | None
) -> Choice:
    policy = None if kind in deciding.ALWAYS_TOLD else await policies.of(tx, account_id)
    if policy is None and actor.limited_at is not None and kind not in deciding.ALWAYS_TOLD:
        policy = NotificationPolicy()
    if policy is None or await policies.is_welcome(tx, account_id, actor.id):
        return Choice.ACCEPT
    ours = await follows.between(tx, account_id, actor.id)
    theirs = await follows.between(tx, actor.id, account_id)
    sender = Sender(
        followed=ours is not None and ours.state is FollowState.ACCEPTED,
        follows_since=theirs.created_at if theirs and theirs.state is FollowState.ACCEPTED else None,
        account_made=actor.created_at,
        bot=actor.kind in (ActorKind.SERVICE, ActorKind.APPLICATION),
        limited=actor.limited_at is not None,
        private_mention=kind is NotificationKind.MENTION and await _is_unasked(tx, account_id, post_id),
    )
    return deciding.choice(policy, sender, tx.now)


async def _is_unasked(tx: Transaction, account_id: int, post_id: int | None) -> bool:
    """Whether a post is a message that answers nothing of hers."""
    post = await posts.by_id(tx, post_id) if post_id is not None else None
    if post is None or post.circle is not Circle.DIRECT:
        return False
    parent = await posts.by_id(tx, post.in_reply_to_id) if post.in_reply_to_id is not None else None
    return parent is None or parent.actor_id != account_id


async def latest(tx: Transaction, account_id: int, page: Page) -> list[NotificationView]:
    """What an account was told, newest first, as far as it may still see what it is about."""
    return await _shown(tx, account_id, await stored.latest(tx, account_id, page))


async def _shown(tx: Transaction, account_id: int, found: list[Notification]) -> list[NotificationView]:
    people = await actors.by_ids(tx, [account_id, *(each.actor_id for each in found)])
    about = [each.post_id for each in found if each.post_id is not None]
    visible = await visibility.visible_ids(tx, people.get(account_id), about) if about else set()
    shown = [each for each in found if each.post_id is None or each.post_id in visible]
    return await _views(tx, account_id, shown, people)


async def one(tx: Transaction, account_id: int, notification_id: int) -> NotificationView | None:
    """One of them, as far as the account may still see what it is about."""
    found = await stored.one(tx, account_id, notification_id)
    if found is None:
        return None
    shown = await _shown(tx, account_id, [found])
    return shown[0] if shown else None


async def _views(
    tx: Transaction, account_id: int, shown: list[Notification], people: dict[int, Actor]
) -> list[NotificationView]:
    about = [each.post_id for each in shown if each.post_id is not None]
    posts = {view.post.id: view for view in await views.full(tx, about, account_id)}
    strikes = await moderated.strikes_by_ids(tx, [each.strike_id for each in shown if each.strike_id is not None])
    return [
        NotificationView(each, people[each.actor_id], posts.get(each.post_id or 0), strikes.get(each.strike_id or 0))
        for each in shown
    ]


async def dismiss(tx: Transaction, account_id: int, ids: Sequence[int] | None = None) -> None:
    """Forget some of what an account was told, or all of it."""
    await stored.dismiss(tx, account_id, ids)


async def unread(tx: Transaction, account_id: int) -> int:
    """How many notifications an account has not read."""
    return await stored.unread(tx, account_id)


async def mark_read(tx: Transaction, account_id: int, up_to: int) -> None:
    """An account has read everything up to this notification; her other devices are told where that is."""
    await stored.mark_read(tx, account_id, up_to)
    await markers.put(tx, account_id, MARKER, up_to)


async def move_marker(tx: Transaction, account_id: int, to: int) -> None:
    """An account has read everything up to this notification, and what is above it not, or not any more."""
    await stored.mark_unread(tx, account_id, to)
    await mark_read(tx, account_id, to)


async def let_through(tx: Transaction, account_id: int, actor_id: int) -> None:
    """Tell what was kept apart of somebody, and from now on whatever she does."""
    await policies.let_through(tx, account_id, actor_id)
    tx.announce(f"notifications_merged:{account_id}", account_id)


async def hold_back(tx: Transaction, account_id: int, actor_id: int) -> None:
    """Forget what was kept apart of somebody."""
    await policies.drop(tx, account_id, actor_id)


async def choose(tx: Transaction, account_id: int, policy: NotificationPolicy) -> None:
    """Decide of whom one wants to be told at once."""
    await policies.put(tx, account_id, policy)

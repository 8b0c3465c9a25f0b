"""Polls: voting, the votes of other servers, and closing when the time is over."""

from __future__ import annotations

from collections.abc import Sequence

from fedi.actions import notifications, outbox, reading
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.notifications import NotificationKind
from fedi.models.posts import Poll, Post
from fedi.store import actors, blocks, polls, views, visibility
from fedi.store.database import Transaction

_CLOSED_AT_ONCE = 20


async def vote(tx: Transaction, actor: Actor, post: Post, positions: Sequence[int]) -> None:
    """One of ours chooses, once; `positions` count from 0. NotFound, Forbidden (one's own poll) or Invalid."""
    await reading.require_contact(tx, actor, post)
    poll = await polls.of_post(tx, post.id)
    author = await actors.by_id(tx, post.actor_id)
    if poll is None or author is None:
        raise NotFound("There is no such poll")
    if actor.id == author.id:
        raise Forbidden("Nobody votes in her own poll")
    chosen = _chosen(poll, positions, tx.now)
    if not await polls.add_voter(tx, post.id, actor.id):
        raise Invalid("You have already voted on this poll", "choices")
    for position in chosen:
        await polls.add_vote(tx, post.id, actor.id, position, None)
    await outbox.voted(tx, actor, post, author, [poll.options[position].title for position in chosen])


def _chosen(poll: Poll, positions: Sequence[int], now: int) -> list[int]:
    chosen = sorted(set(positions))
    if _is_over(poll, now):
        raise Invalid("The poll has already ended", "choices")
    if not chosen or not all(0 <= position < len(poll.options) for position in chosen):
        raise Invalid("Choose from what the poll offers", "choices")
    if len(chosen) > 1 and not poll.multiple:
        raise Invalid("This poll takes one choice", "choices")
    return chosen


def _is_over(poll: Poll, now: int) -> bool:
    return poll.closed_at is not None or (poll.closes_at is not None and poll.closes_at <= now)


async def receive_vote(tx: Transaction, actor: Actor, post: Post, title: str, uri: str) -> None:
    """A choice somebody elsewhere made in a poll of ours, named by its title. What does not count is dropped silently:
    a poll that is over or hidden, or of somebody who has blocked the voter, an unknown title, a second choice where one
    is allowed.
    """
    poll = await polls.of_post(tx, post.id) if post.local else None
    if poll is None or _is_over(poll, tx.now) or not await visibility.sees(tx, actor, post):
        return
    if await blocks.of(tx, post.actor_id, actor.id):
        return
    titles = [option.title for option in poll.options]
    if title in titles and (await polls.add_voter(tx, post.id, actor.id) or poll.multiple):
        await polls.add_vote(tx, post.id, actor.id, titles.index(title), uri)


async def replace(tx: Transaction, post: Post, old: Poll | None, new: Poll | None) -> None:
    """An edit brings another poll: with the same choices its votes stay, otherwise they are gone."""
    if old is not None and new is not None and _choices(old) == _choices(new):
        await _keep_votes(tx, post, old, new)
        return
    if old is not None:
        await polls.delete(tx, post.id)
    if new is not None:
        await polls.insert(tx, post.id, new)


def _choices(poll: Poll) -> tuple[bool, list[str]]:
    return poll.multiple, [option.title for option in poll.options]


async def _keep_votes(tx: Transaction, post: Post, old: Poll, new: Poll) -> None:
    if post.local:
        await polls.set_closing(tx, post.id, new.closes_at)
    else:
        await refresh(tx, post, old, new)


async def refresh(tx: Transaction, post: Post, old: Poll, new: Poll) -> None:
    """Take over what a remote poll's own server counts; when that says it is over, the voters here hear of it."""
    await polls.refresh(tx, post.id, new)
    if old.closed_at is None and new.closed_at is not None:
        await _tell_result(tx, post)


async def close_due(tx: Transaction) -> bool:
    """Close polls whose time is over, some at a time, and tell who voted; whether there may be more."""
    closed = await polls.close_due(tx, _CLOSED_AT_ONCE)
    for view in await views.full(tx, closed):
        await _tell_result(tx, view.post)
        if view.author.local:
            await outbox.updated(tx, view)
    return len(closed) == _CLOSED_AT_ONCE


async def _tell_result(tx: Transaction, post: Post) -> None:
    """To those who voted here, and to the author."""
    author = await actors.by_id(tx, post.actor_id)
    if author is not None:
        for account_id in [author.id, *await polls.local_voters(tx, post.id)]:
            await notifications.notify(tx, account_id, NotificationKind.POLL, author, post.id)

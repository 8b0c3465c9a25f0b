"""Polls: voting, the votes of other servers, and closing when the time is over."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from fedi.actions import notifications, outbox, reading, readings
from fedi.actions.readings import Wish
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.notifications import NotificationKind
from fedi.models.posts import Poll, PollOption, Post, PostView
from fedi.models.readings import ReadingKind
from fedi.store import actors, blocks, jobs, polls, views, visibility
from fedi.store.database import Transaction
from fedi.store.jobs import NewJob

DEBOUNCE_MS = 3 * 60_000
"""How long votes are gathered before their counts are told."""

_UNTIL_COUNTED_MS = 60_000
_CLOSED_AT_ONCE = 20
_VOTERS_TOLD = 1_000


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
    if post.local:
        await _tell_later(tx, post)
        return
    await _close_on_time(tx, post, poll)
    await outbox.voted(tx, actor, post, author, [poll.options[position].title for position in chosen])
    await _ask_soon(tx, post)


async def _ask_soon(tx: Transaction, post: Post) -> None:
    """The poll's own server is asked for its counts, once it has had the time to make them."""
    await readings.ask(tx, [Wish(ReadingKind.POLL, post.id)], delay_ms=_UNTIL_COUNTED_MS)


def _chosen(poll: Poll, positions: Sequence[int], now: int) -> list[int]:
    chosen = sorted(set(positions))
    if _is_over(poll, now):
        raise Invalid("The poll has already ended", "choices")
    if not chosen or not all(0 <= position < len(poll.options) for position in chosen):
        raise Invalid("The chosen vote option does not exist", "choices")
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
    titles = [option.title.strip() for option in poll.options]
    if title in titles and (await polls.add_voter(tx, post.id, actor.id) or poll.multiple):
        await polls.add_vote(tx, post.id, actor.id, titles.index(title), uri)
        await _tell_later(tx, post)


async def attach(tx: Transaction, post: Post, poll: Poll) -> None:
    """Hang a poll on a post; one of ours closes on time."""
    await polls.insert(tx, post.id, poll)
    if post.local:
        await _close_on_time(tx, post, poll)


async def _close_on_time(tx: Transaction, post: Post, poll: Poll) -> None:
    """A school that sleeps is woken for it."""
    if poll.closes_at is not None and poll.closes_at > tx.now:
        key = f"close-poll:{post.id}"
        await jobs.enqueue(tx, NewJob("close-polls", ordering_key=key, run_at=poll.closes_at))


async def _tell_later(tx: Transaction, post: Post) -> None:
    """The first vote since the last telling begins the wait: however many come, one Update is sent in three minutes."""
    if await polls.note_change(tx, post.id):
        key = f"tell-poll:{post.id}"
        await jobs.enqueue(tx, NewJob("tell-poll", {"post": post.id}, ordering_key=key, run_at=tx.now + DEBOUNCE_MS))


async def tell(tx: Transaction, post_id: int) -> None:
    """Tell other servers the new counts of an open poll, if nobody has yet."""
    if await polls.take_change(tx, post_id):
        for view in await views.full(tx, [post_id]):
            await _send_counts(tx, view)


async def replace(tx: Transaction, post: Post, old: Poll | None, new: Poll | None) -> None:
    """An edit brings another poll: with the same choices its votes stay, otherwise they are gone."""
    if old is not None and new is not None and _choices(old) == _choices(new):
        await _keep_votes(tx, post, old, new)
        return
    if old is not None:
        await polls.delete(tx, post.id)
    if new is not None:
        await attach(tx, post, new)


def as_made(poll: Poll | None) -> Poll | None:
    """A poll as its author has it, without what was voted."""
    if poll is None:
        return None
    titles = tuple(PollOption(each.title) for each in poll.options)
    return dataclasses.replace(poll, options=titles, closed_at=None, voters_count=0)


def _choices(poll: Poll) -> tuple[bool, list[str]]:
    return poll.multiple, [option.title for option in poll.options]


async def _keep_votes(tx: Transaction, post: Post, old: Poll, new: Poll) -> None:
    if post.local:
        await polls.set_closing(tx, post.id, new.closes_at)
        await polls.set_hiding(tx, post.id, new.hide_totals)
        await _close_on_time(tx, post, new)
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
            await _send_counts(tx, view)
        elif await polls.local_voters(tx, view.post.id):
            await _ask_soon(tx, view.post)
    return len(closed) == _CLOSED_AT_ONCE


async def _send_counts(tx: Transaction, view: PostView) -> None:
    """To whom the poll went, and to the servers of those who have voted though they follow nobody here."""
    voters = await actors.by_ids(tx, await polls.remote_voters(tx, view.post.id, _VOTERS_TOLD))
    await outbox.counted(tx, view, list(voters.values()))


async def _tell_result(tx: Transaction, post: Post) -> None:
    """To those who voted here, and to the author."""
    author = await actors.by_id(tx, post.actor_id)
    if author is not None:
        for account_id in [author.id, *await polls.local_voters(tx, post.id)]:
            await notifications.notify(tx, account_id, NotificationKind.POLL, author, post.id)

"""Readings: what somebody here looks at is read from where it comes from, in a job, and not too often.

A face asks in its read what is due (`of_thread`, `of_profile`), and only if something is, in a write for it (`ask`).
Only people of this school can make us ask: a face does not call this for strangers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fedi.actions.reading import Thread
from fedi.models.actors import Actor
from fedi.models.posts import Post, PostView
from fedi.models.readings import Reading, ReadingKind
from fedi.policies.visibility import OPEN
from fedi.store import jobs, posts
from fedi.store import readings as stored
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

_MINUTE_MS = 60_000
PAUSES_MS = {
    ReadingKind.THREAD: 15 * _MINUTE_MS,
    ReadingKind.PROFILE: 2 * 24 * 60 * _MINUTE_MS,
    ReadingKind.POLL: 5 * _MINUTE_MS,
}
"""How long nobody is asked again for the same thing."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that is due to be read."""

    kind: ReadingKind
    ref_id: int


async def of_thread(tx: Transaction, thread: Thread) -> list[Wish]:
    """What is due of an opened thread: the rest of it, if any of it is of another server, and its poll."""
    wishes = await of_poll(tx, thread.post)
    shown = (*thread.ancestors, thread.post, *thread.descendants)
    if any(not view.post.local and view.post.circle in OPEN for view in shown):
        wishes += await _due(tx, ReadingKind.THREAD, thread.post.post.thread_id)
    return wishes


async def of_context(tx: Transaction, post: Post, around: Iterable[int]) -> list[Wish]:
    """What is due of a thread that a client has opened at this post; `around` are the others it was shown."""
    is_due = await posts.any_open_elsewhere(tx, [post.id, *around])
    return await _due(tx, ReadingKind.THREAD, post.thread_id) if is_due else []


async def of_poll(tx: Transaction, view: PostView) -> list[Wish]:
    """The counts of an open poll of another server."""
    is_open = view.poll is not None and view.poll.closed_at is None
    return await _due(tx, ReadingKind.POLL, view.post.id) if is_open and not view.post.local else []


async def of_profile(tx: Transaction, actor: Actor) -> list[Wish]:
    """What somebody elsewhere has written lately, and says of herself now."""
    return [] if actor.local or actor.gone else await _due(tx, ReadingKind.PROFILE, actor.id)


async def _due(tx: Transaction, kind: ReadingKind, ref_id: int) -> list[Wish]:
    last = await stored.of(tx, kind, ref_id)
    is_due = last is None or last.asked_at <= tx.now - PAUSES_MS[kind]
    return [Wish(kind, ref_id)] if is_due else []


async def ask(tx: Transaction, wishes: Iterable[Wish], *, delay_ms: int = 0) -> None:
    """Have these things read in a job each, at once or later; what was asked for meanwhile is left out.

    What is to be read later is read though it was read a moment ago: something has happened since.
    """
    for wish in wishes:
        if await stored.begin(tx, wish.kind, wish.ref_id, 0 if delay_ms else PAUSES_MS[wish.kind]):
            await jobs.enqueue(tx, replace(_job(wish), run_at=tx.now + delay_ms))


def _job(wish: Wish) -> NewJob:
    # With what came in: these jobs wait for other servers too, and must not hold up our own work.
    key = f"read:{wish.kind}:{wish.ref_id}"
    return NewJob(f"read-{wish.kind}", {"ref": wish.ref_id}, Lane.INBOX, ordering_key=key)


async def running(tx: Transaction, kind: ReadingKind, ref_id: int) -> Reading | None:
    """The reading that is under way, and may bring more soon; None if there is none."""
    last = await stored.of(tx, kind, ref_id)
    return last if last is not None and last.running(tx.now) else None

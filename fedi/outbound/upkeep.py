"""Jobs that keep a school in order: polls that end, large fan-outs, and what is cleared away when its time is over."""

from __future__ import annotations

import asyncio

from fedi.actions import files as file_actions
from fedi.actions import polls, timelines
from fedi.outbound.work import Work
from fedi.store import attempts, backlog, jobs, notifications, received, sessions, tickets, tombstones
from fedi.store.database import Transaction
from fedi.store.jobs import Job

_DAY_MS = 24 * 3600_000
KEEP_RECEIVED_MS = 14 * _DAY_MS
KEEP_DEAD_JOBS_MS = 30 * _DAY_MS
KEEP_NOTIFICATIONS_MS = 365 * _DAY_MS


async def close_polls(work: Work) -> None:
    """Close the polls whose time has come and tell who has voted."""
    while await work.instance.db.write(polls.close_due):
        pass
    await work.instance.db.write(jobs.finish, work.job)


async def fan_out(work: Work) -> None:
    """Bring a post into the next five hundred homes; the rest is another job."""
    await work.instance.db.write(_continue_fan_out, work.job)


async def _continue_fan_out(tx: Transaction, job: Job) -> None:
    await timelines.continue_fan_out(tx, job.args["post"], job.args["after"])
    await jobs.finish(tx, job)


async def prune(work: Work) -> None:
    """Clear away what nobody needs any more: rows first, then the files that no row names."""
    while await work.instance.db.write(timelines.prune):
        pass
    unused = await work.instance.db.write(_clear_rows)
    for key in unused:
        await asyncio.to_thread(work.instance.media.erase, key)
    await work.instance.db.write(jobs.finish, work.job)


async def _clear_rows(tx: Transaction) -> list[str]:
    """The storage keys of files that may be erased once this is committed."""
    await received.prune(tx, tx.now - KEEP_RECEIVED_MS)
    await backlog.prune(tx, tx.now - KEEP_DEAD_JOBS_MS)
    await notifications.prune(tx, tx.now - KEEP_NOTIFICATIONS_MS)
    for table in (sessions, tickets, attempts, tombstones):
        await table.prune(tx)
    return [*await file_actions.free_unused(tx), *await file_actions.free_cache(tx)]

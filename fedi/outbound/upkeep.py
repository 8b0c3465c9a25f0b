"""Jobs that keep a school in order: polls closed, long fan-outs gone on with, and what nobody needs any more forgotten.

Each does its work in units of bounded size, ends itself in the last one, and can be run again from the start.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

from fedi.actions import access, follows, moves, polls, timelines
from fedi.actions import actors as actor_actions
from fedi.actions import files as file_actions
from fedi.instances import Instance
from fedi.outbound.files import erase
from fedi.outbound.work import Work
from fedi.store import (
    activities,
    attempts,
    backlog,
    cards,
    communities,
    files,
    hosts,
    jobs,
    keys,
    mutes,
    notifications,
    readings,
    receipts,
    received,
    schemes,
    servers,
    sessions,
    sign_ups,
    tickets,
    tombstones,
    visits,
)
from fedi.store.database import Transaction
from fedi.store.jobs import Job

DAY_MS = 24 * 60 * 60 * 1000
RECEIVED_DAYS = 14
"""How long the text of what peers sent is kept; ids stay, so that nothing can be sent to us twice."""

DEAD_JOBS_DAYS = 30
RECEIPT_DAYS = 28
"""Shorter than deliveries that were given up are kept: what is neither there nor in the queue has arrived."""

NOTIFICATION_DAYS = 180
IDLE_HOST_DAYS = 90
SCHEME_DAYS = 30
FORMER_KEY_DAYS = 7
READINGS_DAYS = 30
CARD_DAYS = 1
UNSHOWN_DAYS = 90

_KEYS_AT_ONCE = 500


async def close_polls(work: Work) -> None:
    """Close the polls whose time is over."""
    await _repeat(work.instance, polls.close_due)
    await work.instance.db.write(jobs.finish, work.job)


async def tell_poll(work: Work) -> None:
    """Tell other servers the counts of a poll that is open: arg `post`."""
    await work.instance.db.write(_tell_poll, work.job)


async def _tell_poll(tx: Transaction, job: Job) -> None:
    await polls.tell(tx, job.args["post"])
    await jobs.finish(tx, job)


async def fan_out(work: Work) -> None:
    """Put a post into the next homes: args `post` and `after`, the follow the last batch ended with, or with `by_tags`
    the account.
    """
    await work.instance.db.write(_fan_out, work.job)


async def _fan_out(tx: Transaction, job: Job) -> None:
    go_on = timelines.continue_by_tags if job.args.get("by_tags") else timelines.continue_fan_out
    await go_on(tx, job.args["post"], job.args["after"])
    await jobs.finish(tx, job)


async def refollow(work: Work) -> None:
    """Let the next followers of somebody who has moved follow the new account: args `actor` and `after`."""
    await work.instance.db.write(_refollow, work.job)


async def _refollow(tx: Transaction, job: Job) -> None:
    await moves.refollow(tx, job.args["actor"], job.args["after"])
    await jobs.finish(tx, job)


async def let_in(work: Work) -> None:
    """Let in all who wait for the yes of somebody who decides no more who follows her: arg `actor`."""
    await _repeat(work.instance, functools.partial(follows.let_in, actor_id=work.job.args["actor"]))
    await work.instance.db.write(jobs.finish, work.job)


async def erase_posts(work: Work) -> None:
    """Erase what somebody who is gone has written: arg `actor`."""
    await _repeat(work.instance, functools.partial(actor_actions.erase_posts, actor_id=work.job.args["actor"]))
    await work.instance.db.write(jobs.finish, work.job)


async def prune(work: Work) -> None:
    """Forget what is too old to be of use, and erase files that nobody refers to."""
    for forget in (_forget_secrets, _forget_traffic, _forget_news):
        await work.instance.db.write(forget)
    await _repeat(work.instance, timelines.prune)
    await _erase_files(work.instance)
    await _sweep(work.instance)
    await work.instance.db.write(jobs.finish, work.job)


async def _repeat(instance: Instance, unit: Callable[[Transaction], Coroutine[Any, Any, bool]]) -> None:
    """Run a unit until it says that there is no more."""
    more = True
    while more:
        more = await instance.db.write(unit)


async def _forget_secrets(tx: Transaction) -> None:
    await sessions.prune(tx)
    await tickets.prune(tx)
    await attempts.prune(tx)
    await sign_ups.prune(tx)
    await visits.prune(tx)
    await keys.prune(tx, tx.now - FORMER_KEY_DAYS * DAY_MS)
    await access.prune(tx)


async def _forget_traffic(tx: Transaction) -> None:
    await received.prune(tx, tx.now - RECEIVED_DAYS * DAY_MS)
    await received.forget_ineffective(tx, tx.now - tombstones.KEPT_DAYS * DAY_MS)
    await received.forget_old(tx, tx.now - received.KEPT_DAYS * DAY_MS)
    await received.trim(tx)
    await activities.prune(tx, tx.now - UNSHOWN_DAYS * DAY_MS)
    await tombstones.prune(tx)
    await communities.prune_announced(tx, tx.now - tombstones.KEPT_DAYS * DAY_MS)
    await backlog.prune(tx, tx.now - DEAD_JOBS_DAYS * DAY_MS)
    await cards.prune(tx, tx.now - CARD_DAYS * DAY_MS)
    await readings.prune(tx, tx.now - READINGS_DAYS * DAY_MS)
    await receipts.prune(tx, tx.now - RECEIPT_DAYS * DAY_MS)
    await hosts.prune(tx, tx.now - IDLE_HOST_DAYS * DAY_MS)
    await servers.prune(tx, tx.now - IDLE_HOST_DAYS * DAY_MS)
    await schemes.prune(tx, tx.now - SCHEME_DAYS * DAY_MS)


async def _forget_news(tx: Transaction) -> None:
    await mutes.prune(tx)
    await notifications.prune(tx, tx.now - NOTIFICATION_DAYS * DAY_MS)


async def _erase_files(instance: Instance) -> None:
    """Files put nowhere, those of people who have left, and cached ones beyond the quota."""
    while unused := await instance.db.read(file_actions.unused):
        await erase(instance, await instance.db.write(file_actions.free_unused, unused))
    while keys := await instance.db.write(file_actions.free_cache):
        await erase(instance, keys)


async def _sweep(instance: Instance) -> None:
    """Erase bytes that a crash has left behind: a file half taken in, never noted, or forgotten and not yet erased."""
    yesterday_s = (instance.clock() - DAY_MS) / 1000
    old = await asyncio.to_thread(lambda: list(instance.media.older_than(yesterday_s)))
    for start in range(0, len(old), _KEYS_AT_ONCE):
        keys = old[start : start + _KEYS_AT_ONCE]
        known = await instance.db.read(files.referenced_keys, keys)
        await erase(instance, sorted(set(keys) - known))

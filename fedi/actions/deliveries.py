"""Deliveries of what our actors tell other servers: a job for each inbox.

To a few inboxes they are queued with the activity. Many would keep its author waiting: 500 rows cost several
milliseconds, and the first deliveries would run beside the answer to her. So one job is committed with the activity,
holds the list, and queues them a moment later. What an actor sends stays in its order: while such a job of hers waits,
whatever she sends goes the same way, behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from fedi.activitypub import uris
from fedi.models.activities import SentActivity
from fedi.models.peers import Standing
from fedi.policies import peering
from fedi.store import activities, jobs, long_jobs, peers, receipts
from fedi.store.database import Transaction
from fedi.store.jobs import Job, Lane, NewJob

_AT_ONCE = 20
_BATCH = 250
_MOMENT_MS = 50


async def begin(tx: Transaction, activity: SentActivity, inboxes: Iterable[str], *, former_key: bool = False) -> None:
    """Queue what brings an activity to these inboxes, now or by a job of its own."""
    wanted = sorted(inboxes)
    key = f"{activity.actor_id}>"
    if len(wanted) <= _AT_ONCE and not await long_jobs.waits(tx, key):
        await _queue(tx, activity, await _permitted(tx, wanted), former_key)
        return
    args = {"activity": activity.id, "inboxes": wanted, "former_key": former_key}
    await jobs.enqueue(tx, NewJob("send", args, ordering_key=key, run_at=tx.now + _MOMENT_MS, holds=True))


async def go_on(tx: Transaction, job: Job) -> Job | None:
    """Queue the next deliveries that `begin` has left to a job; the job that is left, None when it has ended."""
    args: dict[str, Any] = job.args
    activity = await activities.by_id(tx, args["activity"])
    inboxes = await _permitted(tx, args["inboxes"]) if activity is not None else []
    if activity is not None:
        await _queue(tx, activity, inboxes, args["former_key"])
    if len(inboxes) <= _BATCH:
        await jobs.finish(tx, job)
        return None
    left = replace(job, args=args | {"inboxes": inboxes[_BATCH:]})
    await long_jobs.shorten(tx, left)
    return left


async def _queue(tx: Transaction, activity: SentActivity, inboxes: list[str], former_key: bool) -> None:
    """The first of these deliveries. All their servers are noted for the author of a new post."""
    deliveries = [_delivery(activity, inbox, former_key) for inbox in inboxes[:_BATCH]]
    silent = await jobs.enqueue_many(tx, deliveries)
    if activity.post_id is not None and deliveries and activity.type == "Create":
        await receipts.begin(tx, activity, activity.post_id, {uris.host_of(inbox) for inbox in inboxes}, silent)


async def _permitted(tx: Transaction, inboxes: list[str]) -> list[str]:
    """The inboxes on hosts we send to: never a blocked one; where there is an allowlist only those on it."""
    hosts = {inbox: uris.host_of(inbox) for inbox in inboxes}
    standings = await peers.standings(tx, hosts.values())
    mode = tx.school.peering
    return [inbox for inbox, host in hosts.items() if peering.may_send(mode, standings.get(host, Standing.UNKNOWN))]


def _delivery(activity: SentActivity, inbox: str, former_key: bool) -> NewJob:
    host = uris.host_of(inbox)
    return NewJob(
        "deliver",
        {"activity": activity.id, "inbox": inbox} | ({"former_key": True} if former_key else {}),
        Lane.DELIVERY,
        host=host,
        # One thread for each sender and host: a Delete never overtakes its Create.
        ordering_key=f"{activity.actor_id}>{host}",
        holds=activity.type == "Delete",
    )

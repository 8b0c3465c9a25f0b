"""The queue: jobs in the school's own database, in causal threads, claimed by lease.

The jobs of one `ordering_key` are a thread and run one after the other, so a Delete never overtakes its Create, while a
host gets many requests at once. A claim leases threads; whoever holds the lease finishes, retries or buries each of
their jobs, and the lease is the fence: a worker that lost it changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from typing import Any
from uuid import uuid4

from fedi.errors import Conflict
from fedi.store import hosts, leases
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json

DEPTH = 16
"""How many jobs of one thread a claim takes at once."""
PATIENCE = 5
"""After this many failures a job no longer holds back those behind it, unless it `holds`."""


class Lane(StrEnum):
    """What kind of wait a job belongs to; each lane gets its share of the workers (`WEIGHTS`)."""

    LOCAL = "local"
    MAIL = "mail"
    INBOX = "inbox"
    DELIVERY = "delivery"
    BULK = "bulk"


WEIGHTS = {Lane.LOCAL: 8, Lane.MAIL: 4, Lane.INBOX: 4, Lane.DELIVERY: 4, Lane.BULK: 1}


class LeaseLost(Conflict):
    """The job was taken over by another worker: roll back, it is no longer ours."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be done. Without `ordering_key` it is a thread of its own; one that `holds` never steps aside."""

    kind: str
    args: dict[str, Any] = field(default_factory=dict)
    lane: Lane = Lane.LOCAL
    host: str = ""
    ordering_key: str = ""
    run_at: int | None = None
    holds: bool = False


@dataclass(frozen=True, slots=True)
class _Head:
    id: int
    kind: str
    lane: Lane
    host: str
    args: dict[str, Any]
    ordering_key: str
    holds: bool
    attempts: int


@dataclass(frozen=True, slots=True)
class Job(_Head):
    """A claimed job. `last` is true for the last one of its thread that this claim took."""

    lease: int
    last: bool


# --- putting in -----------------------------------------------------------------------------------


async def enqueue(tx: Transaction, job: NewJob) -> None:
    """Add one job; it is visible to workers when the transaction commits."""
    await enqueue_many(tx, [job])


async def enqueue_many(tx: Transaction, new: list[NewJob]) -> set[str]:
    """Add jobs in this order. Those for hosts that have been dead for a week are dropped: gives these hosts."""
    lost = await hosts.unavailable(tx, {job.host for job in new if job.host})
    # Sorted, so that two transactions that touch the same threads lock them in the same order.
    keyed = sorted(((_key(job), job) for job in new if job.host not in lost), key=lambda pair: pair[0])
    if not keyed:
        return lost
    await tx.execute_many(_JOIN_THREAD, [_thread_row(tx, key, job) for key, job in keyed])
    await tx.execute_many(_INSERT_JOB, [_job_row(tx, key, job) for key, job in keyed])
    tx.announce("jobs", tx.school.host)
    return lost


def _key(job: NewJob) -> str:
    return job.ordering_key or uuid4().hex


_JOIN_THREAD = """
    INSERT INTO threads (ordering_key, lane, host, pending, due_at)
    VALUES (:key, :lane, :host, 1,
            coalesce((SELECT paused_until FROM hosts WHERE host = :host AND paused_until > :run_at), :run_at))
    ON CONFLICT (ordering_key) DO UPDATE SET pending = threads.pending + 1
"""


def _thread_row(tx: Transaction, key: str, job: NewJob) -> dict[str, Any]:
    return {"key": key, "lane": job.lane, "host": job.host, "run_at": job.run_at or tx.now}


_INSERT_JOB = """
    INSERT INTO jobs (kind, lane, host, args, ordering_key, holds, run_at)
    VALUES (:kind, :lane, :host, :args, :key, :holds, :run_at)
"""


def _job_row(tx: Transaction, key: str, job: NewJob) -> dict[str, Any]:
    return {
        **_thread_row(tx, key, job),
        "kind": job.kind,
        "args": as_json(job.args),
        "holds": job.holds,
    }


# --- taking out -----------------------------------------------------------------------------------


async def claim(tx: Transaction, room: Mapping[Lane, int], budget: int) -> list[list[Job]]:
    """Lease up to `budget` due threads, shared among the lanes by weight, and no more of a lane than it has `room` for.

    Each list is the head of one thread, in order.
    """
    lease = tx.new_id()
    due = [lane for lane in await _due_lanes(tx) if room[lane] > 0]
    taken: dict[Lane, list[str]] = {lane: [] for lane in due}
    for lane, share in _shares(due, budget):
        taken[lane] += await _lease(tx, lane, lease, min(share, room[lane]))
    for lane in due:  # what the other lanes left over
        left = min(room[lane] - len(taken[lane]), budget - sum(map(len, taken.values())))
        if left > 0 and len(due) > 1:
            taken[lane] += await _lease(tx, lane, lease, left)
    return await _heads(tx, list(chain.from_iterable(taken.values())), lease) if any(taken.values()) else []


async def _due_lanes(tx: Transaction) -> list[Lane]:
    found = await tx.all(str, _DUE_LANES, now=tx.now)
    return sorted((Lane(lane) for lane in found), key=lambda lane: -WEIGHTS[lane])


# One look into the index a lane; DISTINCT would walk every due thread.
_DUE_LANES = " UNION ALL ".join(
    f"SELECT '{lane}' WHERE EXISTS (SELECT 1 FROM threads WHERE lane = '{lane}' AND due_at <= :now)" for lane in Lane
)


def _shares(due: list[Lane], budget: int) -> list[tuple[Lane, int]]:
    total = sum(WEIGHTS[lane] for lane in due)
    return [(lane, max(1, budget * WEIGHTS[lane] // total)) for lane in due]


async def _lease(tx: Transaction, lane: Lane, lease: int, limit: int) -> list[str]:
    take = leases.take_by_host if lane is Lane.DELIVERY else leases.take
    return await take(tx, lane, lease, limit)


async def _heads(tx: Transaction, keys: list[str], lease: int) -> list[list[Job]]:
    threads: dict[str, list[_Head]] = {}
    for head in await tx.all(_Head, _HEADS, keys=keys, depth=DEPTH):
        threads.setdefault(head.ordering_key, []).append(head)
    return [[_claimed(head, lease, head is heads[-1]) for head in heads] for heads in threads.values()]


# A job behind the head may say that it is not due yet: in a thread, the order decides. A host in trouble is tried with
# one job: the others would be read, and given back, each time it fails.
_HEADS = """
    SELECT j.id, j.kind, j.lane, j.host, j.args, j.ordering_key, j.holds, j.attempts
      FROM threads t
      JOIN jobs j ON j.ordering_key = t.ordering_key AND j.dead_at IS NULL
     WHERE t.ordering_key IN :keys*
       AND j.id < coalesce(CASE WHEN (SELECT pauses FROM hosts WHERE hosts.host = t.host) > 0
                                THEN (SELECT min(id) + 1 FROM jobs
                                       WHERE ordering_key = t.ordering_key AND dead_at IS NULL)
                                ELSE (SELECT id FROM jobs WHERE ordering_key = t.ordering_key AND dead_at IS NULL
                                      ORDER BY id LIMIT 1 OFFSET :depth) END, 9223372036854775807)
     ORDER BY j.id
"""


def _claimed(head: _Head, lease: int, last: bool) -> Job:
    inherited = (head.id, head.kind, head.lane, head.host, head.args, head.ordering_key, head.holds, head.attempts)
    return Job(*inherited, lease, last)


async def renew(tx: Transaction, running: list[Job]) -> None:
    """Keep the threads of these jobs for another `leases.LEASE_MS`."""
    await tx.execute(
        "UPDATE threads SET due_at = :until WHERE ordering_key IN :keys* AND lease IN :leases*",
        until=tx.now + leases.LEASE_MS,
        keys=[job.ordering_key for job in running],
        leases=list({job.lease for job in running}),
    )


async def release(tx: Transaction, running: list[Job]) -> None:
    """Give the threads of these jobs back, as far as they are still ours; what was not finished is due at once."""
    await tx.execute(
        "UPDATE threads SET due_at = :now, lease = NULL WHERE ordering_key IN :keys* AND lease IN :leases*",
        now=tx.now,
        keys=[job.ordering_key for job in running],
        leases=list({job.lease for job in running}),
    )


# --- putting away ---------------------------------------------------------------------------------


async def finish(tx: Transaction, job: Job) -> None:
    """The job is done, in the same transaction as its effect. LeaseLost: it was not ours to finish."""
    await _leave_thread(tx, job, ends=job.last)
    await tx.execute("DELETE FROM jobs WHERE id = :id", id=job.id)


async def go_on(tx: Transaction, job: Job, args: dict[str, Any]) -> Job:
    """A part of the job is done, in the same transaction as its effect; what is left has these args."""
    if await tx.value(_IS_OURS, key=job.ordering_key, lease=job.lease) is None:
        raise LeaseLost(f"job {job.id} ({job.kind}) belongs to another worker now")
    await tx.execute("UPDATE jobs SET args = :args WHERE id = :id", args=as_json(args), id=job.id)
    return replace(job, args=args)


_IS_OURS = "UPDATE threads SET lease = :lease WHERE ordering_key = :key AND lease = :lease RETURNING 1"


async def retry(tx: Transaction, job: Job, error: str, delay_ms: int) -> None:
    """Try again after `delay_ms`. The thread waits with it, until the job has failed PATIENCE times and steps aside."""
    attempts = job.attempts + 1
    key = job.ordering_key
    if attempts >= PATIENCE and not job.holds:
        key = await _step_aside(tx, job, tx.now + delay_ms)
    else:
        await _postpone(tx, job, tx.now + delay_ms)
    await tx.execute(
        "UPDATE jobs SET attempts = :attempts, error = :error, ordering_key = :key, run_at = :at WHERE id = :id",
        attempts=attempts,
        error=error[:1000],
        key=key,
        at=tx.now + delay_ms,
        id=job.id,
    )


async def wait(tx: Transaction, job: Job, delay_ms: int) -> None:
    """Give a job back that was not begun: it counts as no attempt, and its thread waits with it."""
    await _postpone(tx, job, tx.now + delay_ms)


async def bury(tx: Transaction, job: Job, reason: str) -> None:
    """Give the job up for good; it stays visible to the administrator with its reason."""
    await _leave_thread(tx, job, ends=True)
    await tx.execute(
        "UPDATE jobs SET dead_at = :now, attempts = attempts + 1, error = :reason WHERE id = :id",
        now=tx.now,
        reason=reason[:1000],
        id=job.id,
    )


async def drop(tx: Transaction, host: str) -> None:
    """Forget everything that was to go to a host."""
    await tx.execute("DELETE FROM threads WHERE host = :host AND host <> ''", host=host)
    await tx.execute("DELETE FROM jobs WHERE host = :host AND host <> '' AND dead_at IS NULL", host=host)


async def _leave_thread(tx: Transaction, job: Job, *, ends: bool) -> None:
    if ends and await tx.execute(_END_THREAD, key=job.ordering_key, lease=job.lease):
        return
    pending = await tx.value(
        _LEAVE_AND_RELEASE if ends else _LEAVE,
        key=job.ordering_key,
        lease=job.lease,
        **({"id": job.id, "due": tx.now} if ends else {}),
    )
    if pending is None:
        raise LeaseLost(f"job {job.id} ({job.kind}) belongs to another worker now")
    if pending == 0:
        await tx.execute("DELETE FROM threads WHERE ordering_key = :key", key=job.ordering_key)
    elif ends:
        tx.announce("jobs", tx.school.host)


# Most threads are one job: nothing is written to a row, and its indexes, that goes a moment later.
_END_THREAD = "DELETE FROM threads WHERE ordering_key = :key AND lease = :lease AND pending = 1"

# The lease is left as it is, since whoever runs a thread renews it: another `due_at` is another entry in each index.
_LEAVE = """
    UPDATE threads
       SET pending = pending - 1
     WHERE ordering_key = :key AND lease = :lease
 RETURNING pending
"""

_LEAVE_AND_RELEASE = """
    UPDATE threads
       SET pending = pending - 1,
           lease = NULL,
           due_at = coalesce((SELECT run_at
                                FROM jobs
                               WHERE ordering_key = :key AND dead_at IS NULL AND id > :id
                               ORDER BY id
                               LIMIT 1), :due)
     WHERE ordering_key = :key AND lease = :lease
 RETURNING pending
"""


async def _step_aside(tx: Transaction, job: Job, due_at: int) -> str:
    """Move a job that keeps failing out of its thread, into one of its own."""
    await _leave_thread(tx, job, ends=True)
    key = f"{job.ordering_key}#{job.id}"
    await tx.execute(
        "INSERT INTO threads (ordering_key, lane, host, pending, due_at) VALUES (:key, :lane, :host, 1, :due)",
        key=key,
        lane=job.lane,
        host=job.host,
        due=due_at,
    )
    return key


async def _postpone(tx: Transaction, job: Job, due_at: int) -> None:
    moved = await tx.execute(
        "UPDATE threads SET lease = NULL, due_at = :due WHERE ordering_key = :key AND lease = :lease",
        due=due_at,
        key=job.ordering_key,
        lease=job.lease,
    )
    if not moved:
        raise LeaseLost(f"job {job.id} ({job.kind}) belongs to another worker now")

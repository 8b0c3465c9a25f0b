"""What the queue holds: how much waits, when the next work is due, and what was given up for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob, enqueue

_DEAD = "id, kind, lane, host, args, ordering_key, attempts, dead_at, error"
THREAD_FULL = 5_000
"""What one actor may have waiting in our inbox: whoever sends faster than we handle is asked to come again."""

INBOX_FULL = 20_000
"""How many actors may have something waiting there."""


@dataclass(frozen=True, slots=True)
class LaneCount:
    """How much waits in a lane, and when (milliseconds) the first of it is due."""

    lane: Lane
    pending: int
    due_at: int


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job given up for good, with the reason."""

    id: int
    kind: str
    lane: Lane
    host: str
    args: dict[str, Any]
    ordering_key: str
    attempts: int
    dead_at: int
    error: str | None


_LANES = ", ".join(f"'{lane}'" for lane in Lane)


async def next_due(tx: Transaction) -> tuple[bool, int | None]:
    """Whether anything is due already, and when (milliseconds) the next thing will be."""
    due = await tx.value(_DUE, now=tx.now)
    later: int | None = await tx.value(_LATER, now=tx.now)
    return bool(due), later


# One look into the index a lane.
_DUE = f"SELECT count(*) FROM (SELECT 1 FROM threads WHERE lane IN ({_LANES}) AND due_at <= :now LIMIT 1) found"
_LATER_BY_LANE = " UNION ALL ".join(
    f"SELECT min(due_at) AS due_at FROM threads WHERE lane = '{lane}' AND due_at > :now" for lane in Lane
)
_LATER = f"SELECT min(due_at) FROM ({_LATER_BY_LANE}) lanes"


async def is_full(tx: Transaction, ordering_key: str) -> bool:
    """Whether so much waits in a thread of the inbox, or in so many of them, that no more is to be put there."""
    found = await tx.value(
        """
        SELECT 1
        WHERE  (SELECT pending FROM threads WHERE ordering_key = :key) >= :full
        OR     EXISTS (SELECT 1 FROM threads WHERE lane = 'inbox' LIMIT 1 OFFSET :most)
        """,
        key=ordering_key,
        full=THREAD_FULL,
        most=INBOX_FULL - 1,
    )
    return found is not None


async def soonest(tx: Transaction) -> int | None:
    """When anything is due, in milliseconds; None if nothing waits."""
    found: int | None = await tx.value(
        "SELECT min(due_at) FROM (SELECT min(due_at) AS due_at FROM threads GROUP BY lane) lanes"
    )
    return found


async def counts(tx: Transaction) -> list[LaneCount]:
    """What waits, by lane."""
    return await tx.all(
        LaneCount, "SELECT lane, sum(pending) AS pending, min(due_at) AS due_at FROM threads GROUP BY lane"
    )


async def waiting_for(tx: Transaction, host: str) -> int:
    """How many deliveries wait for one host."""
    found: int = await tx.value(
        "SELECT coalesce(sum(pending), 0) FROM threads WHERE host = :host AND ordering_key NOT LIKE 'check>%'",
        host=host,
    )
    return found


async def dead(tx: Transaction, limit: int, before: int | None = None) -> list[DeadJob]:
    """What was given up, latest first; `before` is the `dead_at` to go on from."""
    return await tx.all(
        DeadJob,
        f"""
        SELECT {_DEAD}
          FROM jobs
         WHERE dead_at IS NOT NULL AND dead_at < :before
         ORDER BY dead_at DESC, id DESC
         LIMIT :limit
        """,
        before=before if before is not None else tx.now + 1,
        limit=limit,
    )


async def dead_for(tx: Transaction, host: str, limit: int) -> list[DeadJob]:
    """What was given up of one host, latest first."""
    return await tx.all(
        DeadJob,
        f"""
        SELECT {_DEAD}
          FROM jobs
         WHERE dead_at IS NOT NULL AND host = :host AND host <> ''
         ORDER BY id DESC
         LIMIT :limit
        """,
        host=host,
        limit=limit,
    )


async def revive(tx: Transaction, job_id: int) -> bool:
    """Try a dead job once more from the start; False if there is none."""
    job = await _taken(tx, job_id)
    if job is not None:
        # A thread of its own, named after the one it was in, where its author's receipts look for it.
        await enqueue(tx, NewJob(job.kind, job.args, job.lane, job.host, f"{job.ordering_key}#{job.id}"))
    return job is not None


async def discard(tx: Transaction, job_id: int) -> bool:
    """Forget a dead job; False if there is none."""
    return await _taken(tx, job_id) is not None


async def _taken(tx: Transaction, job_id: int) -> DeadJob | None:
    return await tx.one(
        DeadJob,
        f"""
        DELETE FROM jobs
         WHERE id = :id AND dead_at IS NOT NULL
     RETURNING {_DEAD}
        """,
        id=job_id,
    )


async def prune(tx: Transaction, older_than: int) -> int:
    """Forget what was given up before `older_than`; how many."""
    return await tx.execute("DELETE FROM jobs WHERE dead_at < :older_than", older_than=older_than)

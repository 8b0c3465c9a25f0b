"""Jobs that are done in parts, a unit of work each, and whether one waits."""

from __future__ import annotations

from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json
from fedi.store.jobs import Job, LeaseLost


async def shorten(tx: Transaction, job: Job) -> None:
    """A part of the job is done, in the same transaction as its effect; `job` says what is left.

    LeaseLost: it was not ours to go on with.
    """
    kept = await tx.execute(
        """
        UPDATE jobs
           SET args = :args
         WHERE id = :id
           AND EXISTS (SELECT 1 FROM threads WHERE ordering_key = :key AND lease = :lease)
        """,
        args=as_json(job.args),
        id=job.id,
        key=job.ordering_key,
        lease=job.lease,
    )
    if not kept:
        raise LeaseLost(f"job {job.id} ({job.kind}) belongs to another worker now")


async def waits(tx: Transaction, ordering_key: str) -> bool:
    """Whether a job of this thread waits, or is being done."""
    return await tx.value("SELECT 1 FROM threads WHERE ordering_key = :key", key=ordering_key) is not None

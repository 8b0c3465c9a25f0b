"""Deliveries that have arrived, put away many at a time: four statements for all of them, and not for each."""

from __future__ import annotations

from collections import defaultdict

from fedi.store import hosts, jobs
from fedi.store.database import Transaction
from fedi.store.jobs import Job, LeaseLost


async def put_away(tx: Transaction, arrived: list[Job]) -> set[int]:
    """Finish these jobs, and note that their hosts are well; the ids of those that were not ours to finish."""
    ended = await _end_threads(tx, arrived)
    await tx.execute("DELETE FROM jobs WHERE id IN :ids*", ids=sorted(ended))
    lost = {job.id for job in arrived if job.id not in ended and not await _finished(tx, job)}
    await hosts.all_succeeded(tx, {job.host for job in arrived if job.id not in lost})
    return lost


async def _end_threads(tx: Transaction, arrived: list[Job]) -> set[int]:
    """The ids of the jobs that were the only ones of their threads; these threads are gone."""
    by_lease = defaultdict[int, dict[str, int]](dict)
    for job in arrived:
        if job.last:
            by_lease[job.lease][job.ordering_key] = job.id
    return {
        ids[key]
        for lease, ids in by_lease.items()
        for key in await tx.all(str, _END_THREADS, keys=sorted(ids), lease=lease)
    }


_END_THREADS = """
    DELETE FROM threads
     WHERE ordering_key IN :keys* AND lease = :lease AND pending = 1
 RETURNING ordering_key
"""


async def _finished(tx: Transaction, job: Job) -> bool:
    try:
        await jobs.finish(tx, job)
    except LeaseLost:  # found before anything is written
        return False
    return True

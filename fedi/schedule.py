"""Work that comes round: what, how often, and the job that does it."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.store import jobs, periodic
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job to be put in the queue every `interval_ms`."""

    kind: str
    interval_ms: int
    lane: Lane = Lane.BULK


PERIODIC = {
    "check-servers": Periodic("check-servers", HOUR_MS),
    "close-polls": Periodic("close-polls", MINUTE_MS, Lane.LOCAL),
    "prune": Periodic("prune", HOUR_MS),
    "recheck-quotes": Periodic("recheck-quotes", HOUR_MS),
}


async def enqueue_due(tx: Transaction) -> None:
    """Put in the queue what has come round; any number of workers may ask, it is done once."""
    waiting = await periodic.waiting(tx)
    for name, work in PERIODIC.items():
        if name not in waiting and await periodic.take(tx, name, work.interval_ms):
            await jobs.enqueue(tx, NewJob(work.kind, lane=work.lane, ordering_key=f"periodic:{name}"))

"""What has arrived is put away together: while one unit of work commits, the next is gathered.

A post goes to hundreds of servers that answer within a second. Nothing waits on purpose: the first is put away at once.
"""

from __future__ import annotations

import asyncio
from collections import deque

from fedi.store import arrivals
from fedi.store.database import Database
from fedi.store.jobs import Job, LeaseLost

_TOGETHER = 100

_Waiting = tuple[Job, asyncio.Future[None]]


class Arrivals:
    """The deliveries of one school that wait to be put away. Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._ending: asyncio.Task[None] | None = None

    async def put_away(self, db: Database, job: Job) -> None:
        """Finish the job of a delivery that has arrived, and note that its host is well; done when that is on disk.

        LeaseLost: it was not ours to finish.
        """
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((job, future))
        if self._ending is None:
            self._ending = asyncio.create_task(self._end_all(db))
        await future

    async def _end_all(self, db: Database) -> None:
        try:
            while self._waiting:
                count = min(len(self._waiting), _TOGETHER)
                await _end(db, [self._waiting.popleft() for _ in range(count)])
        finally:
            self._ending = None


async def _end(db: Database, waiting: list[_Waiting]) -> None:
    """Put away what still has somebody who waits for it: a worker that stops gives its leases back."""
    together = [(job, future) for job, future in waiting if not future.done()]
    try:
        lost = await db.write(arrivals.put_away, [job for job, _ in together])
    except Exception as error:  # noqa: BLE001  it is raised in every caller
        for _, future in together:
            _settle(future, error)
    else:
        for job, future in together:
            _settle(future, LeaseLost(f"job {job.id} ({job.kind}) is another worker's now") if job.id in lost else None)


def _settle(future: asyncio.Future[None], error: Exception | None) -> None:
    if future.done():  # its caller has been cancelled meanwhile
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)

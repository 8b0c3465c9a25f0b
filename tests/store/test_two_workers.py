"""Two workers on one PostgreSQL school: no job runs twice, none overtakes another of its thread."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict

import pytest

from fedi.store import backlog, jobs
from fedi.store.database import Database
from fedi.store.engine.dialect import Engine
from fedi.store.jobs import Job, Lane, NewJob
from tests.store.conftest import OpenDatabase

THREADS, JOBS_EACH, WORKERS = 12, 25, 4
ROOM = dict.fromkeys(Lane, 4)


@pytest.mark.parametrize("engine", [Engine.POSTGRESQL], indirect=True)  # one process owns an SQLite file
async def test_every_job_runs_once_and_in_the_order_of_its_thread(
    database: Database, open_database: OpenDatabase
) -> None:
    chance = random.Random(7)
    await database.write(jobs.enqueue_many, [_new(thread, n) for n in range(JOBS_EACH) for thread in range(THREADS)])
    ran: defaultdict[int, list[int]] = defaultdict(list)
    workers = [await open_database() for _ in range(WORKERS)]
    await asyncio.gather(*(_work(worker, ran, chance) for worker in workers))

    assert dict(ran) == {thread: list(range(JOBS_EACH)) for thread in range(THREADS)}


def _new(thread: int, number: int) -> NewJob:
    return NewJob("count", {"thread": thread, "number": number}, Lane.INBOX, ordering_key=f"thread {thread}")


async def _work(database: Database, ran: dict[int, list[int]], chance: random.Random) -> None:
    while await database.read(backlog.soonest) is not None:
        for thread in await database.write(jobs.claim, ROOM, 3):
            await _run(database, thread, ran, chance)


async def _run(database: Database, thread: list[Job], ran: dict[int, list[int]], chance: random.Random) -> None:
    for job in thread:
        await asyncio.sleep(chance.uniform(0, 0.002))  # lets the other workers in between
        ran[job.args["thread"]].append(job.args["number"])
        await database.write(jobs.finish, job)

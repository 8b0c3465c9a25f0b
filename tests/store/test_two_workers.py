"""Two workers on one PostgreSQL school: nothing is done twice, and no job overtakes another of its thread."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict

import pytest

from fedi.actions import posts
from fedi.models.posts import Draft
from fedi.store import backlog, jobs, polls
from fedi.store.database import Database, Transaction
from fedi.store.engine.dialect import Engine
from fedi.store.jobs import Job, Lane, NewJob
from tests import factories as make
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


@pytest.mark.parametrize("engine", [Engine.POSTGRESQL], indirect=True)
async def test_a_poll_whose_time_is_over_is_closed_by_one_of_them(
    database: Database, open_database: OpenDatabase
) -> None:
    other, closed = await open_database(), asyncio.Event()

    async def ask(tx: Transaction) -> None:
        await posts.post(tx, await make.teacher(tx), Draft("When?", poll=make.poll(closes_at=tx.now + make.MINUTE)))

    async def close(tx: Transaction) -> list[int]:
        tx.now += make.MINUTE
        return await polls.close_due(tx, 10)

    async def close_slowly(tx: Transaction) -> list[int]:
        found = await close(tx)
        closed.set()
        while not await tx.value("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"):
            pass  # each question leaves the other worker the time to come to it
        return found

    async def close_meanwhile() -> list[int]:
        await closed.wait()
        return await other.write(close)

    await database.write(ask)
    first, second = await asyncio.gather(database.write(close_slowly), close_meanwhile())

    assert (len(first), second) == (1, [])

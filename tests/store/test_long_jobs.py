"""A job that is done in parts keeps what is left, and only for whoever holds its lease."""

from dataclasses import replace

import pytest

from fedi.store import jobs, long_jobs
from fedi.store.database import Database, Transaction
from fedi.store.jobs import Job, Lane, LeaseLost, NewJob


async def claim(database: Database) -> Job:
    [[job]] = await database.write(jobs.claim, dict.fromkeys(Lane, 10), 10)
    return job


async def test_what_is_left_is_what_the_next_worker_is_given(database: Database) -> None:
    await database.write(jobs.enqueue, NewJob("long", {"left": 2}, ordering_key="a"))
    job = await claim(database)

    await database.write(long_jobs.shorten, replace(job, args={"left": 1}))
    await database.write(jobs.release, [job])

    assert (await claim(database)).args == {"left": 1}


async def test_who_has_lost_the_lease_changes_nothing(database: Database) -> None:
    await database.write(jobs.enqueue, NewJob("long", {"left": 2}, ordering_key="a"))
    job = await claim(database)
    await database.write(jobs.release, [job])
    taken_over = await claim(database)

    with pytest.raises(LeaseLost):
        await database.write(long_jobs.shorten, replace(job, args={}))
    assert taken_over.args == {"left": 2}
    await database.write(jobs.release, [taken_over])
    assert (await claim(database)).args == {"left": 2}


async def test_a_thread_waits_until_its_last_job_has_ended(database: Database) -> None:
    async def waits(tx: Transaction) -> bool:
        return await long_jobs.waits(tx, "a")

    assert not await database.read(waits)
    await database.write(jobs.enqueue, NewJob("long", ordering_key="a"))
    assert await database.read(waits)
    await database.write(jobs.finish, await claim(database))
    assert not await database.read(waits)

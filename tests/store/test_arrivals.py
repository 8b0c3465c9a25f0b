"""Deliveries that have arrived are put away together: each as if it were alone, and the hosts of all are well."""

from __future__ import annotations

from fedi.store import arrivals, backlog, hosts, jobs
from fedi.store.database import Database, Transaction
from fedi.store.hosts import HostState
from fedi.store.jobs import Job, Lane, NewJob
from tests.clock import FrozenClock

ROOM = dict.fromkeys(Lane, 100)


def delivery(host: str, number: int = 0) -> NewJob:
    return NewJob("deliver", {"number": number}, Lane.DELIVERY, host, f"a>{host}")


async def claimed(database: Database) -> list[Job]:
    return [job for thread in await database.write(jobs.claim, ROOM, 100) for job in thread]


async def state(database: Database, host: str) -> HostState:
    found = await database.read(hosts.state, host)
    assert found is not None
    return found


async def test_what_has_arrived_is_gone_with_its_threads(database: Database) -> None:
    await database.write(jobs.enqueue_many, [delivery(f"peer{n}.example") for n in range(30)])

    assert await database.write(arrivals.put_away, await claimed(database)) == set()

    assert await database.read(backlog.counts) == []
    assert await claimed(database) == []
    assert (await state(database, "peer7.example")).last_success_at is not None


async def test_what_stands_behind_an_arrived_one_in_its_thread_is_still_sent(database: Database) -> None:
    await database.write(jobs.enqueue_many, [delivery("a.example", 0), delivery("a.example", 1), delivery("b.example")])
    arrived = await claimed(database)
    await database.write(jobs.enqueue, delivery("b.example", 1))

    first = [job for job in arrived if job.args["number"] == 0]
    assert await database.write(arrivals.put_away, first) == set()

    # Of the first thread this worker holds the second one still; the other was let go, and has a new one.
    [left] = await claimed(database)
    assert (left.host, left.args["number"]) == ("b.example", 1)
    [second] = [job for job in arrived if job.args["number"] == 1]
    assert await database.write(arrivals.put_away, [second, left]) == set()
    assert await database.read(backlog.counts) == []


async def test_a_lost_lease_is_told_and_does_not_touch_the_others(database: Database, clock: FrozenClock) -> None:
    await database.write(jobs.enqueue_many, [delivery("slow.example"), delivery("a.example"), delivery("b.example")])
    mine = await claimed(database)
    [slow] = [job for job in mine if job.host == "slow.example"]
    others = [job for job in mine if job is not slow]
    clock.advance(seconds=61)
    await database.write(jobs.renew, others)
    [taken] = await claimed(database)

    assert await database.write(arrivals.put_away, mine) == {slow.id}

    assert await database.read(hosts.state, "slow.example") is None
    assert await database.write(arrivals.put_away, [taken]) == set()
    assert await database.read(backlog.counts) == []


async def test_a_host_that_was_in_trouble_is_well_again_and_one_that_was_stopped_stays_so(database: Database) -> None:
    names = ["well.example", "shaky.example", "stopped.example"]
    await database.write(jobs.enqueue_many, [delivery(name) for name in names])
    arrived = await claimed(database)
    await database.write(hosts.all_succeeded, names)
    await database.write(_trouble, "shaky.example")
    await database.write(hosts.stop, "stopped.example")

    await database.write(arrivals.put_away, arrived)

    shaky = await state(database, "shaky.example")
    assert (shaky.pauses, shaky.failures, shaky.failing_since, shaky.paused_until) == (0, 0, None, None)
    assert (await state(database, "stopped.example")).paused_until == hosts.FOR_EVER


async def _trouble(tx: Transaction, host: str) -> None:
    await hosts.failed(tx, host, "no route", unreachable=True)


async def test_while_all_hosts_are_well_they_cost_one_look(database: Database, clock: FrozenClock) -> None:
    names = [f"peer{n}.example" for n in range(5)]
    await database.write(hosts.all_succeeded, names)
    before = {(await state(database, name)).last_success_at for name in names}
    clock.advance(seconds=30)
    await database.write(hosts.all_succeeded, names)
    assert {(await state(database, name)).last_success_at for name in names} == before

    clock.advance(minutes=1)
    await database.write(hosts.all_succeeded, names)
    assert {(await state(database, name)).last_success_at for name in names} == {clock()}

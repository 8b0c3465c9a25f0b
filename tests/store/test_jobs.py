"""The queue: causal order, leases with a fence, lanes by weight, hosts by width."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing

import pytest

from fedi.store import backlog, hosts, jobs, leases, periodic
from fedi.store.database import Database, Transaction
from fedi.store.engine.dialect import Engine, translate
from fedi.store.engine.migrations import migrations
from fedi.store.jobs import PATIENCE, Job, Lane, LeaseLost, NewJob
from fedi.store.leases import HOST_WIDTH
from tests.clock import FrozenClock

ROOM = dict.fromkeys(Lane, 100)


async def claimed(database: Database, budget: int = 100, room: dict[Lane, int] | None = None) -> list[list[Job]]:
    return await database.write(jobs.claim, room or ROOM, budget)


def delivery(key: str, host: str = "peer.example", kind: str = "deliver", *, holds: bool = False) -> NewJob:
    return NewJob(kind, {}, Lane.DELIVERY, host, key, holds=holds)


def kinds(threads: list[list[Job]]) -> list[list[str]]:
    return [[job.kind for job in thread] for thread in threads]


async def test_the_jobs_of_one_thread_are_claimed_together_and_in_order(database: Database) -> None:
    await database.write(jobs.enqueue_many, [delivery("a>x", kind=kind) for kind in ("create", "update", "delete")])

    assert kinds(await claimed(database)) == [["create", "update", "delete"]]
    assert await claimed(database) == []


async def test_a_job_behind_a_leased_head_waits_for_it(database: Database) -> None:
    await database.write(jobs.enqueue, delivery("a>x", kind="create"))
    [[create]] = await claimed(database)
    await database.write(jobs.enqueue, delivery("a>x", kind="delete"))

    assert await claimed(database) == []
    await database.write(jobs.finish, create)
    assert kinds(await claimed(database)) == [["delete"]]


async def test_a_failing_job_holds_its_thread_until_its_patience_is_over_and_then_steps_aside(
    database: Database, clock: FrozenClock
) -> None:
    await database.write(jobs.enqueue_many, [delivery("a>x", kind="create"), delivery("a>x", kind="update")])
    for _ in range(PATIENCE):
        [[create, *behind]] = await claimed(database)
        assert (create.kind, [job.kind for job in behind]) == ("create", ["update"])
        await database.write(jobs.retry, create, "500", 1_000)
        if create.attempts + 1 < PATIENCE:
            assert await claimed(database) == []
        clock.now += 1_000 if create.attempts + 1 < PATIENCE else 0

    assert kinds(await claimed(database)) == [["update"]]
    clock.now += 1_000
    assert kinds(await claimed(database)) == [["create"]]


async def test_a_delete_keeps_its_place_however_often_it_fails(database: Database, clock: FrozenClock) -> None:
    await database.write(jobs.enqueue_many, [delivery("a>x", kind="delete", holds=True), delivery("a>x", kind="later")])
    for _ in range(PATIENCE + 2):
        [[delete, later]] = await claimed(database)
        assert (delete.kind, later.kind) == ("delete", "later")
        await database.write(jobs.retry, delete, "500", 1_000)
        clock.now += 1_000


async def test_a_lost_lease_is_a_fence(database: Database, clock: FrozenClock) -> None:
    await database.write(jobs.enqueue, delivery("a>x"))
    [[slow]] = await claimed(database)
    clock.now += leases.LEASE_MS + 1
    [[fast]] = await claimed(database)
    assert fast.id == slow.id

    for ending in (jobs.finish, jobs.bury, jobs.retry):
        with pytest.raises(LeaseLost):
            await database.write(_end, ending, slow)
    await database.write(jobs.finish, fast)
    assert await database.read(backlog.soonest) is None


async def _end(tx: Transaction, ending: object, job: Job) -> None:
    if ending is jobs.finish:
        await jobs.finish(tx, job)
    elif ending is jobs.bury:
        await jobs.bury(tx, job, "no")
    else:
        await jobs.retry(tx, job, "no", 1)


async def test_a_renewed_lease_is_not_taken_over(database: Database, clock: FrozenClock) -> None:
    await database.write(jobs.enqueue, delivery("a>x"))
    [[job]] = await claimed(database)
    clock.now += leases.LEASE_MS - 1
    await database.write(jobs.renew, [job])
    clock.now += leases.LEASE_MS - 1

    assert await claimed(database) == []


async def test_released_threads_are_due_at_once(database: Database) -> None:
    await database.write(jobs.enqueue, delivery("a>x"))
    [[job]] = await claimed(database)
    await database.write(jobs.release, [job])

    assert [thread[0].id for thread in await claimed(database)] == [job.id]


async def test_a_buried_job_lets_the_next_one_go_and_keeps_its_reason(database: Database) -> None:
    await database.write(jobs.enqueue_many, [delivery("a>x", kind="first"), delivery("a>x", kind="second")])
    [[first, _]] = await claimed(database)
    await database.write(jobs.bury, first, "403: blocked")

    assert kinds(await claimed(database)) == [["second"]]
    [dead] = await database.read(backlog.dead, 10)
    assert (dead.kind, dead.error) == ("first", "403: blocked")
    assert await database.write(backlog.revive, dead.id)
    assert await database.read(backlog.dead, 10) == []
    assert kinds(await claimed(database)) == [["first"]]


async def test_a_host_gets_a_limited_number_of_requests_at_once(database: Database) -> None:
    crowd = [delivery(f"{actor}>big", "big.example") for actor in range(3 * HOST_WIDTH)]
    await database.write(jobs.enqueue_many, [*crowd, delivery("1>small", "small.example")])

    threads = await claimed(database)
    assert sum(thread[0].host == "big.example" for thread in threads) == HOST_WIDTH
    assert sum(thread[0].host == "small.example" for thread in threads) == 1
    assert await claimed(database) == []
    await database.write(jobs.finish, next(thread[0] for thread in threads if thread[0].host == "big.example"))
    assert len(await claimed(database)) == 1


async def test_every_lane_gets_its_share_and_what_others_leave(database: Database) -> None:
    flood = [NewJob("process", lane=Lane.INBOX) for _ in range(200)]
    few = [NewJob("deliver", lane=Lane.DELIVERY, host=f"h{n}.example") for n in range(50)]
    await database.write(jobs.enqueue_many, [*flood, *few, NewJob("bulk", lane=Lane.BULK)])

    count: defaultdict[Lane, int] = defaultdict(int)
    for thread in await claimed(database, 90):
        count[thread[0].lane] += 1
    assert sum(count.values()) == 90
    assert count[Lane.DELIVERY] >= 40
    assert count[Lane.BULK] == 1


async def test_a_lane_without_room_is_left_alone(database: Database) -> None:
    await database.write(jobs.enqueue_many, [delivery("a>x"), NewJob("process", lane=Lane.INBOX)])

    assert kinds(await claimed(database, room={**ROOM, Lane.DELIVERY: 0})) == [["process"]]


async def test_a_dead_host_holds_up_only_itself(database: Database, clock: FrozenClock) -> None:
    await database.write(jobs.enqueue_many, [delivery("a>dead", "dead.example"), delivery("b>dead", "dead.example")])
    for thread in await claimed(database):
        await database.write(jobs.retry, thread[0], "timeout", 1)
    until = await database.write(_unreachable, "dead.example")
    assert until == clock.now + hosts.PAUSE_MS
    clock.now += 2
    await database.write(jobs.enqueue_many, [delivery("c>dead", "dead.example"), delivery("c>ok", "ok.example")])

    assert [thread[0].host for thread in await claimed(database)] == ["ok.example"]
    clock.now += hosts.PAUSE_MS
    # One of them tries the host; the others follow once it has answered.
    assert sum(thread[0].host == "dead.example" for thread in await claimed(database)) == 1
    await database.write(hosts.succeeded, "dead.example")
    assert sum(thread[0].host == "dead.example" for thread in await claimed(database)) == 2


async def _unreachable(tx: Transaction, host: str) -> int | None:
    return await hosts.failed(tx, host, "timeout", unreachable=True)


async def test_bad_answers_pause_a_host_only_after_ten_in_a_row(database: Database) -> None:
    for _ in range(hosts.FAILURES_BEFORE_PAUSE - 1):
        assert await database.write(_answered_badly, "shaky.example") is None
    await database.write(hosts.succeeded, "shaky.example")
    for _ in range(hosts.FAILURES_BEFORE_PAUSE - 1):
        assert await database.write(_answered_badly, "shaky.example") is None
    assert await database.write(_answered_badly, "shaky.example") is not None


async def _answered_badly(tx: Transaction, host: str) -> int | None:
    return await hosts.failed(tx, host, "500", unreachable=False)


async def test_pauses_grow_and_a_sign_of_life_ends_them(database: Database, clock: FrozenClock) -> None:
    await database.write(jobs.enqueue, delivery("a>x", "x.example"))
    first = await database.write(_unreachable, "x.example")
    assert first is not None
    clock.now += first - clock.now
    second = await database.write(_unreachable, "x.example")
    assert second == clock.now + 2 * hosts.PAUSE_MS
    assert await claimed(database) == []

    await database.write(hosts.shows_life, "x.example")
    assert len(await claimed(database)) == 1


async def test_a_host_dead_for_a_week_gets_nothing_until_it_shows_life(database: Database, clock: FrozenClock) -> None:
    await database.write(_unreachable, "x.example")
    clock.now += (hosts.DAYS_BEFORE_UNAVAILABLE + 1) * hosts.DAY_MS
    await database.write(_unreachable, "x.example")
    await database.write(jobs.enqueue, delivery("a>x", "x.example"))
    assert await database.read(backlog.soonest) is None

    await database.write(hosts.shows_life, "x.example")
    await database.write(jobs.enqueue, delivery("a>x", "x.example"))
    assert await database.read(backlog.soonest) is not None


async def test_scheduled_work_waits_for_its_time(database: Database, clock: FrozenClock) -> None:
    await database.write(jobs.enqueue, NewJob("later", run_at=clock.now + 5_000))
    assert await claimed(database) == []
    assert await database.read(backlog.soonest) == clock.now + 5_000
    clock.now += 5_000
    assert kinds(await claimed(database)) == [["later"]]


async def test_periodic_work_is_taken_once_an_interval(database: Database, clock: FrozenClock) -> None:
    async def take(tx: Transaction) -> bool:
        return await periodic.take(tx, "prune", 1_000)

    assert await database.write(take)
    assert not await database.write(take)
    clock.now += 1_000
    assert sorted(await asyncio.gather(*(database.write(take) for _ in range(5)))) == [False] * 4 + [True]


async def test_what_was_to_go_to_a_blocked_host_is_dropped(database: Database) -> None:
    await database.write(jobs.enqueue_many, [delivery("a>x", "x.example"), delivery("a>y", "y.example")])
    await database.write(jobs.drop, "x.example")

    assert [thread[0].host for thread in await claimed(database)] == ["y.example"]


async def test_a_unit_that_rolls_back_leaves_no_job(database: Database) -> None:
    async def fails(tx: Transaction) -> None:
        await jobs.enqueue(tx, delivery("a>x"))
        raise ValueError("disk")

    with pytest.raises(ValueError, match="disk"):
        await database.write(fails)
    assert await claimed(database) == []


async def test_a_crowd_that_waits_longer_for_one_host_hides_no_other(database: Database, clock: FrozenClock) -> None:
    crowd = [delivery(f"{actor}>{name}", name) for name in ("big.example", "dead.example") for actor in range(50)]
    await database.write(jobs.enqueue_many, crowd)
    until = await database.write(_unreachable, "dead.example")
    assert until is not None
    clock.now = until + 1
    await database.write(jobs.enqueue_many, [delivery(f"1>small{n}", f"small{n}.example") for n in range(5)])

    threads = await claimed(database, HOST_WIDTH + 4)
    of_hosts = Counter(thread[0].host for thread in threads)
    assert (of_hosts.pop("big.example"), of_hosts.pop("dead.example")) == (HOST_WIDTH, 1)
    assert of_hosts.total() == 3


async def test_crowds_that_wait_for_dead_hosts_hide_nobody_claim_after_claim(
    database: Database, clock: FrozenClock
) -> None:
    dead = [f"dead{n}.example" for n in range(3)]
    await database.write(jobs.enqueue_many, [delivery(f"{actor}>{name}", name) for name in dead for actor in range(40)])
    for name in dead:
        await database.write(_unreachable, name)
        clock.now += 1
    clock.now += hosts.PAUSE_MS
    await database.write(jobs.enqueue, delivery("1>small", "small.example"))

    reached = [thread[0].host for _ in range(4) for thread in await claimed(database, 2)]
    assert sorted(reached) == [*dead, "small.example"]


@pytest.mark.parametrize("sql", [leases._TAKE, leases._DUE, leases._FULL, jobs._HEADS])
def test_a_claim_never_walks_all_that_waits(sql: str) -> None:
    statement = translate(sql, Engine.SQLITE)
    with closing(sqlite3.connect(":memory:")) as school:
        for step in migrations(Engine.SQLITE):
            school.executescript(step.script)
        plan = school.execute(f"EXPLAIN QUERY PLAN {statement.sql}", ["[]"] * len(statement.names)).fetchall()

    walks = [step for *_, step in plan if re.match(r"SCAN (threads|jobs|busy|t|j)\b", step)]
    assert [step for step in walks if "threads_leased" not in step] == []

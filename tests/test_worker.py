"""The worker: claims, runs, retries and buries jobs of every school."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from fedi import worker
from fedi.instances import Instance, Instances
from fedi.outbound.client import Client
from fedi.outbound.work import GiveUp, Retry, Work
from fedi.store import backlog, jobs
from fedi.store.database import Transaction
from fedi.store.engine.transaction import Busy
from fedi.store.jobs import Lane, NewJob
from fedi.worker import Worker
from tests.network import furnish

HOSTS = ("almaty.localhost", "kostanay.localhost")


@pytest.fixture
async def instances(tmp_path: Path) -> AsyncIterator[Instances]:
    for host in HOSTS:
        furnish(tmp_path / host)
        (tmp_path / host / "instance.toml").write_text(f'host = "{host}"\nname = "School"\ndevelopment = true\n')
    opened = Instances(tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def almaty(instances: Instances) -> Instance:
    instance = await instances.by_host(HOSTS[0])
    assert instance is not None
    return instance


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(development=True) as opened:
        yield opened


async def done(work: Work) -> None:
    await work.instance.db.write(jobs.finish, work.job)


async def test_jobs_of_every_school_are_run_and_forgotten(instances: Instances, client: Client) -> None:
    ran: list[tuple[str, str]] = []

    async def note(work: Work) -> None:
        ran.append((work.instance.school.host, work.job.args["name"]))
        await done(work)

    for host in HOSTS:
        instance = await instances.by_host(host)
        assert instance is not None
        await instance.db.write(jobs.enqueue, NewJob("note", {"name": "a"}))
    await Worker(instances, client, {**worker.JOBS, "note": note}).drain()

    assert sorted(ran) == [(host, "a") for host in HOSTS]


async def test_a_thread_runs_in_order_and_other_threads_beside_it(
    almaty: Instance, instances: Instances, client: Client
) -> None:
    ran: list[str] = []
    other_ran = asyncio.Event()

    async def first(work: Work) -> None:
        await other_ran.wait()  # would hang if the other thread waited for this one
        await note(work)

    async def other(work: Work) -> None:
        await done(work)
        other_ran.set()

    async def note(work: Work) -> None:
        ran.append(work.job.kind)
        await done(work)

    new = [NewJob("first", ordering_key="t"), NewJob("second", ordering_key="t"), NewJob("other")]
    await almaty.db.write(jobs.enqueue_many, new)
    await Worker(instances, client, {**worker.JOBS, "first": first, "second": note, "other": other}).drain()

    assert ran == ["first", "second"]


async def test_work_that_found_no_room_is_taken_up_as_soon_as_there_is_some(
    almaty: Instance, instances: Instances, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_without_room, all_done = asyncio.Event(), asyncio.Event()
    ran: list[int] = []
    serve = Worker._serve

    async def watched(self: Worker, school: worker._School) -> None:
        full = self._busy[Lane.LOCAL] == 2
        await serve(self, school)
        if full and school.instance is almaty:
            looked_without_room.set()

    async def note(work: Work) -> None:
        await looked_without_room.wait()
        await done(work)
        ran.append(work.job.id)
        if len(ran) == 3:
            all_done.set()

    monkeypatch.setattr(Worker, "_serve", watched)
    monkeypatch.setattr(worker, "SLOTS", {**worker.SLOTS, Lane.LOCAL: 2})
    monkeypatch.setattr(worker, "BUDGET", 2)
    await Worker(instances, client).drain()  # periodic work would rouse it
    await almaty.db.write(jobs.enqueue_many, [NewJob("note") for _ in range(3)])
    looked_without_room.clear()
    working = asyncio.create_task(Worker(instances, client, {**worker.JOBS, "note": note}).run())
    async with asyncio.timeout(10):
        await all_done.wait()
    working.cancel()


async def test_a_job_that_asks_to_be_tried_again_waits_and_keeps_its_reason(
    almaty: Instance, instances: Instances, client: Client
) -> None:
    async def busy(work: Work) -> None:
        raise Retry("come back later", 3600)

    await almaty.db.write(jobs.enqueue, NewJob("busy"))
    await Worker(instances, client, {**worker.JOBS, "busy": busy}).drain()

    due = await almaty.db.read(backlog.soonest)
    assert due is not None
    assert due > almaty.clock() + 3_000_000


@pytest.mark.parametrize(("kind", "reason"), [("hopeless", "never mind"), ("unheard-of", "knows no job of the kind")])
async def test_what_can_never_be_done_is_kept_with_its_reason(
    kind: str, reason: str, almaty: Instance, instances: Instances, client: Client
) -> None:
    async def hopeless(work: Work) -> None:
        raise GiveUp("never mind")

    await almaty.db.write(jobs.enqueue, NewJob(kind))
    await Worker(instances, client, {**worker.JOBS, "hopeless": hopeless}).drain()

    [dead] = await almaty.db.read(backlog.dead, 10)
    assert reason in (dead.error or "")


async def test_a_job_that_breaks_is_tried_again_and_others_are_not_held_up(
    almaty: Instance, instances: Instances, client: Client
) -> None:
    ran: list[str] = []

    async def broken(work: Work) -> None:
        raise KeyError("oops")

    async def fine(work: Work) -> None:
        ran.append("fine")
        await done(work)

    await almaty.db.write(jobs.enqueue_many, [NewJob("broken"), NewJob("fine")])
    await Worker(instances, client, {**worker.JOBS, "broken": broken, "fine": fine}).drain()

    assert ran == ["fine"]
    assert await almaty.db.read(backlog.soonest) is not None


async def test_a_school_whose_database_fails_does_not_stop_the_others(instances: Instances, client: Client) -> None:
    ran: list[str] = []

    async def note(work: Work) -> None:
        ran.append(work.instance.school.host)
        await done(work)

    for host in HOSTS:
        instance = await instances.by_host(host)
        assert instance is not None
        await instance.db.write(jobs.enqueue, NewJob("note"))
    await instances.open_instances()[0].db.close()
    await Worker(instances, client, {**worker.JOBS, "note": note}).drain()

    assert ran == [HOSTS[1]]


async def test_a_claim_that_fails_once_leaves_no_work_undone(
    instances: Instances, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = worker._claim
    ran: list[str] = []
    failed: list[str] = []

    async def now_and_then(tx: Transaction, room: Mapping[Lane, int]) -> worker._Claim:
        if len(failed) < 2:
            failed.append(tx.school.host)
            raise Busy("Another process is writing to the database")
        return await claim(tx, room)

    async def note(work: Work) -> None:
        ran.append(work.instance.school.host)
        await done(work)

    monkeypatch.setattr(worker, "_claim", now_and_then)
    for host in HOSTS:
        instance = await instances.by_host(host)
        assert instance is not None
        await instance.db.write(jobs.enqueue, NewJob("note"))
    await Worker(instances, client, {**worker.JOBS, "note": note}).drain()

    assert sorted(failed) == sorted(ran) == sorted(HOSTS)


async def test_a_school_that_was_opened_while_another_was_looked_at_is_not_forgotten(
    almaty: Instance, instances: Instances, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A delivery within this process opens the school it goes to, and gives it something to do."""
    delivered, serve = asyncio.Event(), Worker._serve
    ran: list[str] = []
    await Worker(instances, client).drain()
    await instances._close(HOSTS[1])
    instances._next_due[HOSTS[1]] = worker._NEVER

    async def deliver(work: Work) -> None:
        other = await instances.by_host(HOSTS[1])
        assert other is not None
        await other.db.write(jobs.enqueue, NewJob("note"))
        await done(work)
        delivered.set()

    async def note(work: Work) -> None:
        ran.append(work.instance.school.host)
        await done(work)

    async def slowly(self: Worker, school: worker._School) -> None:
        await serve(self, school)
        if self._running:
            await delivered.wait()
            await asyncio.gather(*self._running)

    monkeypatch.setattr(Worker, "_serve", slowly)
    await almaty.db.write(jobs.enqueue, NewJob("deliver"))
    await Worker(instances, client, {**worker.JOBS, "deliver": deliver, "note": note}).drain()

    assert ran == [HOSTS[1]]


async def test_a_worker_rests_while_a_school_that_had_work_sleeps(
    almaty: Instance, instances: Instances, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, third_look = 0, asyncio.Event()

    async def nobody_is_awake(_: int) -> list[Instance]:
        nonlocal looks
        looks += 1
        if looks == 3:
            third_look.set()
        return []

    await almaty.db.write(jobs.enqueue, NewJob("prune", run_at=almaty.clock() + 60_000))
    working = Worker(instances, client)
    await working.drain()
    monkeypatch.setattr(instances, "due", nobody_is_awake)
    monkeypatch.setattr(instances, "clock", lambda: almaty.clock() + 3_600_000)
    running = asyncio.create_task(working.run())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(third_look.wait(), worker.TICK_S / 2)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_database_that_fails_once_does_not_end_the_renewal_of_leases(
    almaty: Instance, instances: Instances, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    again, tries = asyncio.Event(), list[int]()

    async def renew(_tx: Transaction, running: list[jobs.Job]) -> None:
        tries.append(len(running))
        if len(tries) == 1:
            raise sqlite3.OperationalError("disk I/O error")
        again.set()

    async def endless(_work: Work) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(jobs, "renew", renew)
    monkeypatch.setattr(worker, "RENEW_S", 0.01)
    await almaty.db.write(jobs.enqueue, NewJob("endless"))
    running = asyncio.create_task(Worker(instances, client, {**worker.JOBS, "endless": endless}).run())
    await asyncio.wait_for(again.wait(), 10)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_a_running_worker_is_woken_by_a_new_job_and_gives_its_leases_back_when_stopped(
    almaty: Instance, instances: Instances, client: Client
) -> None:
    started = asyncio.Event()

    async def endless(work: Work) -> None:
        started.set()
        await asyncio.Event().wait()

    running = asyncio.create_task(Worker(instances, client, {**worker.JOBS, "endless": endless}).run())
    await almaty.db.write(jobs.enqueue, NewJob("endless"))
    await asyncio.wait_for(started.wait(), 10)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

    [[job]] = [
        thread
        for thread in await almaty.db.write(jobs.claim, dict.fromkeys(Lane, 10), 10)
        if thread[0].kind == "endless"
    ]
    assert job.attempts == 0

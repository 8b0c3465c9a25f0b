"""Many schools in one process: found by host, opened when asked for, closed when idle."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from fedi.instances import Instances, configs_in
from fedi.instances.registry import IDLE_MS, WAKE_EVERY_MS, WOKEN_AT_ONCE
from fedi.store import jobs
from fedi.store.jobs import NewJob
from tests.clock import FrozenClock
from tests.instances.conftest import MakeSchool
from tests.network import furnish

Serving = Callable[[], Instances]


@pytest.fixture
async def serving(schools: Path, clock: FrozenClock) -> AsyncIterator[Serving]:
    """The schools of the folder in as many processes as the test asks for; all are closed after it."""
    made: list[Instances] = []

    def open_folder() -> Instances:
        made.append(Instances(schools, clock=clock))
        return made[-1]

    yield open_folder
    for instances in made:
        await instances.close()


async def test_a_school_is_found_by_its_host_in_any_case_of_letters(
    schools: Path, make_school: MakeSchool, serving: Serving
) -> None:
    make_school("almaty.test")
    make_school("kostanay.test")
    instances = serving()

    found = await instances.by_host("Almaty.TEST")
    unknown = await instances.by_host("evil.test")

    assert found is not None
    assert found.school.host == "almaty.test"
    assert unknown is None


async def test_a_school_answers_for_its_account_domain_and_its_media_host(
    schools: Path, make_school: MakeSchool, serving: Serving
) -> None:
    make_school("social.school.test", account_domain="school.test", media_host="files.school.test")
    instances = serving()

    by_name = {host: await instances.by_host(host) for host in ("school.test", "files.school.test")}

    assert [found and found.school.host for found in by_name.values()] == ["social.school.test"] * 2


async def test_no_school_is_open_before_it_is_asked_for_and_each_is_opened_once(
    schools: Path, make_school: MakeSchool, serving: Serving
) -> None:
    make_school("almaty.test")
    make_school("kostanay.test")
    instances = serving()
    assert instances.open_instances() == ()

    opened = await asyncio.gather(*(instances.by_host("almaty.test") for _ in range(20)))
    still_open = instances.open_instances()

    assert len(set(map(id, opened))) == 1
    assert [each.school.host for each in still_open] == ["almaty.test"]


async def test_folders_for_demonstration_and_unfinished_ones_are_not_served(
    schools: Path, make_school: MakeSchool, serving: Serving
) -> None:
    for host in ("demo", "example", ".almaty.test.draft", "almaty.test"):
        make_school(host)
    (schools / "lost+found").mkdir()

    assert [each.school.host for each in configs_in(schools)[0]] == ["almaty.test"]


async def test_a_school_with_wrong_settings_does_not_keep_the_others_from_being_served(
    schools: Path, make_school: MakeSchool, serving: Serving
) -> None:
    make_school("almaty.test")
    make_school("broken.test", time_zone="Asia/Atlantis")

    found, errors = configs_in(schools)

    assert [each.school.host for each in found] == ["almaty.test"]
    assert "Asia/Atlantis" in str(errors[0])


async def test_a_host_belongs_to_one_folder(schools: Path, make_school: MakeSchool, serving: Serving) -> None:
    place = make_school("almaty.test")
    copy = schools / "copy"
    copy.mkdir()
    (copy / "instance.toml").write_text((place / "instance.toml").read_text())

    found, errors = configs_in(schools)

    assert len(found) == 1
    assert "is served from" in str(errors[0])


async def test_a_school_made_beside_a_running_server_is_served_at_once(
    schools: Path, make_school: MakeSchool, serving: Serving
) -> None:
    instances = serving()
    assert await instances.by_host("almaty.test") is None

    make_school("almaty.test")
    os.utime(schools)
    found = await instances.by_host("almaty.test")

    assert found is not None


async def test_an_idle_school_is_closed_and_opened_again_for_its_next_visitor(
    schools: Path, make_school: MakeSchool, clock: FrozenClock, serving: Serving
) -> None:
    make_school("almaty.test")
    instances = serving()
    first = await instances.by_host("almaty.test")

    clock.now += IDLE_MS
    left_open = await instances.due(clock.now)
    second = await instances.by_host("almaty.test")

    assert left_open == []
    assert second is not first


async def test_a_school_in_use_is_not_closed(
    schools: Path, make_school: MakeSchool, clock: FrozenClock, serving: Serving
) -> None:
    make_school("almaty.test")
    instances = serving()
    instance = await instances.by_host("almaty.test")
    assert instance is not None

    with instance.held():
        clock.now += IDLE_MS
        left_open = await instances.due(clock.now)

    assert left_open == [instance]


async def test_a_closed_school_is_opened_when_its_next_job_is_due(
    schools: Path, make_school: MakeSchool, clock: FrozenClock, serving: Serving
) -> None:
    make_school("almaty.test")
    instances = serving()
    instance = await instances.by_host("almaty.test")
    assert instance is not None
    due_at = clock.now + 3 * IDLE_MS
    await instance.db.write(jobs.enqueue, NewJob("prune", run_at=due_at))

    clock.now += IDLE_MS
    idle = await instances.due(clock.now)
    early = await instances.due(due_at - 1)
    clock.now = due_at
    on_time = await instances.due(due_at)

    assert (idle, early) == ([], [])
    assert [each.school.host for each in on_time] == ["almaty.test"]


async def test_a_sleeping_school_is_woken_now_and_then_for_what_comes_round(
    schools: Path, make_school: MakeSchool, clock: FrozenClock, serving: Serving
) -> None:
    make_school("almaty.test")
    instances = serving()
    await instances.by_host("almaty.test")

    clock.now += IDLE_MS
    assert await instances.due(clock.now) == []
    clock.now += WAKE_EVERY_MS
    woken = await instances.due(clock.now)

    assert len(woken) == 1


async def test_what_a_command_writes_to_a_sleeping_school_wakes_it(
    schools: Path, make_school: MakeSchool, clock: FrozenClock, serving: Serving
) -> None:
    make_school("almaty.test")
    server, command = serving(), Instances(schools, clock=clock)
    await server.by_host("almaty.test")
    clock.now += IDLE_MS
    assert await server.due(clock.now) == []

    instance = await command.by_host("almaty.test")
    assert instance is not None
    await instance.db.write(jobs.enqueue, NewJob("prune"))
    await command.close()
    clock.now += 5_000
    woken = await server.due(clock.now)

    assert len(woken) == 1


async def test_a_school_that_cannot_be_opened_does_not_stop_the_work_of_others(
    schools: Path, make_school: MakeSchool, clock: FrozenClock, serving: Serving
) -> None:
    make_school("almaty.test")
    (make_school("broken.test") / "school.sqlite3").write_bytes(b"this is no database" * 100)
    instances = serving()

    working = await instances.due(clock.now)

    assert [each.school.host for each in working] == ["almaty.test"]


async def test_an_idle_school_whose_database_fails_stops_neither_the_work_nor_the_closing_of_others(
    schools: Path, make_school: MakeSchool, serving: Serving, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_school("almaty.test")
    make_school("kostanay.test")
    instances = serving()
    for host in ("almaty.test", "kostanay.test"):
        await instances.by_host(host)
    await instances.due(clock())
    broken = await instances.by_host("almaty.test")
    assert broken is not None

    async def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(broken.db, "read", fail)
    clock.now += IDLE_MS + 1
    awake = await instances.due(clock())
    monkeypatch.setattr(broken.db, "close", fail)
    await instances.by_host("kostanay.test")
    await instances.close()
    monkeypatch.undo()
    await broken.db.close()

    assert awake == [broken]
    assert not instances.open_instances()


async def test_a_hundred_idle_schools_hold_no_descriptors(
    schools: Path, make_school: MakeSchool, clock: FrozenClock, serving: Serving
) -> None:
    for number in range(20):
        furnish(make_school(f"school{number}.test"))
    instances = serving()
    for number in range(20):
        await instances.by_host(f"school{number}.test")
    clock.now += IDLE_MS
    before = _descriptors()

    await instances.due(clock.now)
    after = _descriptors()

    assert before - after >= 20 * 2


async def test_schools_started_together_are_looked_at_one_after_the_other_and_closed_again(
    make_school: MakeSchool, clock: FrozenClock, serving: Serving
) -> None:
    for number in range(3 * WOKEN_AT_ONCE):
        furnish(make_school(f"school{number}.test"))
    instances, seen, most = serving(), set[str](), 0

    for _ in range(20):
        working = await instances.due(clock.now)
        seen |= {each.school.host for each in working}
        most = max(most, len(working))
        clock.now += 5_000

    assert len(seen) == 3 * WOKEN_AT_ONCE
    assert most <= 2 * WOKEN_AT_ONCE
    assert instances.open_instances() == ()


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))

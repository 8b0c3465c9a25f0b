"""Process slots: however many processes come and go, and whatever their clocks say, no id is made twice."""

import asyncio
import contextlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedi.config import School
from fedi.errors import Unavailable
from fedi.ids import LEASE_MS, SLOTS
from fedi.store.database import Database, Transaction
from fedi.store.engine.dialect import Engine
from fedi.store.engine.migrations import migrations
from fedi.store.engine.sqlite import open_sqlite
from tests.clock import START, FrozenClock
from tests.store.conftest import OpenDatabase

SCHOOL = School(host="almaty.test", account_domain="almaty.test", name={"ru": "1"})
BASE = migrations(Engine.SQLITE)[:1]


async def make(tx: Transaction) -> int:
    return tx.new_id()


async def slots(tx: Transaction) -> list[int]:
    return await tx.all(int, "SELECT slot FROM process_slots ORDER BY slot")


async def fill(tx: Transaction) -> None:
    rows = [{"slot": slot, "holder": "other", "until": START + LEASE_MS} for slot in range(SLOTS)]
    await tx.execute_many(
        "INSERT INTO process_slots (slot, holder, leased_until) VALUES (:slot, :holder, :until)", rows
    )


async def take_away(tx: Transaction) -> None:
    await tx.execute("UPDATE process_slots SET holder = 'other', leased_until = :until", until=tx.now + LEASE_MS)


class Process:
    """A process of a simulation: it may crash, leave and come back, and its clock is its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._clock = FrozenClock()
        self._db: Database | None = None

    async def make(self) -> list[int]:
        if self._db is None:
            self._db = await open_sqlite(self._path, SCHOOL, self._clock, print, known=BASE)
        with contextlib.suppress(Unavailable):
            return [await self._db.write(make), await self._db.write(make)]
        return []

    async def leave(self) -> None:
        if self._db is not None:
            await self._db.close()
        self._db = None

    async def crash(self) -> None:
        if self._db is not None:
            self._db._sequence = type(self._db._sequence)()
        await self.leave()

    def turn_clock(self, milliseconds: int) -> None:
        self._clock.now += milliseconds


STEPS = st.tuples(
    st.integers(0, 2),
    st.one_of(st.just("make"), st.just("make"), st.just("leave"), st.just("crash"), st.integers(-90_000, 90_000)),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_no_id_is_made_twice_whatever_processes_and_clocks_do(steps: list[tuple[int, str | int]]) -> None:
    async def simulate(path: Path) -> list[int]:
        processes = [Process(path) for _ in range(3)]
        made: list[int] = []
        for which, step in [*steps, *((each, "make") for each in range(3))]:
            if isinstance(step, int):
                processes[which].turn_clock(step)
            else:
                made += await getattr(processes[which], step)() or []
        for process in processes:
            await process.leave()
        return made

    with tempfile.TemporaryDirectory() as folder:
        made = asyncio.run(simulate(Path(folder, "school.sqlite3")))
    assert len(made) == len(set(made))


async def test_a_process_that_only_reads_leases_no_slot(open_database: OpenDatabase) -> None:
    database = await open_database()
    assert await database.read(slots) == []
    await database.write(make)
    assert await database.read(slots) == [0]


async def test_when_all_slots_are_leased_writing_waits_for_a_lease_to_end(
    open_database: OpenDatabase, clock: FrozenClock
) -> None:
    first, second = await open_database(), await open_database()
    await first._write(fill, (), None)
    with pytest.raises(Unavailable, match="All 64 process slots are leased"):
        await second.write(make)
    clock.now += LEASE_MS
    assert await second.write(make)


async def test_a_slot_that_was_lost_is_not_used_any_more(open_database: OpenDatabase, clock: FrozenClock) -> None:
    database = await open_database()
    before = await database.write(make)
    await database.write(take_away)
    clock.now += LEASE_MS - 1
    after = await database.write(make)
    assert (before >> 10) & 63 == 0
    assert (after >> 10) & 63 == 1

"""What only SQLite can get wrong: batches, threads, and a file shared with another process."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from fedi.config import School
from fedi.store.database import Busy, ConstraintViolated, DeadlineExceeded, Transaction
from fedi.store.engine import connections
from fedi.store.engine.calls import UnitSuspended
from fedi.store.engine.connections import Writer, split_script
from fedi.store.engine.dialect import Engine
from fedi.store.engine.sqlite import SqliteDatabase, open_sqlite
from tests.clock import FrozenClock
from tests.store.conftest import Published
from tests.store.test_database import SLOW, add, add_orphan, add_then_raise, steps, texts

Open = Callable[..., Awaitable[SqliteDatabase]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "school.sqlite3"


@pytest.fixture
async def db(path: Path, school: School, clock: FrozenClock, published: Published) -> AsyncIterator[SqliteDatabase]:
    database = await open_sqlite(path, school, clock, published, known=steps(Engine.SQLITE))
    await database.write(add, "a first note, so that the slot is leased")
    await database.write(clear)
    published.seen.clear()
    yield database
    await database.close()


async def clear(tx: Transaction) -> None:
    await tx.execute("DELETE FROM notes")


def writer(db: SqliteDatabase) -> Writer:
    assert db._writer is not None
    return db._writer


async def trace(db: SqliteDatabase) -> list[str]:
    """The statements the writer runs from now on."""
    statements: list[str] = []
    await writer(db)._aiosqlite.set_trace_callback(statements.append)
    return statements


async def test_a_hundred_writes_at_once_are_one_or_two_commits(db: SqliteDatabase) -> None:
    statements = await trace(db)
    await asyncio.gather(*(db.write(add, str(n)) for n in range(100)))
    assert 1 <= statements.count("COMMIT") <= 2
    assert len(await db.read(texts)) == 100


async def test_a_call_is_answered_only_after_commit(db: SqliteDatabase) -> None:
    """Every caller, when it goes on, finds its own note in the file as another process would."""

    async def add_and_look(n: int) -> bool:
        await db.write(add, str(n))
        with sqlite3.connect(db._path) as other:
            return other.execute("SELECT 1 FROM notes WHERE text = ?", [str(n)]).fetchone() is not None

    assert all(await asyncio.gather(*(add_and_look(n) for n in range(30))))


async def test_a_unit_that_awaits_anything_else_is_told_so(db: SqliteDatabase) -> None:
    async def sleepy(tx: Transaction) -> None:
        await add(tx, "half")
        await asyncio.sleep(0)

    with pytest.raises(UnitSuspended, match="sleepy awaited something other than its transaction"):
        await db.write(sleepy)
    assert await db.read(texts) == []


async def test_a_full_disk_fails_what_needs_room_and_keeps_the_rest(db: SqliteDatabase) -> None:
    """SQLite rolls the whole transaction back by itself; the small units of the batch are tried again and succeed."""
    pages = await db.write(lambda tx: tx.value("PRAGMA page_count"))
    await db.write(lambda tx: tx.value(f"PRAGMA max_page_count = {pages + 5}"))

    async def add_much(tx: Transaction) -> None:
        for n in range(100):
            await add(tx, str(n) * 4000)

    statements = await trace(db)
    results = await asyncio.gather(
        db.write(add, "one"), db.write(add_much), db.write(add, "two"), return_exceptions=True
    )
    assert isinstance(results[1], sqlite3.OperationalError)
    assert results[1].sqlite_errorname == "SQLITE_FULL"
    assert await db.read(texts) == ["one", "two"]
    assert statements.count("BEGIN IMMEDIATE") == 4, "one batch, then each unit by itself"
    assert "ROLLBACK" not in statements, "SQLite was to have rolled back by itself"


async def test_a_unit_goes_on_after_sqlite_rolled_back_beneath_it_and_still_fails(db: SqliteDatabase) -> None:
    pages = await db.write(lambda tx: tx.value("PRAGMA page_count"))
    await db.write(lambda tx: tx.value(f"PRAGMA max_page_count = {pages}"))

    async def swallow(tx: Transaction) -> None:
        try:
            await add(tx, "x" * 100_000)
        except sqlite3.OperationalError:
            await tx.execute("DELETE FROM notes")

    await db.write(add, "kept")
    results = await asyncio.gather(db.write(swallow), db.write(add, "two"), return_exceptions=True)
    assert isinstance(results[0], sqlite3.OperationalError)
    assert await db.read(texts) == ["kept", "two"]


async def test_a_failed_commit_runs_the_units_again_one_by_one(db: SqliteDatabase, published: Published) -> None:
    statements = await trace(db)
    results = await asyncio.gather(
        db.write(add, "one"), db.write(add_orphan, "orphan"), db.write(add, "two"), return_exceptions=True
    )
    assert isinstance(results[1], ConstraintViolated)
    assert statements.count("BEGIN IMMEDIATE") == 4
    assert [ref for _, ref in published.seen] == [results[0], results[2]], "each once, of the run that was committed"


async def test_a_unit_that_failed_because_of_a_spoiled_batch_gets_another_chance(db: SqliteDatabase) -> None:
    """It met the row of a unit that then was not committed."""

    async def orphan_of_the_same_name(tx: Transaction) -> None:
        await add_orphan(tx, "same")

    results = await asyncio.gather(db.write(orphan_of_the_same_name), db.write(add, "same"), return_exceptions=True)
    assert isinstance(results[0], ConstraintViolated)
    assert isinstance(results[1], int)
    assert await db.read(texts) == ["same"]


async def test_an_interrupted_write_costs_its_batch_nothing(db: SqliteDatabase) -> None:
    runs: list[None] = []

    async def flood(tx: Transaction) -> None:
        runs.append(None)
        await tx.execute(f"INSERT INTO notes (id, text) {SLOW.replace('count(*)', 'n, n')}")

    results = await asyncio.gather(
        db.write(add, "one"), db.write(flood, deadline=0.1), db.write(add, "two"), return_exceptions=True
    )
    assert isinstance(results[1], DeadlineExceeded)
    assert len(runs) == 1, "what took too long is not tried again"
    assert await db.read(texts) == ["one", "two"]


async def test_calls_cancelled_while_they_wait_do_not_run_and_those_beside_them_do(db: SqliteDatabase) -> None:
    go_on = threading.Event()

    async def hold_up(tx: Transaction) -> None:
        go_on.wait(10)

    holding = asyncio.create_task(db.write(hold_up))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(db.write(add, str(n))) for n in range(6)]
    await asyncio.sleep(0)
    for call in waiting[::2]:
        call.cancel()
    go_on.set()
    results = await asyncio.gather(holding, *waiting, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in results[1:]] == [True, False] * 3
    assert await db.read(texts) == ["1", "3", "5"]


async def test_a_read_does_not_queue_behind_a_batch(db: SqliteDatabase) -> None:
    loop = asyncio.get_running_loop()

    async def write_until_read(tx: Transaction) -> list[str]:
        await add(tx, "unfinished")
        return asyncio.run_coroutine_threadsafe(db.read(texts), loop).result(timeout=10)

    results = await asyncio.gather(db.write(write_until_read), db.write(add, "beside"))
    assert results[0] == []


async def test_two_reads_run_at_once(db: SqliteDatabase) -> None:
    loop = asyncio.get_running_loop()

    async def read_within(tx: Transaction) -> list[str]:
        return asyncio.run_coroutine_threadsafe(db.read(texts), loop).result(timeout=10)

    assert await db.read(read_within) == []


async def test_each_of_a_batch_keeps_its_own_base_exception(db: SqliteDatabase) -> None:
    statements = await trace(db)
    calls = [db.write(add_then_raise, str(n), asyncio.CancelledError(n)) for n in range(3)]
    results = await asyncio.gather(*calls, db.write(add, "good"), return_exceptions=True)
    assert [type(result) for result in results[:3]] == [asyncio.CancelledError] * 3
    assert await db.read(texts) == ["good"]
    assert not writer(db)._connection.in_transaction
    assert statements.count("BEGIN IMMEDIATE") == 1, "they were to cost the others nothing"


async def test_the_file_is_durable_and_keeps_its_foreign_keys(db: SqliteDatabase) -> None:
    async def settings(tx: Transaction) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [await tx.value(f"PRAGMA {name}") for name in names]

    assert await db.write(settings) == ["wal", 2, 1, 5000]
    assert await db.read(settings) == ["wal", 2, 1, 5000]


BESIDE = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute("BEGIN IMMEDIATE")
other.execute("INSERT INTO notes (id, text) VALUES (1, 'beside')")
print("writing", flush=True)
sys.stdin.readline()
other.execute("COMMIT")
"""


async def test_a_write_waits_for_another_process(db: SqliteDatabase, path: Path) -> None:
    other = beside(path)
    waiting = asyncio.create_task(db.write(add, "ours"))
    await asyncio.sleep(0)
    assert await db.read(texts) == []
    other.communicate("go on\n")
    await waiting
    assert await db.read(texts) == ["beside", "ours"]


async def test_a_process_that_does_not_let_go_makes_writes_fail_as_busy(
    path: Path, db: SqliteDatabase, school: School, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "BUSY_TIMEOUT", 0.05)
    impatient = await open_sqlite(path, school, clock, print, known=steps(Engine.SQLITE))
    await impatient.write(clear)
    other = beside(path)
    results = await asyncio.gather(*(impatient.write(add, str(n)) for n in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [Busy] * 3
    other.communicate("go on\n")
    await impatient.write(add, "ours")
    assert await db.read(texts) == ["beside", "ours"]
    await impatient.close()


async def test_changed_tells_of_other_processes_and_not_of_our_own_commits(db: SqliteDatabase, path: Path) -> None:
    assert not await db.changed()
    await db.write(add, "ours")
    assert not await db.changed()
    beside(path).communicate("go on\n")
    assert await db.changed()
    assert not await db.changed()


async def test_asking_whether_something_changed_does_not_wait_for_a_batch(db: SqliteDatabase, path: Path) -> None:
    loop = asyncio.get_running_loop()

    async def ask_within(tx: Transaction) -> tuple[bool, bool]:
        answers = [asyncio.run_coroutine_threadsafe(db.changed(), loop).result(timeout=10) for _ in range(2)]
        return answers[0], answers[1]

    assert await db.write(ask_within) == (False, False)
    beside(path).communicate("go on\n")
    assert await db.write(ask_within) == (True, False)


async def test_statistics_are_refreshed_now_and_then(db: SqliteDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = await trace(db)
    await db.write(add, "soon")
    assert "PRAGMA optimize" not in statements
    monkeypatch.setattr(connections, "OPTIMIZE_EVERY", 0)
    await db.write(add, "late")
    assert statements[-1] == "PRAGMA optimize"


def beside(path: Path) -> "subprocess.Popen[str]":
    """Another process that has begun to write and goes on when it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", BESIDE, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


async def test_a_file_that_cannot_be_opened_says_so(tmp_path: Path, school: School, clock: FrozenClock) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        await open_sqlite(tmp_path / "absent" / "school.sqlite3", school, clock, print)


def test_a_script_parts_at_its_statements_and_not_within_triggers_literals_or_comments() -> None:
    trigger = "\nCREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; DELETE FROM c; END;"
    insert = "\n-- note; well\nINSERT INTO a VALUES ('x;y');"
    assert split_script(f"CREATE TABLE a (b);{trigger}{insert}\n-- the end\n") == [
        "CREATE TABLE a (b);",
        trigger,
        insert,
    ]

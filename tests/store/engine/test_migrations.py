"""A database is brought forward when it opens: in order, once, and never by a program that is older than it."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fedi.store.database import Database, Transaction
from fedi.store.engine.dialect import Engine
from fedi.store.engine.migrations import BadMigration, DatabaseIsNewer, Migration, migrations
from tests.clock import START
from tests.store.conftest import OpenDatabase


def step(number: int, script: str) -> Migration:
    return Migration(number, f"step_{number}", script)


@pytest.fixture
def database_location(empty_location: str) -> str:
    return empty_location


@pytest.fixture
def base(engine: Engine) -> Migration:
    return migrations(engine)[0]


A = step(9001, "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);")
B = step(9002, "CREATE TABLE b (x INTEGER); INSERT INTO b SELECT x FROM a;")


async def applied(tx: Transaction) -> list[int]:
    return await tx.all(int, "SELECT number FROM schema_migrations ORDER BY number")


async def total(tx: Transaction) -> int | None:
    return await tx.one(int, "SELECT SUM(x) FROM a")


def test_the_migrations_of_the_program_are_in_order_and_those_of_one_engine() -> None:
    for engine in Engine:
        found = migrations(engine)
        numbers = [migration.number for migration in found]
        assert numbers == sorted(set(numbers))
        assert found[0].name == "base"
        assert not [migration for migration in found if "$" in migration.script.replace("$$", "")]


async def test_a_new_database_takes_every_step_and_an_old_one_those_it_lacks(
    base: Migration, open_database: OpenDatabase
) -> None:
    first = await open_database(known=(base, A))
    assert await first.read(applied) == [1, 9001]
    await first.close()
    second = await open_database(known=(base, A, B))
    assert await second.read(applied) == [1, 9001, 9002]
    assert await second.read(total) == 1


async def test_the_time_and_name_of_a_step_are_kept(base: Migration, open_database: OpenDatabase) -> None:
    async def last(tx: Transaction) -> object:
        return await tx.one(str, "SELECT name || applied_at FROM schema_migrations WHERE number = 9001")

    database = await open_database(known=(base, A))
    assert await database.read(last) == f"step_9001{START}"


async def test_a_step_that_fails_leaves_nothing_and_those_before_it_stay(
    base: Migration, open_database: OpenDatabase
) -> None:
    broken = step(9002, "CREATE TABLE b (x INTEGER); INSERT INTO absent VALUES (1);")
    with pytest.raises(Exception, match="absent"):
        await open_database(known=(base, A, broken))
    database = await open_database(known=(base, A))
    assert await database.read(applied) == [1, 9001]
    mended = await open_database(known=(base, A, B))
    assert await mended.read(applied) == [1, 9001, 9002]


async def test_a_database_newer_than_the_program_is_refused(base: Migration, open_database: OpenDatabase) -> None:
    database = await open_database(known=(base, A, B))
    await database.close()
    with pytest.raises(DatabaseIsNewer, match=r"almaty\.test has migration 9002"):
        await open_database(known=(base, A))


async def test_opened_many_times_at_once_each_step_is_taken_once(base: Migration, open_database: OpenDatabase) -> None:
    opened: list[Database] = await asyncio.gather(*(open_database(known=(base, A, B)) for _ in range(4)))
    assert await opened[0].read(total) == 1
    assert await opened[0].read(applied) == [1, 9001, 9002]


OPEN = """
import asyncio, sys
from pathlib import Path
from fedi.config import School
from fedi.store.engine.sqlite import open_sqlite

async def main():
    school = School(host="almaty.test", account_domain="almaty.test", name={"ru": "1"})
    sys.stdin.readline()
    database = await open_sqlite(Path(sys.argv[1]), school, lambda: 1, print)
    await database.close()

asyncio.run(main())
"""


def test_processes_that_create_one_file_at_once_agree(tmp_path: Path) -> None:
    path = tmp_path / "school.sqlite3"
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN, str(path)], stdin=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]
    with sqlite3.connect(path) as connection:
        count = connection.execute("SELECT count(*) FROM schema_migrations").fetchone()
    connection.close()
    assert count == (len(migrations(Engine.SQLITE)),)


def folder(tmp_path: Path, **files: str) -> Path:
    for name, script in files.items():
        (tmp_path / name).write_text(script, encoding="utf-8")
    return tmp_path


def test_a_step_may_have_one_file_for_each_engine(tmp_path: Path) -> None:
    found = folder(tmp_path, **{"0001_a.sqlite.sql": "one", "0001_a.postgresql.sql": "other", "0002_b.sql": "$id"})
    assert [each.script for each in migrations(Engine.SQLITE, found)] == ["one", "INTEGER"]
    assert [each.script for each in migrations(Engine.POSTGRESQL, found)] == ["other", "BIGINT"]


def test_two_steps_of_one_number_are_an_error(tmp_path: Path) -> None:
    found = folder(tmp_path, **{"0001_a.sql": "", "0001_b.sqlite.sql": ""})
    with pytest.raises(BadMigration, match="number 0001"):
        migrations(Engine.SQLITE, found)
    assert len(migrations(Engine.POSTGRESQL, found)) == 1


@pytest.mark.parametrize("name", ["1_a.sql", "0001_a.mysql.sql", "a.sql"])
def test_a_misnamed_file_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadMigration, match="is not named"):
        migrations(Engine.SQLITE, folder(tmp_path, **{name: ""}))

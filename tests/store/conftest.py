"""Databases for tests: each test that asks for one runs on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest

from fedi.config import School
from fedi.store.database import Database
from fedi.store.engine.dialect import Engine
from fedi.store.engine.migrations import Migration
from fedi.store.engine.postgresql import open_postgresql
from fedi.store.engine.sqlite import open_sqlite
from tests.clock import FrozenClock
from tests.migrated import SCHEMA, SCHOOL, migrated_file


@dataclass(slots=True)
class Published:
    """What was announced, in order."""

    seen: list[tuple[str, int | str]] = field(default_factory=list)

    def __call__(self, topic: str, ref: int | str) -> None:
        self.seen.append((topic, ref))


class OpenDatabase(Protocol):
    """Opens this test's database, again for each call, as another process would."""

    async def __call__(
        self,
        *,
        known: tuple[Migration, ...] | None = None,
        clock: Callable[[], int] = ...,
        publish: Callable[[str, int | str], Any] = ...,
    ) -> Database: ...


@pytest.fixture
def published() -> Published:
    return Published()


@pytest.fixture
def school() -> School:
    return SCHOOL


@pytest.fixture(params=list(Engine))
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine(request.param)


@pytest.fixture
async def open_database(
    engine: Engine,
    request: pytest.FixtureRequest,
    school: School,
    clock: FrozenClock,
    published: Published,
    database_location: str,
) -> AsyncIterator[OpenDatabase]:
    opened: list[Database] = []

    async def open_(
        *,
        known: tuple[Migration, ...] | None = None,
        clock: Callable[[], int] = clock,
        publish: Callable[[str, int | str], Any] = published,
    ) -> Database:
        database: Database
        if engine is Engine.SQLITE:
            database = await open_sqlite(Path(database_location), school, clock, publish, known=known)
        else:
            database = await open_postgresql(database_location, SCHEMA, school, clock, publish, known=known)
        opened.append(database)
        return database

    yield open_
    for database in opened:
        await database.close()


@pytest.fixture
def database_location(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The path, or the DSN, of this test's database, which has all migrations."""
    if engine is Engine.POSTGRESQL:
        return str(request.getfixturevalue("migrated_dsn"))
    path = tmp_path / "school.sqlite3"
    path.write_bytes(migrated_file())
    return str(path)


@pytest.fixture
def empty_location(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The path, or the DSN, of a database with nothing in it: for modules that say what `known` migrations are."""
    if engine is Engine.SQLITE:
        return str(tmp_path / "school.sqlite3")
    return str(request.getfixturevalue("postgres_dsn"))


@pytest.fixture
async def database(open_database: OpenDatabase) -> Database:
    """An empty school."""
    return await open_database()

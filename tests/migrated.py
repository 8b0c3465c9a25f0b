"""Databases that have all migrations already: taking the steps again for every test costs more than most tests."""

import asyncio
import hashlib
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock

from fedi.config import School, schema_of
from fedi.store.engine.dialect import Engine
from fedi.store.engine.migrations import migrations
from fedi.store.engine.postgresql import open_postgresql
from fedi.store.engine.sqlite import open_sqlite
from tests.postgres import Postgres

SCHOOL = School(host="almaty.test", account_domain="almaty.test", name={"ru": "Школа 1"})
SCHEMA = schema_of(SCHOOL.host)


@cache
def migrated_file() -> bytes:
    """An SQLite file with all migrations, for tests to write where they like."""

    async def migrate() -> None:
        await (await open_sqlite(path, SCHOOL, _clock, print)).close()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "school.sqlite3")
        _run_apart(migrate)
        return path.read_bytes()


@contextmanager
def migrated_database(postgres: Postgres) -> Iterator[str]:
    """A new database in which the schema of almaty.test has all migrations: its DSN, valid inside the block."""
    name = f"school_{uuid4().hex}"
    postgres.execute(f"CREATE DATABASE {name} STRATEGY file_copy TEMPLATE {_template(postgres)};")
    try:
        yield postgres.server.get_uri(database=name)
    finally:
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE);")


@cache
def _template(postgres: Postgres) -> str:
    """The database that others are copies of; the first of the run's workers makes it."""
    scripts = "".join(each.script for each in migrations(Engine.POSTGRESQL))
    name = f"migrated_{hashlib.sha256(scripts.encode()).hexdigest()[:16]}"
    made = Path(postgres.server.pgdata, name)
    with FileLock(made.with_suffix(".lock")):
        if not made.exists():
            postgres.execute(f"CREATE DATABASE {name} TEMPLATE template0 LOCALE 'C.UTF-8';")
            _run_apart(lambda: _migrate(postgres.server.get_uri(database=name)))
            made.touch()
    return name


async def _migrate(dsn: str) -> None:
    await (await open_postgresql(dsn, SCHEMA, SCHOOL, _clock, print)).close()


def _clock() -> int:
    return 0


def _run_apart(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run it on an event loop of its own, whether or not this thread has one."""
    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    thread.join()

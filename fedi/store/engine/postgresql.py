"""PostgreSQL: one schema a school, one pool of connections a database.

LISTEN needs a direct connection, so the DSN must not lead through PgBouncer. asyncpg is an extra: this module is
imported only where a school asks for PostgreSQL.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, TypeVar

import asyncpg
import msgspec

from fedi import ids
from fedi.config import School
from fedi.errors import Invalid, Unavailable
from fedi.store.database import AnyUnit, Clock, Database, Publish
from fedi.store.engine.dialect import Engine, Statement
from fedi.store.engine.migrations import Migration, migrations
from fedi.store.engine.pools import Connection, SharedPool, clean, share
from fedi.store.engine.rows import Row
from fedi.store.engine.transaction import Busy, ConstraintViolated, DeadlineExceeded, ReadOnly, Transaction

T = TypeVar("T")

WRITE = "BEGIN"
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

ATTEMPTS = 8
# Seconds before the first repetition; doubled each time, with jitter, so that those who collided do not meet again.
PAUSE = 0.005

# Two writers got in each other's way; or a migration has changed a table beneath a prepared statement.
REPEATED = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
)

# The connection has broken, or the server goes down or is coming up.
LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what asyncpg says when a connection breaks at certain moments
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)

_ANNOUNCEMENT = msgspec.json.Decoder(tuple[str, int | str])
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class PostgresTransaction(Transaction):
    """A unit's view of a connection that is inside a transaction."""

    __slots__ = ("_connection", "_end")

    engine = Engine.POSTGRESQL

    def __init__(
        self, school: School, now: int, sequence: ids.Sequence | None, connection: Connection, deadline: float | None
    ) -> None:
        super().__init__(school, now, sequence)
        self._connection = connection
        self._end = None if deadline is None else time.monotonic() + deadline

    async def script(self, ddl: str) -> None:
        with self._statement():
            await self._connection.execute(ddl)

    async def _execute(self, statement: Statement, values: list[object]) -> int:
        with self._statement():
            status = await self._connection.execute(statement.sql, *values)
        count = status.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def _execute_many(self, statement: Statement, values: list[list[object]]) -> None:
        with self._statement():
            await self._connection.executemany(statement.sql, values)

    async def _fetch(self, statement: Statement, values: list[object]) -> tuple[tuple[str, ...], Sequence[Row]]:
        with self._statement():
            rows = await self._connection.fetch(statement.sql, *values)
        return (tuple(rows[0].keys()) if rows else ()), rows

    def _statement(self) -> _Statement:
        if self.failure:
            raise self.failure
        if self._end is not None and time.monotonic() > self._end:
            raise DeadlineExceeded("The unit of work took longer than its deadline")
        return _Statement(self)


class _Statement:
    """Around each statement: gives its error in our words, and remembers it.

    PostgreSQL has undone the transaction by then, so a unit that swallows the error must not seem to have committed.
    """

    __slots__ = ("_tx",)

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Exception):
            self._tx.failure = _translated(error)
            if self._tx.failure is not error:
                raise self._tx.failure from error


def _translated(error: Exception) -> Exception:
    """What the faces understand, in place of a driver's error; others stay as they are."""
    if isinstance(error, LOST):
        return Unavailable(f"The connection to the database is lost: {error}")
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return ConstraintViolated(str(error))
    if isinstance(error, asyncpg.QueryCanceledError):
        return DeadlineExceeded("The unit of work took longer than its deadline")
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return ReadOnly("A unit that only reads cannot write")
    return error


class PostgresDatabase(Database):
    """A school in a schema of its own."""

    engine = Engine.POSTGRESQL

    def __init__(self, pool: SharedPool, schema: str, school: School, clock: Clock, publish: Publish) -> None:
        super().__init__(school, clock, publish)
        self._pool = pool
        self._schema = schema
        self._running: set[asyncio.Task[Any]] = set()

    async def open(self, known: tuple[Migration, ...]) -> None:
        """Bring the schema to its present form, one process at a time, and listen for its announcements."""
        async with self._pool.lock(self._schema) as connection:
            await connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{self._schema}"')
            await self._migrate(known)
        await self._pool.listen(self._schema, self._announced)

    async def changed(self) -> bool:
        return False

    async def _write(self, unit: AnyUnit[T], args: tuple[Any, ...], deadline: float | None) -> T:
        return await self._carry_through(WRITE, unit, args, deadline)

    async def _read(self, unit: AnyUnit[T], args: tuple[Any, ...], deadline: float | None) -> T:
        return await self._carry_through(READ, unit, args, deadline)

    async def _drain(self) -> None:
        while self._running:
            await asyncio.wait(self._running)

    async def _close(self) -> None:
        await self._pool.leave(self._schema, self._announced)

    async def _carry_through(self, begin: str, unit: AnyUnit[T], args: tuple[Any, ...], deadline: float | None) -> T:
        """Run the unit in a task of its own: whoever waits for it may be cancelled, it may not."""
        connection = await self._pool.acquire()
        task = asyncio.create_task(self._on(connection, begin, unit, args, deadline))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _on(
        self, connection: Connection, begin: str, unit: AnyUnit[T], args: tuple[Any, ...], deadline: float | None
    ) -> T:
        try:
            for attempt in range(ATTEMPTS):
                try:
                    return await self._attempt(connection, begin, unit, args, deadline)
                except REPEATED:
                    await asyncio.sleep(PAUSE * 2**attempt * random.random())
            raise Busy(f"{unit.__qualname__} collided with other writers {ATTEMPTS} times")
        finally:
            await self._pool.give_back(connection)

    async def _attempt(
        self, connection: Connection, begin: str, unit: AnyUnit[T], args: tuple[Any, ...], deadline: float | None
    ) -> T:
        timeout = 0 if deadline is None else max(1, int(deadline * 1000))
        sequence = self._sequence if begin is WRITE else None
        tx = PostgresTransaction(self.school, self._clock(), sequence, connection, deadline)
        try:
            await tx.script(
                f'{begin}; SET LOCAL search_path TO "{self._schema}"; SET LOCAL statement_timeout = {timeout}'
            )
            result = await unit(tx, *args)
            await self._commit(connection, tx)
        except BaseException:
            await _roll_back(connection)
            raise
        return result

    async def _commit(self, connection: Connection, tx: Transaction) -> None:
        if tx.failure:
            raise tx.failure
        with _Statement(tx):
            if tx.announcements:
                payloads = [msgspec.json.encode(each).decode() for each in tx.announcements]
                await connection.execute(
                    "SELECT pg_notify($1, each) FROM unnest($2::text[]) each", self._schema, payloads
                )
            await connection.execute("COMMIT")

    def _announced(self, _connection: object, _process: int, _channel: str, payload: object) -> None:
        topic, ref = _ANNOUNCEMENT.decode(str(payload))
        self._publish(topic, ref)


async def _roll_back(connection: Connection) -> None:
    """Undo the transaction; where the connection is lost, PostgreSQL has."""
    with suppress(*LOST):
        await clean(connection)


async def open_postgresql(
    dsn: str,
    schema: str,
    school: School,
    clock: Clock,
    publish: Publish,
    *,
    known: tuple[Migration, ...] | None = None,
) -> PostgresDatabase:
    """Open or create `schema` in the database at `dsn` and bring it to the schema of this version.

    `clock` gives milliseconds; `publish` is told of announcements from every process, on this event loop.
    """
    if not _SCHEMA.fullmatch(schema):
        raise Invalid(f"{schema!r} cannot be the name of a PostgreSQL schema: letters a-z, digits and _, at most 63")
    database = PostgresDatabase(await share(dsn), schema, school, clock, publish)
    try:
        await database.open(migrations(Engine.POSTGRESQL) if known is None else known)
    except BaseException:
        await database.close()
        raise
    return database

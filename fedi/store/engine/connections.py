"""What happens on SQLite's threads: one writer that commits many units of work at once, readers that see a snapshot.

A connection lives on the thread of its aiosqlite connection. Handing over each statement costs four times what a unit
does, so a whole batch is handed over and its units are driven to their ends there. `Connection._execute`, which runs a
function on that thread, `_conn` and `_thread` are private names of aiosqlite, whose version is therefore pinned.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from operator import itemgetter
from pathlib import Path
from typing import NoReturn

import aiosqlite

from fedi import ids
from fedi.config import School
from fedi.store.database import Clock
from fedi.store.engine.calls import Call
from fedi.store.engine.dialect import Engine, Statement
from fedi.store.engine.rows import Row, as_json
from fedi.store.engine.transaction import Busy, ConstraintViolated, DeadlineExceeded, ReadOnly, Transaction

BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process that writes."""

OPENING_TIMEOUT = 30.0
"""Seconds to wait for a file that another process makes or mends: a slow disk syncs for long."""

OPTIMIZE_EVERY = 3600.0
"""Seconds between two looks at the planner's statistics."""

_PRAGMAS = (
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # 16 MiB of log between checkpoints: half as many syncs as with the default of 4 MiB, and reads stay fast.
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA analysis_limit = 400",
    # At most 16 MiB, taken as used: with the default of 2 MiB a batch would read the same pages again and again.
    "PRAGMA cache_size = -16384",
)


class Abandoned(Exception):
    """SQLite has rolled the whole batch back by itself (a full disk, an interrupted write)."""


class Stopwatch:
    """The deadline of the unit a thread is in; the event loop looks at it too, hence the lock."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._end: float | None = None

    def start(self, seconds: float | None) -> None:
        with self._lock:
            self._end = None if seconds is None else time.monotonic() + seconds

    def stop(self) -> None:
        self.start(None)

    def overdue(self) -> bool:
        return self._end is not None and time.monotonic() > self._end

    def interrupt_overdue(self) -> None:
        """Stop the statement of a unit whose time is over. The lock keeps the interrupt from hitting the next unit."""
        with self._lock:
            if self.overdue():
                self._connection.interrupt()


class SqliteTransaction(Transaction):
    """A unit's view of a connection. Its methods never suspend, for the unit already is on the connection's thread."""

    __slots__ = ("_connection", "_stopwatch")

    engine = Engine.SQLITE

    def __init__(
        self,
        school: School,
        now: int,
        sequence: ids.Sequence | None,
        connection: sqlite3.Connection,
        stopwatch: Stopwatch,
    ) -> None:
        super().__init__(school, now, sequence)
        self._connection = connection
        self._stopwatch = stopwatch

    async def script(self, ddl: str) -> None:
        for sql in split_script(ddl):
            self._run(sql, ())

    async def _execute(self, statement: Statement, values: list[object]) -> int:
        cursor = self._run(statement.sql, values)
        if cursor.description:
            self._rows(cursor)  # the count of a RETURNING is known only when its last row is read
        return max(cursor.rowcount, 0)

    async def _execute_many(self, statement: Statement, values: list[list[object]]) -> None:
        self._require_well()
        try:
            self._connection.executemany(statement.sql, map(_bound, values))
        except sqlite3.Error as error:
            self._fail(error)

    async def _fetch(self, statement: Statement, values: list[object]) -> tuple[tuple[str, ...], Sequence[Row]]:
        cursor = self._run(statement.sql, values)
        rows = self._rows(cursor)
        if not rows:
            return (), rows
        return tuple(map(itemgetter(0), cursor.description)), rows

    def _run(self, sql: str, values: Sequence[object]) -> sqlite3.Cursor:
        self._require_well()
        try:
            return self._connection.execute(sql, _bound(values))
        except sqlite3.Error as error:
            self._fail(error)

    def _require_well(self) -> None:
        if self.failure:  # SQLite may have rolled back, and would commit each further statement by itself
            raise self.failure
        if self._stopwatch.overdue():
            raise DeadlineExceeded("The unit of work took longer than its deadline")

    def _rows(self, cursor: sqlite3.Cursor) -> list[Row]:
        try:
            return cursor.fetchall()
        except sqlite3.Error as error:
            self._fail(error)

    def _fail(self, error: sqlite3.Error) -> NoReturn:
        self.failure = _translated(error)
        if self.failure is error:
            raise error
        raise self.failure from error


def _bound(values: Sequence[object]) -> list[object]:
    return [as_json(value) if type(value) is list else value for value in values]


def _translated(error: sqlite3.Error) -> Exception:
    """What the faces understand, in place of a driver's error; others stay as they are."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_BUSY:
        return Busy("Another process is writing to the database")
    if code == sqlite3.SQLITE_INTERRUPT:
        return DeadlineExceeded("The unit of work took longer than its deadline")
    if code == sqlite3.SQLITE_CONSTRAINT:
        return ConstraintViolated(str(error))
    if code == sqlite3.SQLITE_READONLY:
        return ReadOnly("A unit that only reads cannot write")
    return error


def split_script(script: str) -> list[str]:
    """The statements of a script; the semicolons within triggers, literals and comments do not part them."""
    statements, rest = [], ""
    for piece in script.split(";")[:-1]:
        rest += piece + ";"
        if sqlite3.complete_statement(rest):
            statements.append(rest)
            rest = ""
    return statements


class Seat(ABC):
    """A connection, its thread, and how a call is carried out on it."""

    def __init__(self, connection: aiosqlite.Connection, school: School, clock: Clock) -> None:
        self._aiosqlite = connection
        self._connection = connection._conn  # noqa: SLF001
        self._school = school
        self._clock = clock
        self._stopwatch = Stopwatch(self._connection)
        self.interrupt_overdue = self._stopwatch.interrupt_overdue

    async def carry_out(self, calls: list[Call]) -> None:
        """Run the calls on the connection's thread; each knows afterwards what came of it."""
        await self._aiosqlite._execute(self._carry_out, calls)  # type: ignore[no-untyped-call]  # noqa: SLF001

    async def close(self) -> None:
        await self._aiosqlite.close()

    @abstractmethod
    def _carry_out(self, calls: list[Call]) -> None: ...

    def _drive(self, call: Call, sequence: ids.Sequence | None) -> None:
        tx = SqliteTransaction(self._school, self._clock(), sequence, self._connection, self._stopwatch)
        self._stopwatch.start(call.deadline)
        call.drive(tx)
        self._stopwatch.stop()

    def _sql(self, sql: str) -> None:
        try:
            self._connection.execute(sql)
        except sqlite3.Error as error:
            raise _translated(error) from error

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            self._sql("ROLLBACK")


class Reader(Seat):
    """Runs a unit on a snapshot: all its statements see the same commits."""

    def _carry_out(self, calls: list[Call]) -> None:
        for call in calls:
            if call.begin():
                self._run_on_snapshot(call)

    def _run_on_snapshot(self, call: Call) -> None:
        try:
            self._sql("BEGIN")
            self._drive(call, None)
            self._roll_back()
        except Exception as error:  # noqa: BLE001  it is raised in the caller
            call.error = error


class Writer(Seat):
    """Runs units in batches, each in a savepoint, all in one COMMIT, which is one sync of the disk."""

    def __init__(
        self, connection: aiosqlite.Connection, school: School, clock: Clock, sequence: Callable[[], ids.Sequence]
    ) -> None:
        super().__init__(connection, school, clock)
        self._sequence = sequence
        self._version = 0
        self._holds_lock = False
        self._optimized_at = time.monotonic()

    async def version(self) -> int:
        """Grows when another connection has committed; its own commits do not count.

        While a batch runs, nobody else can commit: what was seen at its beginning is true, and is not waited for.
        """
        if not self._holds_lock:
            await self._aiosqlite._execute(self._look_at_version)  # type: ignore[no-untyped-call]  # noqa: SLF001
        return self._version

    def _look_at_version(self) -> None:
        self._version = self._connection.execute("PRAGMA data_version").fetchone()[0]

    def _carry_out(self, calls: list[Call]) -> None:
        try:
            if len(calls) == 1:
                self._commit_alone(calls[0])
            else:
                self._commit_together(calls)
            self._optimize_now_and_then()
        except BaseException as error:  # noqa: BLE001  it is raised in every caller
            self._roll_back()
            for call in calls:
                call.error = error

    def _optimize_now_and_then(self) -> None:
        """Let SQLite refresh the statistics its planner wants refreshed: milliseconds, by `analysis_limit`."""
        if time.monotonic() - self._optimized_at > OPTIMIZE_EVERY:
            self._optimized_at = time.monotonic()
            with suppress(sqlite3.OperationalError):  # another process is writing: there will be a next time
                self._connection.execute("PRAGMA optimize")

    def _begin(self) -> None:
        self._sql("BEGIN IMMEDIATE")
        self._look_at_version()
        self._holds_lock = True

    def _roll_back(self) -> None:
        self._holds_lock = False
        super()._roll_back()

    def _commit(self) -> None:
        self._holds_lock = False
        self._sql("COMMIT")

    def _commit_together(self, calls: list[Call]) -> None:
        self._begin()
        try:
            for call in calls:
                self._run_in_savepoint(call)
            self._commit()
        except BaseException:  # noqa: BLE001  anything less would leave the transaction open for the next batch
            self._roll_back()
            self._commit_one_by_one(calls)

    def _run_in_savepoint(self, call: Call) -> None:
        if not call.begin():
            return
        self._sql("SAVEPOINT unit")
        self._drive(call, self._sequence())
        if not self._connection.in_transaction:
            raise Abandoned
        if call.error:
            self._sql("ROLLBACK TO unit")
        self._sql("RELEASE unit")

    def _commit_one_by_one(self, calls: list[Call]) -> None:
        """Find out which unit spoiled the batch, and commit the others. One that took too long is not tried again."""
        for call in calls:
            if not isinstance(call.error, DeadlineExceeded):
                self._commit_alone(call)

    def _commit_alone(self, call: Call) -> None:
        if not call.begin():
            return
        try:
            self._begin()
            self._drive(call, self._sequence())
            if not call.error:
                self._commit()
        except BaseException as error:  # noqa: BLE001  it is raised in the caller
            call.error = error
        self._roll_back()


async def connect(path: Path) -> aiosqlite.Connection:
    """Open the file, in WAL mode, on a thread of its own."""
    connection = aiosqlite.connect(
        path, timeout=OPENING_TIMEOUT, isolation_level=None, cached_statements=512, check_same_thread=False
    )
    try:
        await connection
        await _keep_a_log(connection)
        for pragma in (*_PRAGMAS, f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT * 1000)}"):
            await (await connection.execute(pragma)).close()
    except BaseException:
        await connection.close()
        await asyncio.to_thread(connection._thread.join)  # noqa: SLF001  it would outlive the event loop
        raise
    return connection


async def _keep_a_log(connection: aiosqlite.Connection) -> None:
    """Change a new file to WAL. Where processes create one at once, SQLite does not wait for the lock this takes."""
    until = time.monotonic() + OPENING_TIMEOUT
    while True:
        try:
            await (await connection.execute("PRAGMA journal_mode = WAL")).close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            await asyncio.sleep(0.01)
        else:
            return

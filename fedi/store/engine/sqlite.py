"""SQLite: one file a school, one writer, and readers that never wait for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from fedi.config import School
from fedi.store.database import AnyUnit, Clock, Database, Publish
from fedi.store.engine.calls import Call, Lane
from fedi.store.engine.connections import Reader, Writer, connect
from fedi.store.engine.dialect import Engine
from fedi.store.engine.migrations import Migration, migrations

T = TypeVar("T")

WRITES_PER_COMMIT = 200
"""More would make the first caller of a batch wait long for the last."""

READERS = 2
READS_PER_TURN = 4
"""Going to a thread and back costs more than a small read; more a turn would let one slow read delay too many."""


class SqliteDatabase(Database):
    """A school in a file of its own."""

    engine = Engine.SQLITE

    def __init__(self, path: Path, school: School, clock: Clock, publish: Publish) -> None:
        super().__init__(school, clock, publish)
        self._path = path
        self._writer: Writer | None = None
        self._writes = Lane(self._open_writer, publish, width=1, batch=WRITES_PER_COMMIT)
        self._reads = Lane(self._open_reader, publish, width=READERS, batch=READS_PER_TURN)
        self._version: int | None = None

    async def open(self, known: tuple[Migration, ...]) -> None:
        """Bring the file to the present schema; must come before anything else."""
        await self._migrate(known)
        await self.changed()

    async def changed(self) -> bool:
        if self._writer is None:
            return False
        before, self._version = self._version, await self._writer.version()
        return before != self._version

    async def _write(self, unit: AnyUnit[T], args: tuple[Any, ...], deadline: float | None) -> T:
        result: T = await self._writes.submit(Call(unit, args, deadline))
        return result

    async def _read(self, unit: AnyUnit[T], args: tuple[Any, ...], deadline: float | None) -> T:
        result: T = await self._reads.submit(Call(unit, args, deadline))
        return result

    async def _drain(self) -> None:
        await self._reads.drain()
        await self._writes.drain()

    async def _close(self) -> None:
        await self._reads.close()
        await self._writes.close()

    async def _open_writer(self) -> Writer:
        connection = await connect(self._path)
        self._writer = Writer(connection, self.school, self._clock, lambda: self._sequence)
        return self._writer

    async def _open_reader(self) -> Reader:
        connection = await connect(self._path)
        await (await connection.execute("PRAGMA query_only = ON")).close()
        return Reader(connection, self.school, self._clock)


async def open_sqlite(
    path: Path, school: School, clock: Clock, publish: Publish, *, known: tuple[Migration, ...] | None = None
) -> SqliteDatabase:
    """Open or create the file at `path` and bring it to the schema of this version.

    `clock` gives milliseconds; `publish` is told of announcements, on this event loop.
    """
    database = SqliteDatabase(path, school, clock, publish)
    try:
        await database.open(migrations(Engine.SQLITE) if known is None else known)
    except BaseException:
        await database.close()
        raise
    return database

"""Connections to PostgreSQL, shared by the schools of this process that live in one database.

`_pools` is global so that schools opened apart find each other's pool; it is counted, and closed with its last school.
A pool belongs to an event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias, TypeVar

import asyncpg
import asyncpg.pool
import structlog

from fedi.errors import Unavailable
from fedi.store.engine.rows import exact_number

T = TypeVar("T")

Direct: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Listener: TypeAlias = "Callable[[Direct | Connection, int, str, object], None]"

CONNECTIONS = 10
STATEMENTS = 1024
# Without JIT: it takes longer to compile our statements than to run them.
SETTINGS = {"application_name": "fedi", "jit": "off"}

CONNECT_TIMEOUT = 10.0
RECONNECT_PAUSE = 1.0

MISSED = '["missed",0]'
"""An announcement as others write it: some of theirs may not have been heard."""

log = structlog.get_logger(__name__)

_pools: dict[tuple[asyncio.AbstractEventLoop, str], SharedPool] = {}


class SharedPool:
    """The connections to one database, and the one that listens."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._starting = asyncio.Lock()
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._ear = Ear(dsn)
        self.schools = 0

    async def start(self) -> None:
        """Connect, unless another school already has."""
        async with self._starting:
            if self._pool is None:
                self._pool = await _reached(_create_pool(self._dsn))

    async def acquire(self) -> Connection:
        """A connection for one unit of work; Unavailable if the server cannot be reached."""
        if self._pool is None:
            raise Unavailable("The pool of connections to the database is closed")
        return await _reached(self._pool.acquire())

    async def give_back(self, connection: Connection) -> None:
        """Let the next unit have the connection."""
        if self._pool is not None:
            await self._pool.release(connection)

    @asynccontextmanager
    async def lock(self, schema: str) -> AsyncIterator[Direct]:
        """Keep every other process from migrating `schema`; a connection of its own, lest waiting use up the pool."""
        connection = await _reached(_connect(self._dsn))
        try:
            await connection.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))", f"fedi:{schema}")
            yield connection
        finally:
            await connection.close()

    async def listen(self, channel: str, listener: Listener) -> None:
        """Call `listener` for every notification on `channel`."""
        await self._ear.add(channel, listener)

    async def leave(self, channel: str, listener: Listener) -> None:
        """A school is done with the database; the last one closes the connections."""
        await self._ear.remove(channel, listener)
        self.schools -= 1
        if self.schools == 0:
            _pools.pop((asyncio.get_running_loop(), self._dsn), None)
            await self._close()

    async def _close(self) -> None:
        await self._ear.close()
        if self._pool is not None:
            await self._pool.close()


class Ear:
    """The connection that hears announcements; it is made again when it breaks.

    What was said meanwhile is lost, so whoever listens is told that something may have been (`MISSED`).
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._listeners: list[tuple[str, Listener]] = []
        self._connection: Direct | None = None
        self._connecting = asyncio.Lock()
        self._reconnecting: asyncio.Task[None] | None = None

    async def add(self, channel: str, listener: Listener) -> None:
        async with self._connecting:
            if self._connection is None:
                await self._connect()
            if self._connection is not None:
                await self._connection.add_listener(channel, listener)
            self._listeners.append((channel, listener))

    async def remove(self, channel: str, listener: Listener) -> None:
        async with self._connecting:
            if (channel, listener) not in self._listeners:
                return
            self._listeners.remove((channel, listener))
            if self._connection is not None:
                await self._connection.remove_listener(channel, listener)

    async def close(self) -> None:
        if self._reconnecting is not None:
            self._reconnecting.cancel()
        if self._connection is not None:
            self._connection.remove_termination_listener(self._lost)
            await self._connection.close()

    async def _connect(self) -> None:
        connection = await _reached(_connect(self._dsn))
        try:
            for channel, listener in self._listeners:
                await connection.add_listener(channel, listener)
        except BaseException:
            connection.terminate()
            raise
        connection.add_termination_listener(self._lost)
        self._connection = connection

    def _lost(self, _connection: object) -> None:
        log.warning("The connection that hears announcements is lost; connecting again")
        self._connection = None
        self._reconnecting = asyncio.get_running_loop().create_task(self._reconnect())

    async def _reconnect(self) -> None:
        while self._connection is None:
            try:
                async with self._connecting:
                    if self._connection is None:
                        await self._connect()
            except Exception as error:  # noqa: BLE001  who ceases to try hears nothing ever again
                log.warning("Announcements cannot be heard yet", reason=f"{type(error).__name__}: {error}")
                await asyncio.sleep(RECONNECT_PAUSE)
        self._tell_of_what_was_missed(self._connection)

    def _tell_of_what_was_missed(self, connection: Direct) -> None:
        for channel, listener in tuple(self._listeners):
            listener(connection, 0, channel, MISSED)


async def share(dsn: str) -> SharedPool:
    """The pool of the database at `dsn`, with one school more; that school must `leave` it."""
    key = asyncio.get_running_loop(), dsn
    pool = _pools.setdefault(key, SharedPool(dsn))
    pool.schools += 1
    try:
        await pool.start()
    except BaseException:
        pool.schools -= 1
        if pool.schools == 0:
            _pools.pop(key, None)
        raise
    return pool


async def _create_pool(dsn: str) -> asyncpg.Pool[asyncpg.Record]:
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=CONNECTIONS,
        statement_cache_size=STATEMENTS,
        timeout=CONNECT_TIMEOUT,
        server_settings=SETTINGS,
        init=_prepare,
        reset=clean,
    )


async def _connect(dsn: str) -> Direct:
    return await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT, server_settings=SETTINGS)


async def _prepare(connection: Direct | Connection) -> None:
    await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=exact_number, format="text")


async def clean(connection: Direct | Connection) -> None:
    """Make a connection fit for the next unit: without a transaction it is, for every setting is local to one.

    asyncpg's own reset would be one more round trip for each unit.
    """
    if connection.is_in_transaction():
        await connection.execute("ROLLBACK")


async def _reached(connecting: Awaitable[T]) -> T:
    try:
        return await connecting
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unavailable(f"The database cannot be reached: {error}") from error

"""What only PostgreSQL can get wrong: collisions, schemas, announcements across processes, lost connections."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from fedi.config import School
from fedi.errors import Invalid, Unavailable
from fedi.store.database import Busy, Transaction
from fedi.store.engine import pools, postgresql
from fedi.store.engine.dialect import Engine
from fedi.store.engine.migrations import migrations
from fedi.store.engine.postgresql import PostgresDatabase, open_postgresql
from tests.clock import FrozenClock
from tests.store.test_database import add, steps, texts

Heard = asyncio.Queue[tuple[str, int | str]]
OpenSchema = Callable[..., Awaitable[PostgresDatabase]]


@pytest.fixture
def heard() -> Heard:
    return asyncio.Queue()


@pytest.fixture
async def open_schema(postgres_dsn: str, school: School, clock: FrozenClock, heard: Heard) -> AsyncIterator[OpenSchema]:
    opened: list[PostgresDatabase] = []

    async def open_(schema: str, publish: Callable[[str, int | str], Any] | None = None) -> PostgresDatabase:
        known = steps(Engine.POSTGRESQL)
        listener = publish or (lambda topic, ref: heard.put_nowait((topic, ref)))
        opened.append(await open_postgresql(postgres_dsn, schema, school, clock, listener, known=known))
        return opened[-1]

    yield open_
    for database in opened:
        await database.close()


@pytest.fixture
async def db(open_schema: OpenSchema) -> PostgresDatabase:
    return await open_schema("almaty")


class Meeting:
    """Lets two units pass a point only together, on their first run."""

    def __init__(self) -> None:
        self._barrier = asyncio.Barrier(2)
        self.runs = 0

    async def wait(self) -> None:
        self.runs += 1
        if self.runs <= 2:
            await self._barrier.wait()


async def pin(tx: Transaction, text: str) -> None:
    await tx.execute("UPDATE notes SET pinned = NOT pinned WHERE text = :text", text=text)


async def test_units_that_lock_each_other_out_are_run_again(db: PostgresDatabase) -> None:
    meeting = Meeting()

    async def pin_both(tx: Transaction, first: str, second: str) -> None:
        await pin(tx, first)
        await meeting.wait()
        await pin(tx, second)

    async def pinned(tx: Transaction) -> int | None:
        return await tx.one(int, "SELECT count(*) FROM notes WHERE pinned")

    await db.write(add, "a")
    await db.write(add, "b")
    await asyncio.gather(db.write(pin_both, "a", "b"), db.write(pin_both, "b", "a"))
    assert meeting.runs == 3, "PostgreSQL was to have refused one of them"
    assert await db.read(pinned) == 0, "each turned both over, once"


async def serializable(tx: Transaction) -> None:
    await tx.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")


async def test_units_that_cannot_be_serialised_are_run_again(db: PostgresDatabase) -> None:
    meeting = Meeting()

    async def add_count(tx: Transaction, text: str) -> None:
        await serializable(tx)
        count = await tx.value("SELECT count(*) FROM notes")
        await meeting.wait()
        await add(tx, f"{text}{count}")

    await asyncio.gather(db.write(add_count, "a"), db.write(add_count, "b"))
    assert meeting.runs == 3
    assert await db.read(texts) in (["a0", "b1"], ["a1", "b0"])


async def test_a_unit_that_always_collides_gives_up_as_busy(
    db: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "PAUSE", 0)
    runs: list[None] = []

    async def unlucky(tx: Transaction) -> None:
        runs.append(None)
        await tx.execute("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")

    with pytest.raises(Busy, match=r"unlucky collided with other writers 8 times"):
        await db.write(unlucky)
    assert len(runs) == 8


async def test_schools_of_one_database_keep_apart_and_share_a_pool(open_schema: OpenSchema) -> None:
    almaty, kostanay = await open_schema("almaty"), await open_schema("kostanay")
    await almaty.write(add, "in Almaty")
    await kostanay.write(add, "in Kostanay")
    assert await almaty.read(texts) == ["in Almaty"]
    assert await kostanay.read(texts) == ["in Kostanay"]
    assert almaty._pool is kostanay._pool


async def test_the_last_school_closes_the_pool(open_schema: OpenSchema) -> None:
    almaty, kostanay = await open_schema("almaty"), await open_schema("kostanay")
    await almaty.close()
    await kostanay.write(add, "still open")
    await kostanay.close()
    assert not [key for key in pools._pools if key[0] is asyncio.get_running_loop()]
    assert kostanay._pool._pool is not None
    assert kostanay._pool._pool.is_closing()


async def test_every_process_hears_an_announcement_and_other_schools_do_not(
    open_schema: OpenSchema, heard: Heard
) -> None:
    elsewhere: Heard = asyncio.Queue()
    other_school: Heard = asyncio.Queue()
    almaty = await open_schema("almaty")
    await open_schema("almaty", publish=lambda *each: elsewhere.put_nowait(each))
    kostanay = await open_schema("kostanay", publish=lambda *each: other_school.put_nowait(each))

    async def announce(tx: Transaction, *refs: int | str) -> None:
        for ref in refs:
            tx.announce("home:1", ref)

    await almaty.write(announce, 7, "https://almaty.test/posts/7")
    await kostanay.write(announce, 8)
    for queue in (heard, elsewhere):
        assert [await queue.get(), await queue.get()] == [("home:1", 7), ("home:1", "https://almaty.test/posts/7")]
    assert await other_school.get() == ("home:1", 8)
    assert heard.empty()


async def test_announcements_are_heard_again_after_the_connection_was_lost(
    db: PostgresDatabase, heard: Heard, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = asyncio.Event()
    connect = pools._connect

    async def connect_and_tell(dsn: str) -> pools.Direct:
        again.set()
        return await connect(dsn)

    monkeypatch.setattr(pools, "_connect", connect_and_tell)
    await cut_connections(postgres_dsn)
    await again.wait()
    async with db._pool._ear._connecting:
        id_ = await written(db, "after")
    assert await heard.get() == ("missed", 0)
    assert await heard.get() == ("notes", id_)


async def test_whoever_listens_hears_again_though_the_new_connection_breaks_at_once(
    db: PostgresDatabase, heard: Heard, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, tries = pools._connect, list[int]()

    async def connect_and_break(dsn: str) -> pools.Direct:
        connection = await connect(dsn)
        tries.append(connection.get_server_pid())
        if len(tries) == 1:
            connection.terminate()
        return connection

    monkeypatch.setattr(pools, "_connect", connect_and_break)
    monkeypatch.setattr(pools, "RECONNECT_PAUSE", 0)
    await cut_connections(postgres_dsn)

    assert await asyncio.wait_for(heard.get(), 20) == ("missed", 0)
    id_ = await written(db, "after")
    assert await heard.get() == ("notes", id_)
    assert len(tries) == 2


async def test_a_lost_connection_fails_the_unit_it_was_in_and_none_after(
    db: PostgresDatabase, postgres_dsn: str
) -> None:
    async def lose(tx: Transaction) -> None:
        await add(tx, "lost")
        await cut_connections(postgres_dsn)
        await add(tx, "never")

    with pytest.raises(Unavailable):
        await db.write(lose)
    for n in range(pools.CONNECTIONS):  # more than the pool may hold of connections that were cut while idle
        await written(db, f"after {n}")
    assert await db.write(texts) == [f"after {n}" for n in range(pools.CONNECTIONS)]


async def written(db: PostgresDatabase, text: str) -> int:
    """Write, again if the pool still held a connection that had been cut while idle."""
    while True:
        try:
            return await db.write(add, text)
        except Unavailable:
            continue


async def cut_connections(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fedi' "
        "AND datname = current_database()"
    )
    await connection.close()


async def test_a_cancelled_caller_waiting_for_a_connection_finds_nothing_done(db: PostgresDatabase) -> None:
    release = asyncio.Event()
    running = asyncio.Semaphore(0)

    async def hold(tx: Transaction) -> None:
        running.release()
        await release.wait()

    holders = [asyncio.create_task(db.write(hold)) for _ in range(pools.CONNECTIONS)]
    for _ in holders:
        await running.acquire()
    waiting = asyncio.create_task(db.write(add, "cancelled"))
    await asyncio.sleep(0)
    waiting.cancel()
    release.set()
    await asyncio.gather(*holders)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await db.read(texts) == []


async def test_a_table_changed_beneath_a_prepared_statement_is_no_error(db: PostgresDatabase) -> None:
    async def look(tx: Transaction) -> object:
        return await tx.value("SELECT * FROM notes")

    async def widen(tx: Transaction) -> None:
        await tx.script("ALTER TABLE notes ADD COLUMN more INTEGER")

    await db.write(add, "one")
    await db.write(look)
    await db.write(widen)
    assert await db.write(look)


@pytest.mark.parametrize("schema", ["", "Almaty", 'a"b', "a b", "1a", "a" * 64])
async def test_a_schema_needs_a_plain_name(schema: str, school: School, clock: FrozenClock) -> None:
    with pytest.raises(Invalid, match="cannot be the name"):
        await open_postgresql("postgresql://nowhere.test", schema, school, clock, print, known=())


async def test_a_server_that_is_not_there_is_unavailable(school: School, clock: FrozenClock) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        await open_postgresql(
            "postgresql://x@127.0.0.1:1/x", "almaty", school, clock, print, known=migrations(Engine.POSTGRESQL)
        )
    assert not pools._pools

"""Units of work behave alike on both engines."""

import asyncio
import time
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pytest

from fedi.errors import Unavailable
from fedi.store.database import ConstraintViolated, Database, DeadlineExceeded, ReadOnly, Transaction
from fedi.store.engine.dialect import Engine, MalformedStatement, translate_ddl
from fedi.store.engine.migrations import Migration, migrations
from fedi.store.engine.rows import RowMismatch, UnstorableValue, as_json
from tests.clock import START, FrozenClock
from tests.store.conftest import OpenDatabase, Published

language: ContextVar[str] = ContextVar("language", default="none")

NOTES = """
    CREATE TABLE notes (
        id     $id PRIMARY KEY,
        text   $text NOT NULL UNIQUE,
        pinned $bool NOT NULL DEFAULT FALSE,
        colour $text,
        tags   $json NOT NULL DEFAULT '[]',
        image  $bytes,
        parent $id REFERENCES notes (id) DEFERRABLE INITIALLY DEFERRED
    );
"""

# Takes minutes on either engine.
SLOW = """
    WITH RECURSIVE counter (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < 1000000000)
    SELECT count(*) FROM counter
"""


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Tag:
    name: str
    uses: int


@dataclass(frozen=True, slots=True)
class Note:
    id: int
    text: str
    pinned: bool
    colour: Colour | None
    tags: tuple[Tag, ...]
    image: bytes | None = None


@pytest.fixture
def database_location(empty_location: str) -> str:
    return empty_location


@pytest.fixture
async def db(engine: Engine, open_database: OpenDatabase) -> Database:
    return await open_database(known=steps(engine))


def steps(engine: Engine) -> tuple[Migration, ...]:
    return (migrations(engine)[0], Migration(9000, "notes", translate_ddl(NOTES, engine)))


async def add(tx: Transaction, text: str) -> int:
    id_ = tx.new_id()
    await tx.execute("INSERT INTO notes (id, text) VALUES (:id, :text)", id=id_, text=text)
    tx.announce("notes", id_)
    return id_


async def add_orphan(tx: Transaction, text: str) -> None:
    """Breaks a foreign key that is looked at only by COMMIT."""
    await tx.execute(
        "INSERT INTO notes (id, text, parent) VALUES (:id, :text, :parent)", id=tx.new_id(), text=text, parent=7
    )


async def add_then_raise(tx: Transaction, text: str, error: BaseException) -> None:
    await add(tx, text)
    raise error


async def texts(tx: Transaction) -> list[str]:
    return await tx.all(str, "SELECT text FROM notes ORDER BY text")


async def test_what_a_unit_wrote_is_there_after_write_returns(db: Database) -> None:
    id_ = await db.write(add, "one")
    assert await db.read(texts) == ["one"]
    assert isinstance(id_, int)


async def test_a_unit_that_raises_leaves_nothing_and_its_error_reaches_the_caller(db: Database) -> None:
    with pytest.raises(ZeroDivisionError, match="of ours"):
        await db.write(add_then_raise, "bad", ZeroDivisionError("of ours"))
    assert await db.read(texts) == []


async def test_a_failing_unit_does_not_harm_those_beside_it(db: Database, published: Published) -> None:
    calls: list[Any] = [db.write(add, f"good {n}") for n in range(5)]
    calls.insert(2, db.write(add_then_raise, "bad", ZeroDivisionError()))
    calls.insert(4, db.write(add, "good 0"))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(results[2], ZeroDivisionError)
    assert isinstance(results[4], ConstraintViolated)
    assert await db.read(texts) == [f"good {n}" for n in range(5)]


class Stop(BaseException):
    """Like SystemExit, which would end the event loop of the test."""


@pytest.mark.parametrize("error", [asyncio.CancelledError(), Stop()])
async def test_not_even_a_base_exception_leaves_a_transaction_open(db: Database, error: BaseException) -> None:
    caught: list[BaseException] = []

    async def fail() -> None:
        try:
            await db.write(add_then_raise, "bad", error)
        except BaseException as raised:  # noqa: BLE001
            caught.append(raised)

    await asyncio.gather(db.write(add, "before"), fail(), db.write(add, "after"))
    assert type(caught[0]) is type(error)
    assert await db.read(texts) == ["after", "before"]


async def test_a_commit_that_fails_fails_only_the_unit_that_spoiled_it(db: Database) -> None:
    results = await asyncio.gather(
        db.write(add, "one"), db.write(add_orphan, "orphan"), db.write(add, "two"), return_exceptions=True
    )
    assert isinstance(results[1], ConstraintViolated)
    assert await db.read(texts) == ["one", "two"]


async def test_a_unit_that_swallows_the_error_of_a_statement_fails_with_it(db: Database) -> None:
    async def swallow(tx: Transaction) -> None:
        await add(tx, "first")
        try:
            await add(tx, "one")
        except ConstraintViolated:
            return

    await db.write(add, "one")
    with pytest.raises(ConstraintViolated):
        await db.write(swallow)
    assert await db.read(texts) == ["one"]


async def test_a_unit_runs_in_a_copy_of_its_callers_context(db: Database) -> None:
    async def answer(tx: Transaction) -> str:
        spoken = language.get()
        language.set("changed")
        return spoken

    async def ask(spoken: str) -> tuple[str, str, str]:
        language.set(spoken)
        return await db.write(answer), await db.read(answer), language.get()

    answers = await asyncio.gather(*(ask(each) for each in ("kk", "ru", "en")))
    assert answers == [("kk", "kk", "kk"), ("ru", "ru", "ru"), ("en", "en", "en")]


async def test_announcements_are_published_after_commit_and_only_then(db: Database, engine: Engine) -> None:
    heard: asyncio.Queue[tuple[str, int | str, list[str]]] = asyncio.Queue()
    reads: set[asyncio.Task[None]] = set()

    async def look(topic: str, ref: int | str) -> None:
        heard.put_nowait((topic, ref, await db.read(texts)))

    def publish(topic: str, ref: int | str) -> None:
        reads.add(asyncio.create_task(look(topic, ref)))

    db._publish = publish
    if engine is Engine.SQLITE:
        db._writes._publish = publish  # type: ignore[attr-defined]
    with pytest.raises(ZeroDivisionError):
        await db.write(add_then_raise, "bad", ZeroDivisionError())
    with pytest.raises(ConstraintViolated):
        await asyncio.gather(db.write(announced_orphan))
    id_ = await db.write(add, "good")
    assert await heard.get() == ("notes", id_, ["good"])
    assert heard.empty()
    await asyncio.gather(*reads)


async def announced_orphan(tx: Transaction) -> None:
    tx.announce("notes", "https://almaty.test/orphan")
    await add_orphan(tx, "orphan")


async def test_a_read_sees_one_moment_however_many_statements_it_has(db: Database) -> None:
    """A commit between the statements of a read is not seen by the second one."""
    await db.write(add, "one")
    loop = asyncio.get_running_loop()

    async def read_twice(tx: Transaction) -> tuple[list[str], list[str]]:
        before = await texts(tx)
        if db.engine is Engine.SQLITE:
            asyncio.run_coroutine_threadsafe(db.write(add, "two"), loop).result()
        else:
            await db.write(add, "two")
        return before, await texts(tx)

    assert await db.read(read_twice) == (["one"], ["one"])
    assert await db.read(texts) == ["one", "two"]


async def test_a_read_does_not_see_what_is_not_committed(db: Database) -> None:
    loop = asyncio.get_running_loop()

    async def write_and_look(tx: Transaction) -> list[str]:
        await add(tx, "half")
        if db.engine is Engine.SQLITE:
            return asyncio.run_coroutine_threadsafe(db.read(texts), loop).result()
        return await db.read(texts)

    assert await db.write(write_and_look) == []
    assert await db.read(texts) == ["half"]


async def test_a_read_cannot_write_announce_or_make_ids(db: Database) -> None:
    async def announce(tx: Transaction) -> None:
        tx.announce("notes", 1)

    async def make(tx: Transaction) -> int:
        return tx.new_id()

    async def insert(tx: Transaction) -> None:
        await tx.execute("INSERT INTO notes (id, text) VALUES (1, 'x')")

    for unit in (announce, make, insert):
        with pytest.raises(ReadOnly):
            await db.read(unit)
    assert await db.read(texts) == []


async def test_a_caller_cancelled_before_its_unit_starts_finds_nothing_done(db: Database) -> None:
    await db.write(add, "warm")
    cancelled = asyncio.create_task(db.write(add, "cancelled"))
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    await db.write(add, "later")
    assert await db.read(texts) == ["later", "warm"]


async def test_a_unit_cancelled_after_it_started_commits(
    db: Database, engine: Engine, open_database: OpenDatabase
) -> None:
    started = asyncio.Event()
    loop = asyncio.get_running_loop()

    async def add_slowly(tx: Transaction) -> None:
        loop.call_soon_threadsafe(started.set)
        await tx.value(SLOW.replace("1000000000", "300000"))
        await add(tx, "slow")

    await db.write(add, "warm")
    call = asyncio.create_task(db.write(add_slowly))
    await started.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await db.close()
    again = await open_database(known=steps(engine))
    assert await again.read(texts) == ["slow", "warm"]


async def test_a_statement_that_takes_too_long_is_stopped(db: Database) -> None:
    async def slow(tx: Transaction) -> Any:
        await add(tx, "slow")
        return await tx.value(SLOW)

    async def slow_read(tx: Transaction) -> Any:
        return await tx.value(SLOW)

    with pytest.raises(DeadlineExceeded):
        await db.write(slow, deadline=0.1)
    with pytest.raises(DeadlineExceeded):
        await db.read(slow_read, deadline=0.1)
    await db.write(add, "quick")
    assert await db.read(texts) == ["quick"]


async def test_many_quick_statements_have_a_deadline_too(db: Database) -> None:
    async def endless(tx: Transaction) -> None:
        while True:
            await texts(tx)

    with pytest.raises(DeadlineExceeded):
        await db.write(endless, deadline=0.05)


async def test_time_between_statements_counts_too(db: Database) -> None:
    async def dawdle(tx: Transaction) -> None:
        await add(tx, "half")
        time.sleep(0.1)  # noqa: ASYNC251  a unit that computes for long
        await add(tx, "whole")

    with pytest.raises(DeadlineExceeded):
        await db.write(dawdle, deadline=0.05)
    assert await db.read(texts) == []


async def test_a_unit_may_go_without_a_deadline(db: Database) -> None:
    assert await db.write(add, "one", deadline=None)


async def test_values_come_back_as_they_were_stored(db: Database) -> None:
    async def store(tx: Transaction, note: Note) -> Note | None:
        await tx.execute(
            "INSERT INTO notes (id, text, pinned, colour, tags, image) "
            "VALUES (:id, :text, :pinned, :colour, :tags, :image)",
            id=note.id,
            text=note.text,
            pinned=note.pinned,
            colour=note.colour,
            tags=as_json(note.tags),
            image=note.image,
        )
        return await tx.one(Note, "SELECT image, id, text, pinned, colour, tags FROM notes WHERE id = :id", id=note.id)

    full = Note(2**63 - 1, "Қазақ 'тілі' :name", True, Colour.BLUE, (Tag("сабақ", 3),), b"\0\xff")
    bare = Note(-(2**63), "", False, None, ())
    for note in (full, bare):
        assert await db.write(store, note) == note


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, "a\0b", "\ud800", object(), (1, 2), {"a": 1}])
async def test_what_neither_engine_can_keep_is_refused(db: Database, value: object) -> None:
    async def store(tx: Transaction) -> None:
        await tx.execute("UPDATE notes SET text = :value", value=value)

    with pytest.raises(UnstorableValue):
        await db.write(store)


async def test_lists_are_expanded_in_the_statement(db: Database) -> None:
    async def find(tx: Transaction, wanted: list[str]) -> tuple[list[str], list[str]]:
        return (
            await tx.all(str, "SELECT text FROM notes WHERE text IN :wanted* ORDER BY text", wanted=wanted),
            await tx.all(str, "SELECT text FROM notes WHERE text NOT IN :wanted* ORDER BY text", wanted=wanted),
        )

    for text in ("алма", "ағаш", "it's"):
        await db.write(add, text)
    assert await db.read(find, ["алма", "it's"]) == (["it's", "алма"], ["ағаш"])
    assert await db.read(find, []) == ([], ["it's", "алма", "ағаш"])


async def test_text_sorts_by_code_point(db: Database) -> None:
    for text in ("b", "a", "B", "ә", "я", "Z"):
        await db.write(add, text)
    assert await db.read(texts) == ["B", "Z", "a", "b", "я", "ә"]


async def test_execute_counts_the_rows_it_changed(db: Database) -> None:
    async def count(tx: Transaction) -> list[int]:
        return [
            await tx.execute("UPDATE notes SET pinned = TRUE"),
            await tx.execute("UPDATE notes SET pinned = FALSE RETURNING id"),
            await tx.execute("DELETE FROM notes WHERE text = :text", text="absent"),
            await tx.execute("DELETE FROM notes"),
        ]

    for text in ("one", "two"):
        await db.write(add, text)
    assert await db.write(count) == [2, 2, 0, 2]


async def test_one_and_value_are_none_where_there_is_no_row(db: Database) -> None:
    async def look(tx: Transaction) -> tuple[Note | None, object, int]:
        return (
            await tx.one(Note, "SELECT id, text, pinned, colour, tags FROM notes"),
            await tx.value("SELECT text FROM notes"),
            await tx.value("SELECT count(*) FROM notes"),
        )

    assert await db.read(look) == (None, None, 0)


async def test_sums_are_integers_and_scalars_take_their_type(db: Database) -> None:
    async def look(tx: Transaction) -> tuple[int | None, bool | None, object]:
        return (
            await tx.one(int, "SELECT SUM(id) FROM notes"),
            await tx.one(bool, "SELECT pinned FROM notes LIMIT 1"),
            await tx.value("SELECT SUM(id) / 2.0 FROM notes"),
        )

    async def store(tx: Transaction) -> None:
        rows = [{"id": n, "text": str(n)} for n in (1, 2, 4)]
        await tx.execute_many("INSERT INTO notes (id, text) VALUES (:id, :text)", rows)

    await db.write(store)
    assert repr(await db.read(look)) == "(7, False, 3.5)"


async def test_parameters_must_be_those_the_statement_names(db: Database) -> None:
    async def ask(tx: Transaction, **params: object) -> object:
        return await tx.value("SELECT text FROM notes WHERE text = :text", **params)

    async def with_none(tx: Transaction) -> object:
        return await ask(tx)

    async def with_two(tx: Transaction) -> object:
        return await ask(tx, text="a", txet="a")

    for unit in (with_none, with_two):
        with pytest.raises(MalformedStatement, match="takes"):
            await db.read(unit)


async def test_a_row_must_fit_its_type(db: Database) -> None:
    async def lacking(tx: Transaction) -> object:
        return await tx.one(Note, "SELECT id, text, pinned, colour FROM notes")

    async def unknown(tx: Transaction) -> object:
        return await tx.one(Note, "SELECT id, text, pinned, colour, tags, parent FROM notes")

    async def paint(tx: Transaction, colour: str) -> None:
        await tx.execute("UPDATE notes SET colour = :colour", colour=colour)

    async def whole(tx: Transaction) -> object:
        return await tx.one(Note, "SELECT id, text, pinned, colour, tags FROM notes")

    await db.write(add, "one")
    with pytest.raises(RowMismatch, match="lacks column tags"):
        await db.read(lacking)
    with pytest.raises(RowMismatch, match="unknown column parent"):
        await db.read(unknown)
    await db.write(paint, "mauve")
    with pytest.raises(RowMismatch, match=r"Note\.colour cannot be 'mauve'"):
        await db.read(whole)


@pytest.mark.parametrize("sql", ["COMMIT", " rollback", "BEGIN", "SAVEPOINT mine", "-- a comment\nCOMMIT"])
async def test_a_unit_cannot_end_its_own_transaction(db: Database, sql: str) -> None:
    async def meddle(tx: Transaction) -> None:
        await add(tx, "half")
        await tx.execute(sql)

    with pytest.raises(MalformedStatement):
        await db.write(meddle)
    assert await db.read(texts) == []


async def test_units_know_their_school_and_the_time(db: Database, clock: FrozenClock) -> None:
    async def look(tx: Transaction) -> tuple[str, int]:
        return tx.school.host, tx.now

    assert await db.read(look) == ("almaty.test", START)
    clock.now += 5
    assert await db.write(look) == ("almaty.test", START + 5)


async def test_a_closed_database_refuses_and_may_be_closed_again(db: Database) -> None:
    await db.close()
    await db.close()
    with pytest.raises(Unavailable):
        await db.write(add, "late")
    with pytest.raises(Unavailable):
        await db.read(texts)


async def test_closing_finishes_what_has_started(db: Database, engine: Engine, open_database: OpenDatabase) -> None:
    await db.write(add, "warm")
    calls = [asyncio.create_task(db.write(add, str(n))) for n in range(5)]
    await asyncio.sleep(0)
    await db.close()
    done = [call for call in await asyncio.gather(*calls, return_exceptions=True) if isinstance(call, int)]
    again = await open_database(known=steps(engine))
    assert len(await again.read(texts)) == len(done) + 1


async def test_processes_never_make_the_same_id(engine: Engine, open_database: OpenDatabase) -> None:
    one, two = await open_database(known=steps(engine)), await open_database(known=steps(engine))
    made = await asyncio.gather(*(db.write(add, f"{n} {id(db)}") for n in range(40) for db in (one, two)))
    assert len(set(made)) == 80


async def test_ids_are_not_made_again_after_a_restart_with_the_clock_set_back(
    engine: Engine, open_database: OpenDatabase, clock: FrozenClock
) -> None:
    made: list[int] = []
    for _ in range(5):
        db = await open_database(known=steps(engine))
        made += [await db.write(add, f"{len(made)} {n}") for n in range(3)]
        await db.close()
        clock.now -= 1000
    assert len(set(made)) == 15


async def test_a_lease_is_renewed_before_it_runs_out(db: Database, clock: FrozenClock) -> None:
    made = []
    for n in range(10):
        made.append(await db.write(add, str(n)))
        clock.now += 50_000
    assert made == sorted(made)
    assert [id_ >> 16 for id_ in made] == [START + n * 50_000 for n in range(10)]

"""How far what is for partners reaches, on both engines."""

import re
from dataclasses import dataclass

from fedi.models.posts import Circle, Post
from fedi.store import partners, served
from fedi.store.database import Database, Transaction
from fedi.store.engine.dialect import Engine
from tests import factories as make

A_PARTNER, ANOTHER = "kostanay.test", "shymkent.test"


@dataclass(frozen=True, slots=True)
class _Step:
    """A line of SQLite's plan."""

    id: int
    parent: int
    notused: int
    detail: str


async def said(tx: Transaction) -> tuple[Post, Post, Post]:
    """A post of a partner's for its partners, what a teacher here answers, and what she says to our own."""
    aigul, marat = await make.teacher(tx), await make.colleague(tx, "marat")
    for host in (A_PARTNER, ANOTHER):
        await make.agreement(tx, host)
    theirs = await make.remote(tx, marat, circle=Circle.PARTNERS)
    answer = await make.answer(tx, aigul, theirs, Circle.PARTNERS)
    return theirs, answer, await make.note(tx, aigul, circle=Circle.PARTNERS)


async def test_an_answer_reaches_the_school_it_is_about_and_who_is_a_partner_of_both(database: Database) -> None:
    async def unit(tx: Transaction) -> None:
        theirs, answer, own = await said(tx)
        assert await partners.reach(tx, [own.id]) == [A_PARTNER, ANOTHER]
        assert await partners.reach(tx, [answer.id]) == await partners.reach(tx, [theirs.id]) == [A_PARTNER]
        await partners.put(tx, A_PARTNER, ["almaty.test", ANOTHER])
        assert await partners.reach(tx, [answer.id]) == [A_PARTNER, ANOTHER]
        await partners.put(tx, A_PARTNER, ["almaty.test"])
        assert await partners.reach(tx, [answer.id, own.id]) == [A_PARTNER]

    await database.write(unit)


async def test_a_server_is_given_what_would_have_been_sent_to_it(database: Database) -> None:
    async def unit(tx: Transaction) -> None:
        _, answer, own = await said(tx)
        ids = [answer.id, own.id]
        assert await served.among(tx, ids, ANOTHER) == {own.id}
        assert await served.among(tx, ids, A_PARTNER) == set(ids)
        assert await served.post(tx, answer.uri, ANOTHER) is None
        assert await served.among(tx, ids, None) == set()

    await database.write(unit)


async def test_a_partner_is_asked_once_until_its_word_is_old(database: Database) -> None:
    async def unit(tx: Transaction) -> None:
        await make.agreement(tx, A_PARTNER)
        assert await partners.unasked(tx, tx.now - 1_000, 10) == [A_PARTNER]
        asked = [await partners.ask(tx, host, tx.now - 1_000) for host in (A_PARTNER, A_PARTNER, ANOTHER)]
        assert asked == [True, False, False]
        assert await partners.unasked(tx, tx.now - 1_000, 10) == []

    await database.write(unit)


async def test_what_stands_above_is_found_by_its_ids_however_many_posts_there_are(
    database: Database, engine: Engine
) -> None:
    """Every row above is looked up; nothing is read through."""

    async def unit(tx: Transaction) -> str:
        seed = "SELECT id FROM posts WHERE id IN (1)"
        query = f"SELECT host FROM peers WHERE {partners.reaches(seed, 'peers.host')}"
        if engine is Engine.POSTGRESQL:
            await tx.execute("SET LOCAL enable_seqscan = off")
            rows = await tx.all(str, f"EXPLAIN {query}")
        else:
            rows = [each.detail for each in await tx.all(_Step, f"EXPLAIN QUERY PLAN {query}")]
        return "\n".join(rows)

    plan = await database.write(unit)
    assert not re.search(r"SCAN (posts|quotes|b)\b|Seq Scan on (posts|quotes)", plan), plan

"""The directory, recommendations and agreements, on both engines."""

import re
from dataclasses import dataclass

from fedi.actions import endorsements, follows, peers, posts, reactions
from fedi.models.paging import Page
from fedi.models.peers import Standing
from fedi.models.posts import Circle
from fedi.store import actors, directory, people, relationships
from fedi.store import peers as stored_peers
from fedi.store.engine.dialect import Engine
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit


@in_a_unit
async def test_the_directory_is_ordered_by_the_last_public_post_and_leaves_out_who_is_gone(tx: Transaction) -> None:
    aigul, bolat, dana = [await make.teacher(tx, name, discoverable=True) for name in ("aigul", "bolat", "dana")]
    marat = await make.colleague(tx, "marat", discoverable=True)
    await make.teacher(tx, "shy", discoverable=False)
    await make.note(tx, aigul)
    await actors.set_suspended(tx, dana.id, tx.now)

    async def page(*, local: bool = False, by_activity: bool = True, limit: int = 9, offset: int = 0) -> list[int]:
        return await directory.page(tx, None, local=local, by_activity=by_activity, limit=limit, offset=offset)

    assert (await page())[0] == aigul.id
    assert set(await page()) == {aigul.id, bolat.id, marat.id}
    assert await page(local=True, by_activity=False) == [bolat.id, aigul.id]
    assert await page(local=True, limit=1, offset=1) == [bolat.id]


MANY = 50_000
_COPIES = """
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many)
    INSERT INTO actors (
        id, uri, kind, local, username, username_folded, domain, host, name, summary, fields, emojis, url, inbox,
        locked, discoverable, indexable, also_known_as, created_at, updated_at, last_post_id
    )
    SELECT a.id - n, a.uri || n, a.kind, n % 10 = 0, a.username || n, a.username || n, a.domain, a.host, a.name,
           a.summary, a.fields, a.emojis, a.url, a.inbox, a.locked, n % 4 < 2, a.indexable, a.also_known_as,
           a.created_at, a.updated_at, a.id + n
    FROM   actors a, numbers WHERE a.id = :actor
"""


async def plan_of(tx: Transaction, statement: str) -> str:
    """How the engine answers it, a line a step."""
    values = {"viewer": 1, "limit": 40, "offset": 0}
    if tx.engine is Engine.SQLITE:
        return "\n".join(each.detail for each in await tx.all(_Step, f"EXPLAIN QUERY PLAN {statement}", **values))
    return "\n".join(await tx.all(str, f"EXPLAIN {statement}", **values))


@dataclass(frozen=True, slots=True)
class _Step:
    id: int
    parent: int
    notused: int
    detail: str


@in_a_unit
async def test_a_page_of_the_directory_is_a_walk_along_an_index_however_many_are_known(tx: Transaction) -> None:
    """The first page costs a page: neither does it sort, nor look at every actor."""
    marat = await make.colleague(tx, "marat", discoverable=True)
    await tx.execute(_COPIES, many=MANY, actor=marat.id)
    await tx.execute("ANALYZE")

    for local, by_activity, index in (
        (False, True, "actors_active"),
        (False, False, "actors_discoverable"),
        (True, True, "actors_active_here"),
        (True, False, "actors_discoverable_here"),
    ):
        plan = await plan_of(tx, directory.sql(local=local, by_activity=by_activity))
        assert index in plan, plan
        assert not re.search(r"Sort Key: a\.|TEMP B-TREE|Seq Scan on actors", plan), plan

    listed = await directory.page(tx, None, local=False, by_activity=True, limit=2, offset=0)
    assert listed == [marat.id - MANY, marat.id - MANY + 3]


@in_a_unit
async def test_a_boost_is_activity_and_a_post_for_followers_is_none(tx: Transaction) -> None:
    aigul, bolat, dana = [await make.teacher(tx, name, discoverable=True) for name in ("aigul", "bolat", "dana")]
    post = await make.note(tx, aigul)
    await make.note(tx, bolat, circle=Circle.FOLLOWERS)
    await reactions.boost(tx, dana, post)

    assert await directory.page(tx, None, local=True, by_activity=True, limit=9, offset=0) == [
        dana.id,
        aigul.id,
        bolat.id,
    ]


@in_a_unit
async def test_what_was_published_last_counts_though_it_is_deleted(tx: Transaction) -> None:
    aigul, bolat = [await make.teacher(tx, name, discoverable=True) for name in ("aigul", "bolat")]
    await make.note(tx, bolat)
    await posts.delete(tx, await make.note(tx, aigul))

    assert await directory.page(tx, None, local=True, by_activity=True, limit=9, offset=0) == [aigul.id, bolat.id]


@in_a_unit
async def test_a_recommendation_stands_on_a_follow_and_keeps_its_time(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx, "aigul"), await make.teacher(tx, "bolat")
    await follows.follow(tx, aigul, bolat)
    await endorsements.endorse(tx, aigul, bolat)
    first = (await relationships.between(tx, aigul.id, bolat.id)).follow
    await endorsements.endorse(tx, aigul, bolat)
    again = (await relationships.between(tx, aigul.id, bolat.id)).follow

    listed = [each.actor_id for each in await people.endorsed(tx, None, aigul.id, Page())]
    await endorsements.withdraw(tx, aigul, bolat)

    assert first is not None
    assert again is not None
    assert first.endorsed_at == again.endorsed_at == tx.now
    assert listed == [bolat.id]
    assert await people.endorsed(tx, None, aigul.id, Page()) == []


@in_a_unit
async def test_the_schools_of_agreements_are_named_as_far_as_they_are_known(tx: Transaction) -> None:
    await make.agreement(tx, "kostanay.test")

    await stored_peers.set_confirmed(tx, "asks.test", tx.now)
    await stored_peers.decide(tx, "bad.test", Standing.BLOCKED)

    assert [each.host for each in await stored_peers.agreements(tx, offers=False)] == ["kostanay.test"]
    assert [each.host for each in await stored_peers.agreements(tx, offers=True)] == ["asks.test", "kostanay.test"]
    assert await peers.schools(tx, []) == {}
    assert await peers.schools(tx, ["kostanay.test"]) == {}

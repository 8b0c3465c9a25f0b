"""Follows that end together: of a server that is blocked, and of somebody who is gone."""

from collections.abc import Awaitable, Callable

import pytest

from fedi.actions import actors as actor_actions
from fedi.actions import follows, peers, timelines
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.store import actors, notifications
from fedi.store import follows as stored
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.actions.test_reading import Log
from tests.units import in_a_unit

End = Callable[[Transaction, Actor], Awaitable[object]]


async def _block(tx: Transaction, _: Actor) -> None:
    await peers.block(tx, None, "kostanay.test")


ENDS = pytest.mark.parametrize("end", [_block, actor_actions.delete], ids=["a server is blocked", "a person is gone"])


async def counts(tx: Transaction, actor: Actor) -> tuple[int, int]:
    found = await actors.by_id(tx, actor.id)
    assert found is not None
    return found.followers_count, found.following_count


@ENDS
@in_a_unit
async def test_follows_on_both_sides_their_counts_and_what_came_of_them_end(tx: Transaction, end: End) -> None:
    aigul, dana = await make.teacher(tx, "aigul"), await make.teacher(tx, "dana")
    bolat, marat = await make.colleague(tx, "bolat"), await make.colleague(tx, "marat")
    await make.agreement(tx)
    for follower in (bolat, marat, dana):
        await follows.follow(tx, follower, aigul, f"{follower.uri}#follow")
    await make.follow(tx, aigul, bolat)
    await make.remote(tx, bolat)
    assert len(await notifications.latest(tx, aigul.id, Page())) == 3
    assert len(await timelines.home(tx, aigul.id, Page())) == 1

    await end(tx, aigul)

    assert await stored.between(tx, bolat.id, aigul.id) is await stored.between(tx, aigul.id, bolat.id) is None
    assert await counts(tx, bolat) == await counts(tx, marat) == (0, 0)
    left = 1 if end is _block else 0
    assert await counts(tx, aigul) == (left, 0)
    assert await counts(tx, dana) == (0, left)
    assert await timelines.home(tx, aigul.id, Page()) == []
    assert [each.actor_id for each in await notifications.latest(tx, aigul.id, Page())] == [dana.id] * left


@ENDS
@in_a_unit
async def test_ten_times_as_many_followers_elsewhere_cost_no_more_statements(
    tx: Transaction, end: End, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    for name, number in (("aigul", 2), ("dana", 20)):
        followed = await make.teacher(tx, name)
        for each in range(number):
            await make.follow(tx, await make.colleague(tx, f"{name}{each}"), followed)
        with monkeypatch.context() as patched:
            log = Log(tx, patched)
            await end(tx, followed)
        asked.append(len(log.statements))

    assert asked[0] == asked[1]

"""Schedules on both engines."""

from fedi.actions import scheduled
from fedi.models.paging import Page
from fedi.models.posts import Circle, Draft
from fedi.models.schedules import Schedule
from fedi.store import posts, schedules
from fedi.store.engine.transaction import Transaction
from tests import factories as make
from tests.units import in_a_unit

HOUR_MS = 3600_000


@in_a_unit
async def test_drafts_wait_for_their_time_until_they_are_published_or_gone(tx: Transaction) -> None:
    aigul, bolat = await make.teacher(tx), await make.teacher(tx, "bolat")
    first = await scheduled.post(tx, aigul, Draft("First", Circle.PUBLIC), tx.now + HOUR_MS)
    second = await scheduled.post(tx, aigul, Draft("Second", Circle.SCHOOL), tx.now + 2 * HOUR_MS)
    waiting = Schedule(first.id, aigul.id, Circle.PUBLIC, tx.now + HOUR_MS)

    assert [each.post_id for each in await schedules.latest(tx, aigul.id, Page())] == [second.id, first.id]
    assert [each.post_id for each in await schedules.latest(tx, aigul.id, Page(after=first.id))] == [second.id]
    assert await schedules.latest(tx, bolat.id, Page()) == []
    assert await schedules.waiting(tx, aigul.id, first.id) == waiting
    assert await schedules.waiting(tx, bolat.id, first.id) is None
    assert await schedules.due(tx, first.id, tx.now + HOUR_MS) == waiting
    assert await schedules.due(tx, first.id, tx.now) is None
    assert await schedules.count(tx, aigul.id, tx.now, tx.now + HOUR_MS + 1) == (2, 1)
    await scheduled.give_up(tx, first.id, tx.now + HOUR_MS, by_letter=False)
    assert await schedules.waiting(tx, aigul.id, first.id) is None
    assert (await schedules.of_posts(tx, [first.id]))[first.id].failed
    await posts.delete(tx, first)
    await schedules.remove(tx, second.id)
    assert await schedules.of_posts(tx, [first.id, second.id]) == {}

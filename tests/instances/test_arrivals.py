"""Deliveries that arrive at one time are put away in few units of work, and each caller hears of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fedi.errors import Unavailable
from fedi.instances.arrivals import Arrivals
from fedi.store.jobs import Job, Lane, LeaseLost


def job(number: int) -> Job:
    return Job(number, "deliver", Lane.DELIVERY, "peer.example", {}, f"a>{number}", False, 0, 1, True)


class Database:
    """Stands for the school's: notes what is put away together, and answers as the test says."""

    def __init__(self, answer: Callable[[list[Job]], set[int]] = lambda _: set()) -> None:
        self.units: list[list[int]] = []
        self._answer = answer

    async def write(self, _: Callable[..., Awaitable[Any]], together: list[Job]) -> set[int]:
        self.units.append([each.id for each in together])
        await asyncio.sleep(0)
        return self._answer(together)


def put_away(database: Database, numbers: range) -> list[asyncio.Task[None]]:
    arrivals = Arrivals()
    return [asyncio.create_task(arrivals.put_away(database, job(number))) for number in numbers]  # type: ignore[arg-type]


async def test_what_arrives_together_is_put_away_together_and_never_more_than_a_hundred() -> None:
    database = Database()
    await asyncio.gather(*put_away(database, range(250)))

    assert [number for unit in database.units for number in unit] == list(range(250))
    assert max(map(len, database.units)) == 100
    assert len(database.units) <= 4


async def test_a_lost_lease_is_told_to_whom_it_concerns() -> None:
    tasks = put_away(Database(lambda _: {2}), range(4))
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(each) for each in outcomes] == [type(None), type(None), LeaseLost, type(None)]


async def test_a_unit_that_fails_fails_for_each_and_not_for_those_that_come_later() -> None:
    def fail(together: list[Job]) -> set[int]:
        if together[0].id == 0:
            raise Unavailable("the disk is full")
        return set()

    arrivals, database = Arrivals(), Database(fail)
    with pytest.raises(Unavailable):
        await arrivals.put_away(database, job(0))  # type: ignore[arg-type]
    await arrivals.put_away(database, job(1))  # type: ignore[arg-type]


async def test_what_a_stopped_worker_has_given_up_is_left_alone() -> None:
    database = Database()
    tasks = put_away(database, range(3))
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert sorted(number for unit in database.units for number in unit) == [0, 2]

"""Readings: nobody is asked again too soon, and what began ends."""

from fedi.models.readings import ReadingKind
from fedi.store import readings
from fedi.store.database import Database
from tests.clock import START as NOON
from tests.clock import FrozenClock

PAUSE = 60_000
THREAD = (ReadingKind.THREAD, 7)


async def test_a_reading_begins_once_in_its_pause(database: Database, clock: FrozenClock) -> None:
    begun = []
    for passed in (0, PAUSE - 1, 1):
        clock.now += passed
        begun.append(await database.write(readings.begin, *THREAD, PAUSE))
    other = await database.write(readings.begin, ReadingKind.POLL, 7, PAUSE)

    assert begun == [True, False, True]
    assert other


async def test_a_reading_runs_until_it_is_finished_or_ten_minutes_are_over(
    database: Database, clock: FrozenClock
) -> None:
    await database.write(readings.begin, *THREAD, PAUSE)
    running = await database.read(readings.of, *THREAD)
    await database.write(readings.finish, *THREAD, 3)
    finished = await database.read(readings.of, *THREAD)

    assert running is not None
    assert running.running(NOON)
    assert not running.running(NOON + 600_000)
    assert finished is not None
    assert (finished.found, finished.running(NOON)) == (3, False)


async def test_what_was_asked_long_ago_is_forgotten(database: Database, clock: FrozenClock) -> None:
    await database.write(readings.begin, *THREAD, PAUSE)

    assert await database.write(readings.prune, NOON) == 0
    assert await database.write(readings.prune, NOON + 1) == 1
    assert await database.read(readings.of, *THREAD) is None

"""What is read once and kept until it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from fedi.instances.kept import Kept


class Source:
    """Stands for the database: notes what was read of it, and answers when the test lets it."""

    def __init__(self) -> None:
        self.read_so_far: list[int] = []
        self.value: str | None = "old"
        self.open = asyncio.Event()
        self.open.set()

    async def read(self, number: int) -> str | None:
        self.read_so_far.append(number)
        value = self.value
        await self.open.wait()
        return value


@pytest.fixture
def source() -> Source:
    return Source()


async def test_what_many_ask_for_at_one_moment_is_read_once(source: Source) -> None:
    kept = Kept(2, source.read)

    assert await asyncio.gather(*(kept.find(1) for _ in range(50))) == ["old"] * 50
    assert source.read_so_far == [1]


async def test_the_oldest_is_forgotten(source: Source) -> None:
    kept = Kept(2, source.read)
    for number in (1, 2, 3, 1, 3):
        await kept.find(number)

    assert source.read_so_far == [1, 2, 3, 1]


async def test_what_changed_while_it_was_read_is_read_again(source: Source) -> None:
    kept = Kept(2, source.read)
    source.open.clear()
    early = asyncio.create_task(kept.find(1))
    await asyncio.sleep(0)
    source.value = "new"
    kept.clear()
    source.open.set()

    assert (await early, await kept.find(1)) == ("old", "new")


async def test_what_is_not_there_is_asked_for_again(source: Source) -> None:
    kept = Kept(2, source.read)
    source.value = None
    assert await kept.find(1) is None
    source.value = "new"

    assert await kept.find(1) == "new"


async def test_a_failed_reading_fails_for_who_asked_and_not_for_who_comes_later() -> None:
    answers: Iterator[ValueError | str] = iter([ValueError("disk"), "new"])

    async def read(_: int) -> str:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    kept = Kept(2, read)
    with pytest.raises(ValueError, match="disk"):
        await kept.find(1)
    assert await kept.find(1) == "new"

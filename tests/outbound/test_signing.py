"""Requests that are to be signed at one moment are signed together, each by itself."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest

from fedi.outbound.signing import Signing


@pytest.fixture
async def signing() -> AsyncIterator[Signing]:
    made = Signing()
    yield made
    made.close()


def gives(number: int) -> Callable[[], dict[str, str]]:
    return lambda: {"Signature": str(number), "thread": threading.current_thread().name}


async def test_each_gets_its_own_signature_made_beside_the_event_loop(signing: Signing) -> None:
    signed = await asyncio.gather(*(signing.headers(gives(number)) for number in range(50)))

    assert [each["Signature"] for each in signed] == [str(number) for number in range(50)]
    assert threading.current_thread().name not in {each["thread"] for each in signed}


async def test_a_few_go_to_a_thread_together_and_never_all(signing: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    hand_over, sizes = loop.run_in_executor, []

    def count(executor: object, call: Callable[[list[object]], object], together: list[object]) -> object:
        sizes.append(len(together))
        return hand_over(executor, call, together)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "run_in_executor", count)
    await asyncio.gather(*(signing.headers(gives(number)) for number in range(20)))
    assert Counter(sizes) == {8: 2, 4: 1}


async def test_one_that_cannot_be_signed_fails_alone(signing: Signing) -> None:
    def fail() -> dict[str, str]:
        raise ValueError("no such key")

    signed = await asyncio.gather(
        signing.headers(gives(0)), signing.headers(fail), signing.headers(gives(2)), return_exceptions=True
    )
    assert [type(each) for each in signed] == [dict, ValueError, dict]


async def test_who_gives_up_meanwhile_keeps_nobody_from_being_signed(signing: Signing) -> None:
    tasks = [asyncio.create_task(signing.headers(gives(number))) for number in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    signed = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(each) for each in signed] == [dict, asyncio.CancelledError, dict]


async def test_what_waits_when_the_client_is_closed_is_given_up() -> None:
    signing = Signing()
    begun, let_go = threading.Event(), threading.Event()

    def wait() -> dict[str, str]:
        begun.set()
        let_go.wait()
        return {}

    # Two threads, and what fills both: the rest has not begun.
    waiting = [asyncio.create_task(signing.headers(wait)) for _ in range(24)]
    await asyncio.to_thread(begun.wait)
    signing.close()
    let_go.set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)

    assert {type(each) for each in outcomes} == {dict, asyncio.CancelledError}


async def test_what_comes_in_the_moment_of_closing_or_later_fails_and_waits_for_nobody() -> None:
    signing = Signing()
    waiting = [asyncio.create_task(signing.headers(gives(number))) for number in range(9)]
    await asyncio.sleep(0)
    signing.close()
    async with asyncio.timeout(5):
        outcomes = await asyncio.gather(*waiting, signing.headers(gives(9)), return_exceptions=True)

    assert {type(each) for each in outcomes} == {RuntimeError}

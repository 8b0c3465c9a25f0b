"""Slow and silent servers keep some of us waiting, and never those who need nothing of them."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.types import Receive, Scope, Send

from fedi.instances.crowd import Crowd, Crowded
from fedi.models.actors import Actor
from fedi.outbound.names import SystemResolver
from fedi.outbound.transport import Limits
from fedi.store.jobs import Lane
from fedi.worker import SLOTS
from tests.federation.conftest import aigul, almaty, asking, carol, mastodon, outcomes
from tests.network import Network, TestSchool
from tests.strangers import StrangePerson, Stranger

__all__ = ["aigul", "almaty", "asking", "carol", "mastodon"]

ENOUGH_S = 20


class Silent(Stranger):
    """A server that takes every request and never answers, until it is told to."""

    speak = asyncio.Event()
    waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        Silent.waiting += 1
        await self.speak.wait()
        Silent.waiting -= 1
        await super().__call__(scope, receive, send)


async def until(true: Callable[[], Awaitable[bool]] | Callable[[], bool]) -> None:
    """Return once it is so."""
    async with asyncio.timeout(ENOUGH_S):
        while not (held if isinstance(held := true(), bool) else await held):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@asynccontextmanager
async def working(network: Network) -> AsyncIterator[None]:
    task = asyncio.create_task(network.worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def silent(network: Network) -> list[StrangePerson]:
    """As many people as activities are handled at once, each on a silent server of her own, and with one key."""
    Silent.speak, Silent.waiting = asyncio.Event(), 0
    keys = network.next_keys()
    servers = [network._strangers.setdefault(f"silent{n}.test", Silent(f"silent{n}.test")) for n in range(110)]
    return [server.person("somebody", keys) for server in servers]


def test_a_crowd_has_an_end_in_all_and_for_each_host() -> None:
    crowd = Crowd(3, 2)

    with crowd.joined("a.test"), crowd.joined("a.test"):
        with pytest.raises(Crowded), crowd.joined("a.test"):
            pass
        with crowd.joined("b.test"), pytest.raises(Crowded), crowd.joined("c.test"):
            pass
    with crowd.joined("a.test"):
        assert dict(crowd._waiting) == {"a.test": 1}
    assert not crowd._waiting


@pytest.mark.network(1)
async def test_activities_that_wait_for_silent_servers_leave_room_for_others(
    almaty: TestSchool, network: Network, aigul: Actor, carol: StrangePerson, silent: list[StrangePerson]
) -> None:
    Silent.speak.set()
    for each in silent[: SLOTS[Lane.INBOX] + 10]:
        answer = await almaty.deliver(each.activity("Follow", aigul.uri), each.key)
        assert answer.status_code == 202
    Silent.speak.clear()
    async with working(network):
        await until(lambda: Silent.waiting >= 48)
        await almaty.deliver(carol.activity("Create", carol.note()), carol.key)
        await until(lambda: _done(almaty))

        assert Silent.waiting == 48
        Silent.speak.set()


async def _done(almaty: TestSchool) -> bool:
    return (await outcomes(almaty))[-1] == "created"


@pytest.mark.network(1)
async def test_what_found_no_room_is_handled_later_and_has_lost_no_attempt(
    almaty: TestSchool, network: Network, aigul: Actor, silent: list[StrangePerson]
) -> None:
    Silent.speak.set()
    for each in silent[:5]:
        await almaty.deliver(each.activity("Follow", aigul.uri), each.key)
    network.wire.errands = Crowd(1, 1)
    with network.wire.errands.joined("busy.test"):
        for _ in range(20):
            await network.drain()
            network.clock.advance(seconds=3)
    assert set(await outcomes(almaty)) == {None}

    network.wire.errands = Crowd(48, 8)
    network.clock.advance(seconds=3)
    await network.drain()

    assert await outcomes(almaty) == ["accepted"] * 5


@pytest.mark.network(1)
async def test_keys_on_silent_servers_keep_only_so_many_waiting_and_known_keys_none(
    almaty: TestSchool, network: Network, aigul: Actor, carol: StrangePerson, silent: list[StrangePerson]
) -> None:
    knocks = [asyncio.ensure_future(almaty.deliver(each.activity("Follow", aigul.uri), each.key)) for each in silent]
    await until(lambda: sum(each.done() for each in knocks) == len(silent) - 96)

    refused = {each.result().status_code for each in knocks if each.done()}
    served = await almaty.deliver(carol.activity("Create", carol.note()), carol.key)
    Silent.speak.set()

    assert (refused, served.status_code) == ({503}, 202)
    assert {answer.status_code for answer in await asyncio.gather(*knocks)} == {202, 503}


def test_connections_are_more_than_all_that_waits_at_once() -> None:
    assert Limits().connections > SLOTS[Lane.DELIVERY] + SLOTS[Lane.INBOX] + 96


async def test_names_found_before_do_not_wait_for_names_that_nobody_answers_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer, asked = threading.Event(), []

    def ask(host: str, *_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked.append(host)
        if host.startswith("dead") and not answer.wait(ENOUGH_S):
            raise OSError
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("93.184.216.34", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    resolver = SystemResolver()
    await resolver.resolve("peer.school.kz")
    dead = [asyncio.ensure_future(resolver.resolve(f"dead{n}.test")) for n in range(100)]
    await until(lambda: len(asked) > 20)

    async with asyncio.timeout(ENOUGH_S / 2):
        found = await resolver.resolve("peer.school.kz")

    assert found[0]["host"] == "93.184.216.34"
    answer.set()
    await asyncio.gather(*dead)
    await resolver.close()

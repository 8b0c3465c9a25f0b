"""Deliveries to silent, slow, endless and lying servers cost so many connections, and the healthy wait for none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from fedi.actions import actors as actor_actions
from fedi.activitypub.signatures.message import SignedRequest
from fedi.models.actors import Actor, ActorKind, RemoteActor
from fedi.store import hosts
from fedi.store.database import Transaction
from tests.factories import follow
from tests.federation.conftest import almaty
from tests.network import Network, TestSchool
from tests.outbound.peers import Answer, Peer, always, reply, running, then_silence

__all__ = ["almaty"]

pytestmark = pytest.mark.network(1)

HOSTS = 30
ENOUGH_S = 20


async def drips(request: SignedRequest) -> AsyncIterator[bytes]:
    """A byte now and then, and never a whole head."""
    for letter in b"HTTP/1.1 202 Accepted\r\nX: " + b"y" * 10_000:
        yield bytes([letter])
        await asyncio.sleep(0.1)


async def never_ends(request: SignedRequest) -> AsyncIterator[bytes]:
    """A head without an end."""
    yield b"HTTP/1.1 202 Accepted\r\n"
    while True:
        yield b"X: y\r\n"
        await asyncio.sleep(0.01)


TROUBLE = {
    "silent": then_silence(b""),
    "drips": drips,
    "endless head": never_ends,
    "a body that never ends": then_silence(b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "lies about its length": then_silence(reply(b"x").replace(b"Length: 1", b"Length: 9")),
    "nonsense": always(b"\x00\xff\r\n\r\n"),
    "500": always(reply(status=500)),
}


@pytest.mark.parametrize("answer", TROUBLE.values(), ids=TROUBLE)
async def test_a_healthy_server_gets_its_delivery_while_others_hold_theirs_up(
    almaty: TestSchool, network: Network, answer: Answer
) -> None:
    arrived = asyncio.Event()

    async def healthy(request: SignedRequest) -> AsyncIterator[bytes]:
        arrived.set()
        yield reply(status=202)

    aigul = await almaty.teacher()
    async with running(answer) as trouble, running(healthy) as peer:
        names = [f"a{number}.localhost:{trouble.port}" for number in range(HOSTS)]
        for host in (*names, f"healthy.localhost:{peer.port}"):
            await almaty.write(_reader, aigul, host)
        for number in range(3):
            await almaty.post(aigul, f"Lesson {number}")
        network.clock.now += 1_000  # deliveries to many servers wait for the author's answer
        work = asyncio.create_task(network.worker.run())
        try:
            async with asyncio.timeout(ENOUGH_S):
                await arrived.wait()
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    assert trouble.connections <= HOSTS * 8
    assert _hosts_of(trouble) <= set(names)


async def test_what_a_silent_server_costs_is_its_pause(almaty: TestSchool, network: Network) -> None:
    aigul = await almaty.teacher()
    async with running(always(b"\x00\r\n\r\n")) as trouble:
        host = f"a.localhost:{trouble.port}"
        await almaty.write(_reader, aigul, host)
        for number in range(5):
            await almaty.post(aigul, f"Lesson {number}")
        await network.drain()

        assert len(trouble.requests) == 1
        state = await almaty.read(hosts.state, host)
    assert state is not None
    assert state.paused_until is not None


def _hosts_of(peer: Peer) -> set[str]:
    return {value for request in peer.requests for value in request.by_name().get("host", [])}


async def _reader(tx: Transaction, author: Actor, host: str) -> None:
    """Somebody at this host follows the author; the host is asked for nothing."""
    base = f"http://{host}"
    reader = RemoteActor(f"{base}/1", ActorKind.PERSON, "reader", host, "", "", base, f"{base}/inbox", ())
    await follow(tx, await actor_actions.receive(tx, reader), author)

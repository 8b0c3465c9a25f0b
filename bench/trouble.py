"""Peers in trouble: dead ones (nobody listens, or nobody accepts), and slow ones that take seconds to answer."""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from bench.process import free_port
from fedi.actions import actors
from fedi.models.actors import Actor, ActorKind, RemoteActor
from fedi.store.database import Transaction

SLOW_S = 8.0
"""A slow peer answers within our deadline of ten seconds, but late."""


async def follower(tx: Transaction, host: str) -> Actor:
    """Somebody at a host that answers as it likes; nobody asks it for anything beforehand."""
    base = f"http://{host}"
    return await actors.receive(
        tx,
        RemoteActor(
            f"{base}/actor", ActorKind.PERSON, "reader", host, "", "", base, f"{base}/inbox", (), shared_inbox=None
        ),
    )


@contextmanager
def ports() -> Iterator[tuple[int, int, int]]:
    """A port where nobody listens, one where connections are never accepted, and one with slow answers."""
    with ExitStack() as stack:
        deaf = stack.enter_context(_deaf())
        slow = free_port()
        process = multiprocessing.get_context("fork").Process(target=_serve_slowly, args=(slow,), daemon=True)
        process.start()
        stack.callback(process.join)
        stack.callback(process.terminate)
        yield free_port(), deaf, slow


@contextmanager
def _deaf() -> Iterator[int]:
    """Its queue is full, so that further connections hang until whoever wants them gives up."""
    with ExitStack() as stack:
        listening = stack.enter_context(closing(socket.socket()))
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        port = int(listening.getsockname()[1])
        for _ in range(4):
            caller = stack.enter_context(closing(socket.socket()))
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        yield port


def _serve_slowly(port: int) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))
                await asyncio.sleep(SLOW_S)
                writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=1024)
        await server.serve_forever()

    asyncio.run(serve())

"""A WebSocket of somebody who does not read, never ends or never leaves is held for a while and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from fedi.server.patience import Patience, PatientSocket
from fedi.server.serving import Listening, _config
from tests.server.test_patience import ENOUGH_S, until

SHAKE = (
    b"GET %b HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
PING = b"\x89\xfd\x00\x00\x00\x00" + b"x" * 125
BEGUN, NOTHING_MORE, LAST = (first + b"\x80\x00\x00\x00\x00" for first in (b"\x01", b"\x00", b"\x80"))
TEXT = b"\x81\x81\x00\x00\x00\x00x"


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    socket = WebSocket(scope, receive, send)
    await socket.accept()
    if scope["path"] == "/deaf":
        await asyncio.Event().wait()
    if scope["path"] == "/endless":
        while True:
            await socket.send_text("x" * 10_000)
    if scope["path"] == "/over":
        await socket.close(1008)
    while (await socket.receive())["type"] != "websocket.disconnect":
        await socket.send_text("heard")


class Hurried(PatientSocket):
    patience = Patience(stalled_s=0.2, pieces=5)


@asynccontextmanager
async def listening(**options: Any) -> AsyncIterator[uvicorn.Server]:
    config = uvicorn.Config(
        app, port=0, ws=Hurried, ws_per_message_deflate=False, lifespan="off", log_config=None, log_level="critical",
        **options,
    )  # fmt: skip
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    await until(lambda: server.started)
    try:
        yield server
    finally:
        server.force_exit = server.should_exit = True
        await task


@asynccontextmanager
async def connected(server: uvicorn.Server, path: bytes = b"/") -> AsyncIterator[asyncio.StreamWriter]:
    """Somebody who has shaken hands and reads nothing."""
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(SHAKE % path)
    await reader.readuntil(b"\r\n\r\n")
    try:
        yield writer
    finally:
        writer.transport.abort()


async def left(server: uvicorn.Server) -> None:
    await until(lambda: not server.server_state.connections)


async def _say(writer: asyncio.StreamWriter, frames: bytes) -> None:
    """Say it again and again, until the other side has enough."""
    try:
        async with asyncio.timeout(ENOUGH_S):
            while True:
                writer.write(frames)
                await writer.drain()
    except ConnectionError:
        pass


async def test_who_only_speaks_is_left() -> None:
    async with listening() as server, connected(server) as writer:
        await _say(writer, PING * 1_000)
        await left(server)


async def test_of_who_reads_nothing_little_is_kept() -> None:
    most = 0

    def kept(server: uvicorn.Server) -> int:
        return max((each.transport.get_write_buffer_size() for each in server.server_state.connections), default=0)

    async with listening() as server, connected(server) as writer:
        speaking = asyncio.create_task(_say(writer, PING * 100))
        while not speaking.done():
            most = max(most, kept(server))
            await asyncio.sleep(0.001)
    assert most < 2 * 1024 * 1024


@pytest.mark.parametrize("path", [b"/endless", b"/over"])
async def test_who_does_not_take_what_is_said_is_left(path: bytes) -> None:
    async with listening() as server, connected(server, path):
        await until(lambda: bool(server.server_state.connections))
        await left(server)


async def test_a_message_in_endless_pieces_is_not_gathered() -> None:
    async with listening() as server, connected(server) as writer:
        writer.write(BEGUN)
        await _say(writer, NOTHING_MORE * 10)
        await left(server)


async def test_a_message_in_a_few_pieces_is_understood() -> None:
    async with listening() as server:
        port = server.servers[0].sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(ENOUGH_S):
            writer.write(SHAKE % b"/")
            await reader.readuntil(b"\r\n\r\n")
            writer.write(BEGUN + NOTHING_MORE * 3 + LAST)
            assert await reader.readexactly(7) == b"\x81\x05heard"
        writer.close()
        await writer.wait_closed()


async def test_more_messages_than_are_understood_are_not_gathered() -> None:
    async with listening() as server, connected(server, b"/deaf") as writer:
        await _say(writer, TEXT * 100)
        await left(server)


class Stuck:
    """A transport that never gets rid of what it still has to send."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def close(self) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


@pytest.mark.parametrize("stuck", [False, True])
async def test_who_does_not_answer_a_ping_is_left(stuck: bool) -> None:
    async with listening(ws_ping_interval=0.05, ws_ping_timeout=0.05) as server, connected(server):
        await until(lambda: any(isinstance(each, Hurried) for each in server.server_state.connections))
        if stuck:
            protocol: Any = next(iter(server.server_state.connections))
            protocol.transport = Stuck(protocol.transport)
        await left(server)


async def test_the_server_asks_every_half_minute_whether_somebody_is_there_and_keeps_little_for_each() -> None:
    config = _config(app, Listening())

    assert config.ws is PatientSocket
    assert (config.ws_ping_interval, config.ws_ping_timeout) == (30, 30)
    assert (config.ws_max_size, config.ws_per_message_deflate) == (16 * 1024, False)


async def test_a_message_that_is_too_long_is_not_read() -> None:
    async with listening(ws_max_size=100) as server, connected(server) as writer:
        await _say(writer, b"\x81\xfe\x10\x00\x00\x00\x00\x00" + b"x" * 4096)
        await left(server)

"""Whoever is slow, endless or silent holds a connection of ours for a while and no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from fedi.server.patience import Patience, PatientProtocol
from fedi.server.serving import Listening, _config

ENOUGH_S = 8
"""By then, whoever is to be left has been left; without limits nobody is, ever."""

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    if scope["path"] == "/endless":
        await StreamingResponse(_endless())(scope, receive, send)
    else:
        body = await request.body()
        await PlainTextResponse(f"{len(body)} bytes")(scope, receive, send)


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 65_536
        await asyncio.sleep(0)


class Hurried(PatientProtocol):
    patience = Patience(head_s=0.2, head_bytes=4_096, look_s=0.2, body_pace=10_000, stalled_s=0.2, connections=5)


class Calm(PatientProtocol):
    patience = Patience(head_bytes=4_096)


@asynccontextmanager
async def listening(protocol: type[PatientProtocol] = Hurried) -> AsyncIterator[uvicorn.Server]:
    config = uvicorn.Config(
        app, port=0, http=protocol, ws="none", lifespan="off", log_config=None, log_level="critical"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    await until(lambda: server.started)
    try:
        yield server
    finally:
        server.force_exit = server.should_exit = True
        await task


async def until(true: Callable[[], bool]) -> None:
    """Return once it is so: uvicorn tells nobody."""
    async with asyncio.timeout(ENOUGH_S):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def told(server: uvicorn.Server, talk: Talk) -> bytes:
    """What the server says until it hangs up, while `talk` goes on talking."""
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    talking = asyncio.ensure_future(talk(reader, writer))
    try:
        async with asyncio.timeout(ENOUGH_S):
            return await reader.read(-1)
    except ConnectionError:
        return b""
    finally:
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        writer.close()


async def forever(writer: asyncio.StreamWriter, piece: bytes, every_s: float) -> None:
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(every_s)


async def says_nothing(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drips_its_head(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
    await forever(writer, b"x", 0.05)


async def drips_lines(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n")
    await forever(writer, b"X: y\r\n", 0.05)


async def never_ends_its_head(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
    await forever(writer, b"x" * 4_096, 0)


async def drips_its_body(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
    await forever(writer, b"x", 0.05)


async def announces_a_body_and_sends_none(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "talk",
    [says_nothing, drips_its_head, drips_lines, never_ends_its_head, drips_its_body, announces_a_body_and_sends_none],
)
async def test_who_is_slow_or_endless_is_left_without_an_answer(talk: Talk) -> None:
    async with listening() as server:
        assert await told(server, talk) == b""


async def test_a_head_of_more_than_its_size_is_not_read_to_its_end() -> None:
    async with listening(Calm) as server:
        assert await told(server, never_ends_its_head) == b""


async def test_empty_lines_between_two_requests_keep_nothing_open() -> None:
    async def pads(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        await forever(writer, b"\r\n", 0.05)

    async with listening() as server:
        assert (await told(server, pads)).endswith(b"0 bytes")


async def test_who_does_not_read_is_left() -> None:
    async with listening() as server:
        port = server.servers[0].sockets[0].getsockname()[1]
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        await until(lambda: bool(server.server_state.connections))
        await until(lambda: not server.server_state.connections)
        writer.close()


async def test_more_connections_than_there_is_room_for_are_closed_at_once() -> None:
    async with listening() as server:
        port = server.servers[0].sockets[0].getsockname()[1]
        opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(Hurried.patience.connections)]
        await until(lambda: len(server.server_state.connections) == Hurried.patience.connections)

        assert await told(server, says_nothing) == b""

        for _, writer in opened:
            writer.close()


async def test_who_takes_time_within_reason_is_served() -> None:
    async def steady(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        del reader
        for kept in (b"keep-alive", b"close"):
            writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: %b\r\nContent-Length: 40000\r\n\r\n" % kept)
            for _ in range(10):
                writer.write(b"x" * 4_000)
                await asyncio.sleep(0.05)

    async with listening() as server:
        assert (await told(server, steady)).count(b"40000 bytes") == 2


def test_the_server_has_this_patience() -> None:
    assert _config(app, Listening()).http is PatientProtocol
    assert PatientProtocol.patience == Patience()

"""`streams`: what 1,000 open, idle streams take, and what one post costs that all of them are told. Targets: 60 MiB."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench import school
from bench.process import Server, free_port, serving
from fedi.auth import oauth
from fedi.auth.oauth import Registration
from fedi.instances import Instance
from fedi.models.actors import Actor
from fedi.models.oauth import App
from fedi.models.secrets import new_secret
from fedi.store import accounts
from fedi.store.database import Transaction

STREAMS = 1_000
OF_ONE = 10
POSTS = 10
_SETTLES_S = 2.0
_PING_S, _HEARTBEAT_S = 30, 15
"""Each reader is given one sign of life within that time."""

_SUBSCRIBE = json.dumps({"type": "subscribe", "stream": "public"})


def run(n: int | None = None) -> dict[str, object]:
    """Open `n` streams (1,000), ten of a person, as WebSockets; then as many of server-sent events."""
    with school.folder() as folder:
        return _measure(folder, n or STREAMS)


def _measure(folder: Path, n: int) -> dict[str, object]:
    port = free_port()
    settings = school.create(folder, port)
    tokens: list[str] = []

    async def fill(instance: Instance) -> None:
        teachers = await school.add_teachers(instance, -(-n // OF_ONE))
        app = await instance.db.write(_app)
        tokens.extend([await instance.db.write(_authorize, app, each) for each in teachers])

    school.prepare(settings, fill)
    shares = [tokens[number // OF_ONE] for number in range(n)]
    with serving(folder, port) as server:
        sockets = asyncio.run(_sockets(server, port, shares))
    with serving(folder, port) as server:
        events = asyncio.run(_events(server, port, shares))
    return {"n": n, **sockets, **{f"events_{key}": value for key, value in events.items()}}


async def _app(tx: Transaction) -> App:
    registration = Registration("bench", ("https://bench.example/",), ("read", "write"))
    return await oauth.register(tx, registration, new_secret().text, new_secret())


async def _authorize(tx: Transaction, app: App, teacher: Actor) -> str:
    account = await accounts.by_id(tx, teacher.id)
    if account is None:
        raise LookupError(teacher.username)
    secret = new_secret()
    await oauth.issue(tx, app, account, ("read", "write"), secret)
    return secret.text


# --- WebSockets -------------------------------------------------------------------------------------


async def _sockets(server: Server, port: int, tokens: list[str]) -> dict[str, object]:
    await _publish(port, tokens[0])  # opens the school, and renders a post once
    empty = server.memory_mib()
    opened = [await _socket(port, token) for token in tokens]
    await asyncio.sleep(_SETTLES_S)
    mib = server.memory_mib() - empty
    idle = await _idle_cpu(server, _PING_S)
    readers = [asyncio.create_task(_read(each)) for each in opened]
    told = await _told(server, port, tokens[0], readers)
    await asyncio.gather(*(each.close() for each in opened))
    return {"mib": round(mib, 1), "kib_each": round(mib * 1024 / len(tokens), 1), "idle_cpu_percent": idle, **told}


async def _socket(port: int, token: str) -> ClientConnection:
    socket = await connect(
        f"ws://{school.HOST}:{port}/api/v1/streaming", host="127.0.0.1", port=port, subprotocols=[Subprotocol(token)],
        compression=None, ping_interval=None, proxy=None,
    )  # fmt: skip
    await socket.send(_SUBSCRIBE)
    return socket


async def _read(socket: ClientConnection) -> float:
    for _ in range(POSTS):
        await socket.recv()
    return time.perf_counter()


# --- server-sent events -----------------------------------------------------------------------------


async def _events(server: Server, port: int, tokens: list[str]) -> dict[str, object]:
    await _publish(port, tokens[0])
    empty = server.memory_mib()
    opened = [await _event_stream(port, token) for token in tokens]
    await asyncio.sleep(_SETTLES_S)
    mib = server.memory_mib() - empty
    idle = await _idle_cpu(server, _HEARTBEAT_S)
    readers = [asyncio.create_task(_read_events(reader)) for reader, _ in opened]
    told = await _told(server, port, tokens[0], readers)
    for _, writer in opened:
        writer.close()
    return {"mib": round(mib, 1), "kib_each": round(mib * 1024 / len(tokens), 1), "idle_cpu_percent": idle, **told}


async def _event_stream(port: int, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(_head(port, token, "GET", "/api/v1/streaming/public") + b"\r\n")
    await reader.readuntil(b":)\n")
    return reader, writer


async def _read_events(reader: asyncio.StreamReader) -> float:
    for _ in range(POSTS):
        await reader.readuntil(b"event: update")
    return time.perf_counter()


# --- both -------------------------------------------------------------------------------------------


def _head(port: int, token: str, method: str, path: str) -> bytes:
    host = f"{school.HOST}:{port}"
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n".encode()


async def _publish(port: int, token: str) -> None:
    body = json.dumps({"status": "Salem, everybody. " * 20, "visibility": "public"}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = _head(port, token, "POST", "/api/v1/statuses")
    writer.write(
        head + b"Content-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )
    answer = await reader.read()
    if b" 200 " not in answer[:20]:
        raise RuntimeError(answer[:300])
    writer.close()


async def _idle_cpu(server: Server, seconds: float) -> float:
    """The share of a core that a server uses on which nothing happens, in percent."""
    before = server.cpu_s()
    await asyncio.sleep(seconds)
    return round((server.cpu_s() - before) / seconds * 100, 1)


async def _told(server: Server, port: int, token: str, readers: list[asyncio.Task[float]]) -> dict[str, object]:
    before, seconds = server.cpu_s(), list[float]()
    for _ in range(POSTS - 1):
        started = time.perf_counter()
        await _publish(port, token)
        seconds.append(time.perf_counter() - started)
        await asyncio.sleep(0.3)
    started = time.perf_counter()
    await _publish(port, token)
    last = max(await asyncio.gather(*readers))
    used = server.cpu_s() - before
    return {
        "post_cpu_ms": round(used / POSTS * 1000, 1),
        "last_reader_ms": round((last - started) * 1000, 1),
        "answer_p50_ms": round(sorted(seconds)[len(seconds) // 2] * 1000, 1),
    }

"""Clients that listen: a WebSocket and a stream of events, spoken to the application without a socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from starlette.types import Message, Scope

from tests.api.conftest import Client

PATIENCE_S = 10
Json = dict[str, Any]


class Line:
    """One connection to the application: what it is told, and what it has said."""

    def __init__(self, client: Client, scope: Scope) -> None:
        app: Any = client.school.network.browser._transport
        self._app = app.app
        self._scope = scope
        self._to_us: asyncio.Queue[Message] = asyncio.Queue()
        self._to_it: asyncio.Queue[Message] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.create_task(self._app(self._scope, self._to_it.get, self._to_us.put))

    def say(self, message: Message) -> None:
        self._to_it.put_nowait(message)

    async def hear(self) -> Message:
        async with asyncio.timeout(PATIENCE_S):
            return await self._to_us.get()

    async def hang_up(self, message: Message) -> None:
        self.say(message)
        if self._task is not None:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.gather(self._task, return_exceptions=True)


def _scope(client: Client, path: str, query: Json, headers: dict[str, str]) -> dict[str, Any]:
    host = client.school.host
    if client.token:
        headers = {"authorization": f"Bearer {client.token}", **headers}
    return {
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": urlencode(query).encode(),
        "headers": [(b"host", host.encode()), *((name.encode(), value.encode()) for name, value in headers.items())],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }


class Socket:
    """A WebSocket."""

    def __init__(self, client: Client, *, path: str = "/api/v1/streaming", protocols: tuple[str, ...] = (),
                 headers: dict[str, str] | None = None, **query: Any) -> None:  # fmt: skip
        scope = _scope(client, path, query, headers or {})
        scope |= {"type": "websocket", "scheme": "ws", "subprotocols": list(protocols)}
        self.line = Line(client, {**scope, "extensions": {"websocket.http.response": {}}})
        self.answer: Message = {}
        self.body: Json = {}

    async def open(self) -> int:
        """Shake hands: 101, or how it was refused."""
        self.line.begin()
        self.line.say({"type": "websocket.connect"})
        self.answer = await self.line.hear()
        if self.answer["type"] == "websocket.accept":
            return 101
        if self.answer["type"] == "websocket.http.response.start":
            self.body = json.loads((await self.line.hear())["body"])
        return int(self.answer.get("status", 403))

    def say(self, **frame: Any) -> None:
        self.line.say({"type": "websocket.receive", "text": json.dumps(frame)})

    def subscribe(self, stream: str, **params: Any) -> None:
        self.say(type="subscribe", stream=stream, **params)

    async def next(self) -> Json:
        """The next frame, its payload read where it is JSON."""
        message = await self.line.hear()
        assert message["type"] == "websocket.send", message
        frame: Json = json.loads(message["text"])
        if str(frame.get("payload", "")).startswith("{"):
            assert isinstance(frame["payload"], str)
            frame["payload"] = json.loads(frame["payload"])
        return frame

    async def closed(self) -> int:
        """The code with which the server hangs up."""
        message = await self.line.hear()
        assert message["type"] == "websocket.close", message
        return int(message["code"])

    async def settled(self) -> None:
        """Everything said so far has been understood: what means nothing is answered in its turn."""
        self.subscribe("nothing")
        assert (await self.next())["error"] == "Unknown stream type"

    async def hang_up(self) -> None:
        await self.line.hang_up({"type": "websocket.disconnect", "code": 1000})


@asynccontextmanager
async def socket(client: Client, *streams: str, **options: Any) -> AsyncIterator[Socket]:
    """An open WebSocket that listens to these streams."""
    opened = Socket(client, **options)
    assert await opened.open() == 101, opened.body
    for each in streams:
        opened.subscribe(each)
    await opened.settled()
    try:
        yield opened
    finally:
        await opened.hang_up()


class Events:
    """A stream of server-sent events."""

    def __init__(self, client: Client, path: str, *, method: str = "GET", **query: Any) -> None:
        scope = _scope(client, f"/api/v1/streaming/{path}", query, {})
        self.line = Line(client, {**scope, "type": "http", "method": method, "scheme": "http"})
        self.headers: dict[str, str] = {}

    async def open(self) -> int:
        self.line.begin()
        self.line.say({"type": "http.request", "body": b"", "more_body": False})
        answer = await self.line.hear()
        self.headers = {name.decode(): value.decode() for name, value in answer["headers"]}
        return int(answer["status"])

    async def text(self) -> str:
        """What comes next, as it was sent."""
        return str((await self.line.hear())["body"].decode())

    async def next(self) -> tuple[str, Any]:
        """The next event, and its data."""
        lines = dict(line.split(": ", 1) for line in (await self.text()).strip().splitlines())
        return lines["event"], json.loads(lines["data"]) if lines["data"].startswith("{") else lines["data"]

    async def hang_up(self) -> None:
        await self.line.hang_up({"type": "http.disconnect"})


@asynccontextmanager
async def events(client: Client, path: str, **query: Any) -> AsyncIterator[Events]:
    """An open stream of events that has said its first word."""
    opened = Events(client, path, **query)
    assert await opened.open() == 200
    assert await opened.text() == ":)\n"
    try:
        yield opened
    finally:
        await opened.hang_up()


async def say(client: Client, text: str = "Salem", visibility: str = "public", **more: Any) -> str:
    """Publish; the id of the status."""
    sent = {"status": text, "visibility": visibility, **more}
    answer = await client.post("/api/v1/statuses", json=sent)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])

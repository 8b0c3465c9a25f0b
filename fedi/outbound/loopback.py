"""Requests to schools of this very process: straight into the application, without a socket.

The request is the same one (signed, with the same headers and limits), so the other school judges it as if it
had come from afar. The application is handed in by the server, which stands above this module.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.outbound.transport import Reply, Request

Message = MutableMapping[str, Any]
ASGIApp = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]
FindApp = Callable[[str], ASGIApp | None]
"""From a host (lower case, with a port that is not the default) to the application that serves it here, if any does."""

# A file of 40 MB is not held in memory because its reader is slow.
_CHUNKS_AHEAD = 8
_GRACE_S = 1

_log = structlog.get_logger(__name__)


class Loopback:
    """Who is served by this process. Without a registered application: nobody."""

    def __init__(self) -> None:
        self._find: FindApp = _nobody
        # The loop holds tasks weakly: what still runs after its reply (background work) is held here.
        self._running: set[asyncio.Task[None]] = set()

    def register(self, find: FindApp) -> None:
        """Sets the one function that finds applications."""
        self._find = find

    def serves(self, host: str) -> bool:
        """Whether requests to this host can stay inside the process."""
        return self._find(host) is not None

    @asynccontextmanager
    async def send(self, request: Request) -> AsyncIterator[Reply]:
        """The reply of the application; FetchFailed if it breaks before it answers."""
        exchange = _Exchange(request)
        # A fresh context: the language or request id of the sender must not reach the receiver.
        task = asyncio.create_task(self._run(exchange), context=contextvars.Context())
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            yield await exchange.head
        finally:
            exchange.hang_up()

    async def close(self) -> None:
        """Waits a moment for what still runs, then ends it."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=_GRACE_S)
            for task in late:
                task.cancel()

    async def _run(self, exchange: _Exchange) -> None:
        app = self._find(exchange.host) or _no_application
        try:
            await app(exchange.scope(), exchange.receive, exchange.send)
        except Exception:  # noqa: BLE001
            # This stands where the server stands: the sender must not fail by the receiver's mistake.
            if not exchange.abandoned:
                _log.exception("an application failed on a request from this process", url=exchange.url)
        await exchange.finish()


def _nobody(host: str) -> None:
    """Finds no application."""


async def _no_application(scope: Message, receive: object, send: object) -> None:
    """Answers nothing: the school was closed since somebody asked whether it is served here."""


class _Exchange:
    """One request and its reply, seen from the application through `receive` and `send`."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._parts = urlsplit(request.url)
        self._chunks: asyncio.Queue[bytes | None] = asyncio.Queue(_CHUNKS_AHEAD)
        self._over = asyncio.Event()
        self._body_taken = False
        self._complete = False
        self.head: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

    @property
    def url(self) -> str:
        return self._request.url

    @property
    def host(self) -> str:
        return self._parts.netloc

    @property
    def abandoned(self) -> bool:
        """Whether the reader has gone."""
        return self._over.is_set()

    def scope(self) -> Message:
        headers = {**self._request.headers, "Content-Length": str(len(self._request.body or b""))}
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": self._parts.scheme,
            "path": unquote(self._parts.path),
            "raw_path": self._parts.path.encode("ascii"),
            "query_string": self._parts.query.encode("ascii"),
            "root_path": "",
            "headers": [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in headers.items()],
            "client": ("127.0.0.1", 0),
            "server": (self._parts.hostname, self._parts.port),
        }

    async def receive(self) -> Message:
        if self._body_taken:
            await self._over.wait()
            return {"type": "http.disconnect"}
        self._body_taken = True
        return {"type": "http.request", "body": self._request.body or b"", "more_body": False}

    async def send(self, message: Message) -> None:
        # As ASGI 2.4 asks of servers: whoever streams must hear of it, or an endless stream never lets go of the loop.
        if self.abandoned and message.get("more_body", False):
            raise OSError("the reader has gone")
        if message["type"] == "http.response.start":
            self._begin(message)
        elif message["type"] == "http.response.body":
            await self._continue(message)

    async def finish(self) -> None:
        """The application has returned: a reply that it did not begin or end is a failure for the reader."""
        if not self.head.done():
            self.head.set_exception(self._torn_off())
        elif not self._complete:
            await self._pass_on(None)

    def hang_up(self) -> None:
        """The reader is gone: an application that waits to send more stops waiting."""
        self._over.set()
        while not self._chunks.empty():
            self._chunks.get_nowait()

    def __aiter__(self) -> _Exchange:
        return self

    async def __anext__(self) -> bytes:
        chunk = await self._chunks.get()
        if chunk is not None:
            return chunk
        if not self._complete:
            raise self._torn_off()
        raise StopAsyncIteration

    def _begin(self, message: Message) -> None:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
        if not self.head.done():
            self.head.set_result(Reply(message["status"], headers, self))

    async def _continue(self, message: Message) -> None:
        if message.get("body"):
            await self._pass_on(bytes(message["body"]))
        if not message.get("more_body", False):
            self._complete = True
            await self._pass_on(None)

    async def _pass_on(self, chunk: bytes | None) -> None:
        if not self.abandoned:
            await self._chunks.put(chunk)

    def _torn_off(self) -> FetchFailed:
        return FetchFailed(FailureKind.UNREACHABLE, self.url, "the application gave no whole answer")

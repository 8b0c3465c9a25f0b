"""Running the application under uvicorn: until SIGINT or SIGTERM, and then at most two seconds longer."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from fedi.server.patience import PatientProtocol, PatientSocket

AfterStart = Callable[[], Coroutine[Any, Any, None]]

# Clients that read slowly are cut off after this; the worker and the databases need the rest of two seconds.
GRACE_SECONDS = 0.5

FRAME_BYTES = 16 * 1024
"""What a client may say at once on a WebSocket: it names streams."""

PING_S = 30
"""How often a WebSocket is asked whether somebody is there, and how long the answer may take (behaviour 13.7)."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server listens: an address and a port, or the path of a Unix socket."""

    bind: str = "127.0.0.1"
    port: int = 8000
    uds: str | None = None

    def __str__(self) -> str:
        return self.uds or f"{self.bind}:{self.port}"


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, when_started: AfterStart | None) -> None:
        super().__init__(config)
        self._when_started = when_started
        self._beside: asyncio.Task[None] | None = None

    def end(self) -> None:
        """Stop what runs beside, and begin to end."""
        self.should_exit = True
        if self._beside is not None:
            self._beside.cancel()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._when_started is not None:
            self._beside = asyncio.create_task(self._when_started())
            self._beside.add_done_callback(self._end_if_failed)

    async def raise_failure(self) -> None:
        """Raise what the task beside the server failed with."""
        if self._beside is not None and self._beside.done() and not self._beside.cancelled():
            await self._beside

    def _end_if_failed(self, beside: asyncio.Task[None]) -> None:
        if not beside.cancelled() and beside.exception() is not None:
            self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to `serve`: uvicorn would raise them again at its end, and the process would die of them."""
        yield


async def serve(app: ASGIApp, listening: Listening, *, when_started: AfterStart | None = None) -> bool:
    """Serve until the process is asked to end, and end cleanly; False if the server could not start.

    `when_started` runs beside the server once it listens; an error of it ends the server and is raised.
    """
    server = _Server(_config(app, listening), when_started)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.end)
    try:
        await server.serve()
    except SystemExit:
        # How uvicorn says that the address is taken, or that the application did not start.
        return False
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    await server.raise_failure()
    return server.started


def _config(app: ASGIApp, listening: Listening) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=listening.bind,
        port=listening.port,
        uds=listening.uds,
        http=PatientProtocol,
        ws=PatientSocket,
        ws_max_size=FRAME_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        # It would keep 100 KB and more for each stream.
        ws_per_message_deflate=False,
        lifespan="on",
        # The application does both itself: proxies are trusted school by school, and its log knows the request's id.
        proxy_headers=False,
        access_log=False,
        log_config=None,
        # What goes wrong in a request, and an address that is taken, are told by us.
        log_level="critical",
        server_header=False,
        # It ends up in `asyncio.wait_for`, which takes fractions.
        timeout_graceful_shutdown=cast("int", GRACE_SECONDS),
    )

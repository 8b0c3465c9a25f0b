"""Running the application under uvicorn, from a command: until SIGINT or SIGTERM, and then at most two seconds longer."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Generator
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

# Clients that read slowly, and streams, are cut off after this; the worker and the databases need the rest of two seconds.
GRACE_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server listens: an address and a port, or the path of a Unix socket."""

    bind: str = "127.0.0.1"
    port: int = 8000
    uds: str | None = None

    def __str__(self) -> str:
        return self.uds or f"{self.bind}:{self.port}"


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to `serve`: uvicorn would raise them again when it has ended, and the process would die of them."""
        yield


async def serve(app: ASGIApp, listening: Listening) -> bool:
    """Serve until the process is asked to end, and end cleanly; False if the server could not start."""
    server = _Server(_config(app, listening))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    try:
        await server.serve()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    return server.started


def _config(app: ASGIApp, listening: Listening) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=listening.bind,
        port=listening.port,
        uds=listening.uds,
        http="httptools",
        ws="none",
        lifespan="on",
        # The application does both itself: proxies are trusted school by school, and its log knows the request's id.
        proxy_headers=False,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )

"""A push service, and programs that wait for its messages: they decrypt with `http_ece` of npm."""

from __future__ import annotations

import json
import os
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.peers.running import run_node

_OPEN = Path(__file__).parent / "node" / "open_push.mjs"


@dataclass(frozen=True, slots=True)
class Pushed:
    """A message as the service got it. Names of headers are in lower case."""

    path: str
    headers: dict[str, str]
    body: bytes

    def parameter(self, header: str, name: str) -> str:
        """One of the parameters of a header, `dh=...;p256ecdsa=...`."""
        found = re.search(rf"(?:^|[;,\s]){name}=([\w-]+)", self.headers[header])
        assert found, self.headers[header]
        return found[1]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A body, and what opens it; with `salt` and `dh` if it is encrypted as the draft has it."""

    body: bytes
    private: EllipticCurvePrivateKey
    auth: bytes
    salt: bytes = b""
    dh: bytes = b""

    def as_json(self) -> dict[str, str]:
        scalar = self.private.private_numbers().private_value.to_bytes(32, "big")
        parts = {"body": self.body, "private": scalar, "auth": self.auth, "salt": self.salt, "dh": self.dh}
        version = "aesgcm" if self.dh else "aes128gcm"
        return {"version": version, **{name: encode(raw) for name, raw in parts.items()}}


def decrypted(sealed: Sequence[Sealed]) -> list[str]:
    """What others' code makes of them."""
    return list(json.loads(run_node(_OPEN, json.dumps([each.as_json() for each in sealed])))) if sealed else []


@dataclass(frozen=True, slots=True)
class Program:
    """A program on a telephone: its keys, and where the service brings its messages."""

    endpoint: str
    private: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    def subscription(self, *, standard: bool = True) -> dict[str, Any]:
        """What it tells its server."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": encode(point), "auth": encode(self.auth)}
        return {"endpoint": self.endpoint, "keys": keys, "standard": standard}

    def open(self, got: Sequence[Pushed]) -> list[dict[str, Any]]:
        """Messages, decrypted as their headers say."""
        return [json.loads(text) for text in decrypted([self._sealed(each) for each in got])]

    def _sealed(self, pushed: Pushed) -> Sealed:
        if pushed.headers["content-encoding"] == "aes128gcm":
            return Sealed(pushed.body, self.private, self.auth)
        salt, dh = pushed.parameter("encryption", "salt"), pushed.parameter("crypto-key", "dh")
        return Sealed(pushed.body, self.private, self.auth, decode(salt), decode(dh))


@dataclass(slots=True)
class PushService:
    """A service on a socket of this machine: what it got, and with which status it answers from now on."""

    base: str
    got: list[Pushed] = field(default_factory=list)
    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)

    def program(self, name: str = "telephone") -> Program:
        return Program(f"{self.base}/push/{name}-secret")

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.got.append(Pushed(request.path, headers, await request.read()))
        return web.Response(status=self.status, headers=self.headers)


@asynccontextmanager
async def push_service() -> AsyncIterator[PushService]:
    """A push service that schools in development reach at `push.localhost`."""
    service = PushService("")
    app = web.Application()
    app.router.add_post("/{rest:.*}", service.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        service.base = f"http://push.localhost:{runner.addresses[0][1]}"
        yield service
    finally:
        await runner.cleanup()


@contextmanager
def push_catcher() -> Iterator[tuple[str, Queue[tuple[bytes, Message]]]]:
    """The same for tests that do not await: its address, and bodies and headers as they come in."""
    got: Queue[tuple[bytes, Message]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.put((self.rfile.read(int(self.headers["Content-Length"])), self.headers))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://push.localhost:{server.server_port}/x", got
        finally:
            server.shutdown()
            thread.join()


def encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

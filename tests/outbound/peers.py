"""Other servers for the tests: raw sockets on loopback that answer as badly as one likes."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fedi.activitypub.signatures.message import SignedRequest

Answer = Callable[[SignedRequest], AsyncIterator[bytes]]


def reply(
    body: bytes = b"{}", *, status: int = 200, type_: str = "application/activity+json", headers: str = ""
) -> bytes:
    """A whole answer; `headers` are further lines that end in CRLF."""
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {type_}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def redirect(location: str, status: int = 302) -> bytes:
    """An answer that points elsewhere."""
    return reply(b"", status=status, headers=f"Location: {location}\r\n")


def always(answer: bytes) -> Answer:
    """Gives the same answer to everybody."""

    async def give(request: SignedRequest) -> AsyncIterator[bytes]:
        yield answer

    return give


def then_silence(start: bytes) -> Answer:
    """Begins, and never ends."""

    async def give(request: SignedRequest) -> AsyncIterator[bytes]:
        yield start
        await asyncio.Event().wait()

    return give


@dataclass
class Peer:
    """A running server: what it was asked, over how many connections, and where it is."""

    port: int = 0
    scheme: str = "http"
    requests: list[SignedRequest] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/inbox", host: str = "kostanay.localhost") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def header(self, name: str) -> str | None:
        """A header of the last request."""
        values = self.requests[-1].by_name().get(name)
        return values[0] if values else None


@asynccontextmanager
async def running(answer: Answer, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """A server that gives this answer to every request, until the block ends."""
    peer = Peer(scheme="https" if tls else "http")
    tasks: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer.connections += 1
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        # The other side may leave at any time, and the end of the test ends everything.
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            while True:
                request = await _read(reader)
                peer.requests.append(request)
                async for chunk in answer(request):
                    writer.write(chunk)
                    await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError, asyncio.CancelledError, ssl.SSLError):
            await writer.wait_closed()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=tls)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)
        await server.wait_closed()


async def _read(reader: asyncio.StreamReader) -> SignedRequest:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in head[1:] if line)]
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    return SignedRequest(method, target, headers, await reader.readexactly(length))

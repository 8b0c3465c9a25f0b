"""One request over a socket, and what a reply looks like wherever it comes from."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from socket import socket
from typing import Protocol

from aiohttp import ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver
from yarl import URL

from fedi.activitypub import uris
from fedi.outbound.guard import AddressInfo, loopback_socket, public_socket
from fedi.outbound.names import LoopbackResolver, SystemResolver
from fedi.outbound.tls import client_context

_READ_AHEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What another server may cost us: times in seconds, sizes in bytes after decompression."""

    connect_s: float = 5
    total_s: float = 10
    file_total_s: float = 60
    answer_s: float = 2
    document_bytes: int = 1024 * 1024
    redirects: int = 3
    # More than all jobs that send at once: who waits here for a free connection would be taken for a slow host.
    connections: int = 600
    connections_per_host: int = 8
    idle_s: float = 30


@dataclass(frozen=True, slots=True)
class Request:
    """A request ready to go: `url` is in wire form, the headers are complete."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The head of an answer, and its body as it comes in. Names of `headers` are looked up in lower case.

    `complete`: the body, if there is one, has come with the head, and reading it waits for nobody.
    """

    status: int
    headers: Mapping[str, str]
    chunks: AsyncIterator[bytes]
    complete: bool = False


class Transport(Protocol):
    """Something that carries requests. Leaving the block before the body has ended gives the rest up."""

    def send(self, request: Request) -> AbstractAsyncContextManager[Reply]:
        """The reply to this request, for the length of a `with` block."""
        ...


class Sockets:
    """Requests through aiohttp, with kept connections. Names of development mode have a pool and rules of their own."""

    def __init__(
        self, limits: Limits, *, development: bool, ca_file: str | None, resolver: AbstractResolver | None
    ) -> None:
        self._limits = limits
        self._development = development
        self._ca_file = ca_file
        self._resolver = resolver
        self._own_resolver: SystemResolver | None = None
        self._public: ClientSession | None = None
        self._local: ClientSession | None = None
        self._tls: ssl.SSLContext | None = None

    @asynccontextmanager
    async def send(self, request: Request) -> AsyncIterator[Reply]:
        """The reply to this request; raises what aiohttp raises."""
        session = self._session(uris.host_of(request.url))
        url = _url(request.url)
        sent = session.request(request.method, url, headers=request.headers, data=request.body, allow_redirects=False)
        async with sent as response:
            body = response.content
            yield Reply(response.status, response.headers, body.iter_any(), complete=body.is_eof())

    async def close(self) -> None:
        """Closes the kept connections, and ends the threads that look up names."""
        for each in (self._public, self._local, self._own_resolver):
            if each is not None:
                await each.close()

    def _session(self, host: str) -> ClientSession:
        if self._development and uris.is_development_host(host):
            self._local = self._local or self._open(LoopbackResolver(), loopback_socket)
            return self._local
        self._public = self._public or self._open(self._names(), public_socket)
        return self._public

    def _names(self) -> AbstractResolver:
        """A resolver that was handed in is closed by whoever did, and by aiohttp none."""
        if self._resolver is not None:
            return self._resolver
        self._own_resolver = self._own_resolver or SystemResolver()
        return self._own_resolver

    def _open(self, resolver: AbstractResolver, new_socket: Callable[[AddressInfo], socket]) -> ClientSession:
        connector = TCPConnector(
            resolver=resolver,
            socket_factory=new_socket,
            ssl=self._context(),
            limit=self._limits.connections,
            limit_per_host=self._limits.connections_per_host,
            keepalive_timeout=self._limits.idle_s,
        )
        return ClientSession(
            connector=connector,
            # The deadline of the whole exchange is the caller's.
            timeout=ClientTimeout(total=None, sock_connect=self._limits.connect_s),
            cookie_jar=DummyCookieJar(),
            trust_env=False,
            read_bufsize=_READ_AHEAD_BYTES,
        )

    def _context(self) -> ssl.SSLContext:
        # Reading the system's roots takes 20 ms: not for a process that only talks to itself.
        self._tls = self._tls or client_context(self._ca_file)
        return self._tls


@lru_cache(maxsize=1024)  # a school writes to the same inboxes again and again; a kept URL keeps its parts
def _url(wire: str) -> URL:
    # Signed was this very spelling: nothing may be quoted anew.
    return URL(wire, encoded=True)

"""TLS to other servers, resuming the last session with each.

A resumed session spares both sides the certificate and its signature. Python does this for nobody unasked;
the place to ask is `wrap_bio`, through which asyncio and uvloop both start TLS.
"""

from __future__ import annotations

import ssl
from collections import OrderedDict
from typing import Self

_REMEMBERED_HOSTS = 512


class _ResumableConnection(ssl.SSLObject):
    """Hands its session over at the first data: with TLS 1.3 it comes after the handshake."""

    _handed_over = False

    def read(self, len: int = 1024, buffer: bytearray | None = None) -> bytes:  # type: ignore[override]  # noqa: A002
        data = super().read(len, buffer) if buffer is not None else super().read(len)
        if not self._handed_over and isinstance(self.context, ResumingContext):
            self._handed_over = True
            self.context.remember(self.server_hostname, self.session)
        return data


class ResumingContext(ssl.SSLContext):
    """A client's TLS settings: the system's roots, host names checked, TLS 1.2 or newer, sessions resumed per host."""

    sslobject_class = _ResumableConnection
    _sessions: OrderedDict[str, ssl.SSLSession]

    def __new__(cls) -> Self:
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self) -> None:
        self._sessions = OrderedDict()

    def wrap_bio(
        self,
        incoming: ssl.MemoryBIO,
        outgoing: ssl.MemoryBIO,
        server_side: bool = False,
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLObject:
        last = self._sessions.get(server_hostname) if isinstance(server_hostname, str) else None
        return super().wrap_bio(incoming, outgoing, server_side, server_hostname, session or last)

    def remember(self, host: str | None, session: ssl.SSLSession | None) -> None:
        """Keeps the session for the next connection to this host; the oldest of 512 hosts is forgotten."""
        if host is None or session is None:
            return
        self._sessions[host] = session
        self._sessions.move_to_end(host)
        if len(self._sessions) > _REMEMBERED_HOSTS:
            self._sessions.popitem(last=False)


def client_context(ca_file: str | None) -> ssl.SSLContext:
    """TLS settings for all outgoing requests; `ca_file` is a PEM file with a private root that is trusted besides."""
    context = ResumingContext()
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context

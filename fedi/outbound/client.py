"""The client for everything we ask of other servers: signed, limited, and only to addresses on the public
Internet.

One a process, shared by all schools, so that connections are kept and bounded together.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, BinaryIO, Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver

import fedi
from fedi.activitypub import content_types, uris
from fedi.activitypub.decoding import decode_object
from fedi.activitypub.signatures.keys import SigningKey
from fedi.activitypub.signatures.message import Scheme
from fedi.activitypub.signatures.schemes import SIGN
from fedi.activitypub.signatures.window import parse_http_date
from fedi.errors import Malformed
from fedi.instances.crowd import Crowd
from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.outbound.guard import ForbiddenAddress
from fedi.outbound.loopback import Loopback
from fedi.outbound.signing import Signing
from fedi.outbound.transport import Limits, Reply, Request, Sockets, Transport

__all__ = ["Answer", "Client", "Document", "FetchedFile", "Limits", "Page"]

_ERRANDS = 48
_KEYS = 96
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REDIRECTION, _FIRST_ERROR, _UNAUTHORIZED = 300, 400, 401
_LONGEST_WAIT_S = 7 * 24 * 3600
_EXCERPT_BYTES = 4096
# Files are compressed already, mostly, and an honest Content-Length then counts the bytes we get.
_ANY_FILE = {"Accept": "*/*", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object, the URL that gave it after all redirects (what its `id` must be to be believed), and its size in
    bytes.
    """

    url: str
    json: dict[str, Any]
    size: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered to a POST. `retry_after_s` is the wait it asked for, in seconds."""

    status: int
    retry_after_s: int | None
    body_excerpt: str

    @property
    def accepted(self) -> bool:
        """Whether the delivery has arrived. A redirect is a refusal: nothing is sent again to another place."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file that was written: where it came from, what the server calls it (to be doubted), and its size in bytes."""

    url: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Page:
    """The beginning of a page for people: the URL that gave it after all redirects, and its whole Content-Type."""

    url: str
    content_type: str
    beginning: bytes


def _system_clock_ms() -> int:
    return time.time_ns() // 1_000_000


class Client:
    """Requests to other servers; every method raises FetchFailed, and nothing else, when the other side is at fault.

    `development` admits `*.localhost` and `*.test` on this machine, over http and on any port. `ca_file` is a PEM
    file with a private root to trust besides the system's. `clock` gives milliseconds since 1970. Schools served by
    this process are made known to `loopback`. `errands` are the jobs for which something is fetched just now,
    `keys` the visitors whose key is.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        development: bool = False,
        loopback: Loopback | None = None,
        ca_file: str | None = None,
        resolver: AbstractResolver | None = None,
        clock: Callable[[], int] = _system_clock_ms,
    ) -> None:
        self._limits = limits or Limits()
        self._development = development
        self.loopback = loopback or Loopback()
        self._sockets = Sockets(self._limits, development=development, ca_file=ca_file, resolver=resolver)
        self._clock = clock
        # Of 64 jobs of the inbox that run at once, and of all our connections, others keep their share.
        self.errands = Crowd(_ERRANDS, self._limits.connections_per_host)
        self.keys = Crowd(_KEYS, 2 * self._limits.connections_per_host)
        self._signing = Signing()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes kept connections, and waits for requests that are still handled in this process."""
        await self.loopback.close()
        await self._sockets.close()
        self._signing.close()

    async def get_document(
        self, url: str, signer: SigningKey | None, *, accept: str = content_types.ACCEPT
    ) -> Document:
        """The ActivityPub document at this URL, or where it redirects."""
        return await self._get_object(url, signer, accept, content_types.is_activity)

    async def get_json(
        self, url: str, accept: str, media_types: frozenset[str], *, signer: SigningKey | None = None
    ) -> Document:
        """A JSON object of one of these media types: WebFinger, NodeInfo."""
        return await self._get_object(
            url, signer, accept, lambda content_type: content_types.essence(content_type) in media_types
        )

    async def post(
        self,
        url: str,
        body: bytes,
        signer: SigningKey,
        *,
        content_type: str = content_types.ACTIVITY,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Delivers the body; an answer of whatever status is an Answer, only no answer is a failure. `headers` are sent
        besides the usual ones.
        """
        complete = {**(headers or {}), "Content-Type": content_type, "Accept": content_types.ACCEPT}
        async with (
            _deadline(url, self._limits.total_s) as deadline,
            self._knock("POST", url, complete, signer, body) as (_, reply),
        ):
            deadline.reschedule(None)  # met: the rest of the answer has a deadline of its own
            return await self._answer(reply)

    async def push(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Brings an encrypted message to a push service: unsigned, and over a socket even to this very process, since
        the address is whatever a program has named.
        """
        if not uris.is_fetchable(url, development=self._development):
            raise FetchFailed(FailureKind.REFUSED, url, "not an address we send requests to")
        wire = uris.wire_form(url)
        own = {"Host": uris.host_of(wire), "User-Agent": _user_agent(None)}
        async with (
            _deadline(url, self._limits.total_s) as deadline,
            self._sockets.send(Request("POST", wire, {**headers, **own}, body)) as reply,
        ):
            deadline.reschedule(None)
            return await self._answer(reply)

    async def stream_file(self, url: str, signer: SigningKey | None, into: BinaryIO, limit_bytes: int) -> FetchedFile:
        """Writes the file at this URL into `into`, and fails as soon as it is known to be larger than the limit."""
        async with _deadline(url, self._limits.file_total_s), self._get(url, signer, _ANY_FILE) as (at, reply):
            size = 0
            async for chunk in _capped(at, reply, limit_bytes):
                size += into.write(chunk)
            return FetchedFile(at, content_types.essence(reply.headers.get("content-type", "")), size)

    async def get_page(self, url: str, limit_bytes: int) -> Page:
        """The beginning of the HTML page at this URL, no more of it than the limit; asked for as by anybody."""
        async with _deadline(url, self._limits.total_s), self._get(url, None, {"Accept": content_types.HTML}) as found:
            at, reply = found
            content_type = reply.headers.get("content-type", "")
            if content_types.essence(content_type) != content_types.HTML:
                raise FetchFailed(FailureKind.CONTENT_TYPE, at, f"is {content_type or 'of no type'}")
            beginning = bytearray()
            async for chunk in reply.chunks:
                beginning += chunk
                if len(beginning) >= limit_bytes:
                    break
            return Page(at, content_type, bytes(beginning[:limit_bytes]))

    async def _get_object(
        self, url: str, signer: SigningKey | None, accept: str, is_wanted: Callable[[str], bool]
    ) -> Document:
        async with _deadline(url, self._limits.total_s), self._get(url, signer, {"Accept": accept}) as (at, reply):
            content_type = reply.headers.get("content-type", "")
            if not is_wanted(content_type):
                raise FetchFailed(FailureKind.CONTENT_TYPE, at, f"is {content_type or 'of no type'}")
            raw = b"".join([chunk async for chunk in _capped(at, reply, self._limits.document_bytes)])
            return Document(at, _decoded(at, raw), len(raw))

    @asynccontextmanager
    async def _get(
        self, url: str, signer: SigningKey | None, headers: Mapping[str, str]
    ) -> AsyncIterator[tuple[str, Reply]]:
        """The final URL and the reply with status 200; every hop is judged and signed like the first."""
        for _ in range(self._limits.redirects + 1):
            async with self._knock("GET", url, headers, signer) as (at, reply):
                if reply.status not in _REDIRECTS:
                    self._require_ok(at, reply)
                    yield at, reply
                    return
                url = _next_hop(at, reply)
        raise FetchFailed(FailureKind.REDIRECT, url, "too many redirects")

    @asynccontextmanager
    async def _knock(
        self, method: str, url: str, headers: Mapping[str, str], signer: SigningKey | None, body: bytes | None = None
    ) -> AsyncIterator[tuple[str, Reply]]:
        """The reply to a request, and its URL in wire form. Who answers 401 is asked once more in another scheme of
        signatures; if that is no better, the first answer counts.
        """
        if not uris.is_fetchable(url, development=self._development):
            raise FetchFailed(FailureKind.REFUSED, url, "not an address we send requests to")
        unsigned = Request(method, uris.wire_form(url), {**headers, "User-Agent": _user_agent(signer)}, body)
        host = uris.host_of(unsigned.url)
        first, *others = await _schemes(signer, host)
        transport = self._transport(host)
        async with transport.send(await self._signed(unsigned, signer, first)) as reply:
            if signer is None or not others or reply.status != _UNAUTHORIZED:
                yield unsigned.url, reply
                return
            refusal = Reply(reply.status, reply.headers, _once(await self._excerpt(reply)))
        async with transport.send(await self._signed(unsigned, signer, others[0])) as reply:
            await _note(signer, host, others[0], reply.status)
            yield unsigned.url, reply if reply.status < _FIRST_ERROR else refusal

    async def _signed(self, request: Request, signer: SigningKey | None, scheme: Scheme) -> Request:
        if signer is None:
            headers: Mapping[str, str] = {**request.headers, "Host": uris.host_of(request.url)}
        else:
            arguments = (signer, request.method, request.url, request.headers, request.body, self._clock())
            headers = await self._signing.headers(partial(SIGN[scheme], *arguments))
        return replace(request, headers=headers)

    def _transport(self, host: str) -> Transport:
        return self.loopback if self.loopback.serves(host) else self._sockets

    def _require_ok(self, url: str, reply: Reply) -> None:
        if reply.status != 200:
            raise FetchFailed(
                FailureKind.STATUS,
                url,
                f"answered {reply.status}",
                http_status=reply.status,
                retry_after_s=self._retry_after_s(reply),
            )

    async def _answer(self, reply: Reply) -> Answer:
        text = (await self._excerpt(reply)).decode("utf-8", errors="replace")
        return Answer(reply.status, self._retry_after_s(reply), text)

    async def _excerpt(self, reply: Reply) -> bytes:
        excerpt = b""
        # The status is the answer. Who then drips, breaks off or never ends has answered all the same.
        with contextlib.suppress(TimeoutError, aiohttp.ClientError, FetchFailed):
            async with asyncio.timeout(None if reply.complete else self._limits.answer_s):
                async for chunk in reply.chunks:
                    excerpt += chunk
                    if len(excerpt) >= _EXCERPT_BYTES:
                        break
        return excerpt[:_EXCERPT_BYTES]

    def _retry_after_s(self, reply: Reply) -> int | None:
        """RFC 9110, section 10.2.3: seconds or a date; at most a week."""
        value = reply.headers.get("retry-after", "").strip()
        seconds = _number(value)
        if seconds is not None:
            return min(seconds, _LONGEST_WAIT_S)
        date_ms = parse_http_date(value)
        if date_ms is None:
            return None
        return min(max((date_ms - self._clock()) // 1000, 0), _LONGEST_WAIT_S)


def _user_agent(signer: SigningKey | None) -> str:
    """Names the school that asks, so that another administrator finds its pages."""
    agent = f"fedi/{fedi.__version__}"
    if signer is None:
        return agent
    return f"{agent} (+{uris.scheme_of(signer.key_id)}://{uris.host_of(signer.key_id)}/)"


async def _schemes(signer: SigningKey | None, host: str) -> tuple[Scheme, ...]:
    return tuple(SIGN) if signer is None or signer.memory is None else await signer.memory.order(host)


async def _note(signer: SigningKey, host: str, scheme: Scheme, status: int) -> None:
    """Remember what a host understands: what it lets in, it has understood; of other errors nobody knows."""
    if signer.memory is not None and (status < _REDIRECTION or status == _UNAUTHORIZED):
        await signer.memory.note(host, None if status == _UNAUTHORIZED else scheme)


async def _once(excerpt: bytes) -> AsyncIterator[bytes]:
    yield excerpt


def _next_hop(url: str, reply: Reply) -> str:
    location = reply.headers.get("location")
    if not location:
        raise FetchFailed(FailureKind.REDIRECT, url, "redirects nowhere")
    try:
        target = urljoin(url, location)
        downgraded = uris.scheme_of(url) == "https" and uris.scheme_of(target) != "https"
    except (ValueError, uris.BadUri) as error:
        raise FetchFailed(FailureKind.REDIRECT, url, "redirects to what is no address") from error
    if downgraded:
        raise FetchFailed(FailureKind.REDIRECT, url, "redirects from https to http")
    return target


async def _capped(url: str, reply: Reply, limit: int) -> AsyncIterator[bytes]:
    announced = _number(reply.headers.get("content-length", ""))
    if announced is not None and announced > limit:
        raise FetchFailed(FailureKind.TOO_LARGE, url, f"announces more than {limit} bytes")
    size = 0
    async for chunk in reply.chunks:
        size += len(chunk)
        # Counted after decompression: a few bytes may stand for gigabytes.
        if size > limit:
            raise FetchFailed(FailureKind.TOO_LARGE, url, f"has more than {limit} bytes")
        yield chunk


def _number(text: str) -> int | None:
    # Digits of other scripts, and more of them than `int` takes, are no number in a header.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _decoded(url: str, raw: bytes) -> dict[str, Any]:
    try:
        return decode_object(raw)
    except Malformed as error:
        raise FetchFailed(FailureKind.MALFORMED, url, str(error)) from error


@asynccontextmanager
async def _deadline(url: str, seconds: float) -> AsyncIterator[asyncio.Timeout]:
    """One deadline over everything inside, and one kind of error out of it."""
    try:
        async with asyncio.timeout(seconds) as deadline:
            yield deadline
    except TimeoutError as error:
        raise FetchFailed(FailureKind.TIMEOUT, url, "no answer in time") from error
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, ForbiddenAddress):
            raise FetchFailed(FailureKind.REFUSED, url, str(error.os_error)) from error
        raise FetchFailed(FailureKind.UNREACHABLE, url, str(error)) from error
    except aiohttp.ClientError as error:
        raise FetchFailed(FailureKind.UNREACHABLE, url, str(error) or type(error).__name__) from error

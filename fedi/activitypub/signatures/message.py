"""What every scheme of request signatures shares: its name, the request as it arrived, its values, and the errors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from fedi.errors import Unauthenticated


class Scheme(StrEnum):
    """A way to sign requests, by the name of its specification."""

    CAVAGE = "draft-cavage-http-signatures-12"
    RFC_9421 = "rfc9421"


class SchemeMemory(Protocol):
    """Who remembers which scheme each server understands."""

    async def order(self, host: str) -> tuple[Scheme, ...]:
        """The schemes to try, one after the other."""
        ...

    async def note(self, host: str, understood: Scheme | None) -> None:
        """A host has refused the first scheme, and understood this one; None for neither."""
        ...


class BadSignature(Unauthenticated):
    """The signature is missing, not readable, too old, or not that of the key."""


class KeyMismatch(BadSignature):
    """All is in order but the key: its owner may have another one by now."""


_LINE_BREAK = re.compile(r"[\r\n\0]")
# Lists that are split over lines mean the same joined by commas; of these a second line can only confuse.
_SENT_ONCE = frozenset({"host", "date", "digest", "content-type", "content-length", "signature", "authorization"})


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it arrived.

    `target` is path and query exactly as sent; `headers` keeps every line, so that a repeated one is seen. `scheme` is
    that of the address, which a request does not tell.
    """

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes = b""
    scheme: str = "https"

    def by_name(self) -> dict[str, list[str]]:
        """Every value sent under each lower-case name, without the white space around it."""
        sent: dict[str, list[str]] = {}
        for name, value in self.headers:
            sent.setdefault(name.lower(), []).append(value.strip())
        return sent


def sent_value(name: str, sent: Mapping[str, list[str]]) -> str:
    """The value of a header that is signed, its lines joined."""
    values = sent.get(name)
    if values is None:
        raise BadSignature(f"the signed header {name} is missing")
    if len(values) > 1 and name in _SENT_ONCE:
        raise BadSignature(f"the signed header {name} is sent more than once")
    return ", ".join(values)


def one_line(value: str) -> str:
    """The value itself; a line break in it would let one header speak for the next."""
    if _LINE_BREAK.search(value):
        raise BadSignature("a signed header holds a line break")
    return value

"""What every scheme of request signatures shares: the request as it arrived, and the one error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fedi.errors import Unauthenticated


class BadSignature(Unauthenticated):
    """The signature is missing, not readable, too old, or not that of the key."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it arrived.

    `target` is path and query exactly as sent; `headers` keeps every line, so that a repeated one is seen.
    """

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes = b""

    def by_name(self) -> dict[str, list[str]]:
        """Every value sent under each lower-case name, without the white space around it."""
        sent: dict[str, list[str]] = {}
        for name, value in self.headers:
            sent.setdefault(name.lower(), []).append(value.strip())
        return sent

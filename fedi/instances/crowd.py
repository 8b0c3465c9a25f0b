"""How many of us may wait for other servers at once: whoever is slow keeps some waiting, and never all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from fedi.errors import Unavailable


class Crowded(Unavailable):
    """Too many wait already; it is worth trying again in a moment."""


class Crowd:
    """At most `most` in all, and `of_host` for one host. Belongs to one event loop."""

    def __init__(self, most: int, of_host: int) -> None:
        self._most = most
        self._of_host = of_host
        self._waiting: Counter[str] = Counter()

    @contextmanager
    def joined(self, host: str) -> Iterator[None]:
        """One more waits for this host, for the length of a `with` block; Crowded if there is no room."""
        if self._waiting.total() >= self._most or self._waiting[host] >= self._of_host:
            raise Crowded(f"too many wait for {host} or for others")
        self._waiting[host] += 1
        try:
            yield
        finally:
            self._waiting[host] -= 1
            if not self._waiting[host]:
                del self._waiting[host]

"""A clock that stands still until a test moves it."""

from __future__ import annotations

START = 1_790_000_000_000


class FrozenClock:
    """Milliseconds since 1970; time passes when a test says so."""

    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        self.now += int((seconds + minutes * 60 + hours * 3600 + days * 86_400) * 1000)

"""Times as strict clients decode them: UTC, exactly three fractional digits, and `Z`."""

from __future__ import annotations

from datetime import UTC, datetime

DAY_MS = 24 * 60 * 60 * 1000


def moment(ms: int) -> str:
    """A date-time: `2026-01-02T03:04:05.678Z`."""
    seconds, rest = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def moment_or_none(ms: int | None) -> str | None:
    """A date-time, or null."""
    return None if ms is None else moment(ms)


def midnight(ms: int) -> str:
    """The beginning of a day, for what is told to the day only."""
    return moment(ms - ms % DAY_MS)


def day(ms: int) -> str:
    """A date: `2026-01-02`."""
    return f"{datetime.fromtimestamp(ms // 1000, UTC):%Y-%m-%d}"


def day_or_none(ms: int | None) -> str | None:
    """A date, or null."""
    return None if ms is None else day(ms)

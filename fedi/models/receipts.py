"""Receipts: which servers have a post of ours, and why others have not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_STATUS = re.compile(r"(\d{3}):")
_GONE = 410


class Progress(StrEnum):
    """How far a post has come on its way to a server."""

    DELIVERED = "delivered"
    WAITING = "waiting"
    FAILED = "failed"


class Trouble(StrEnum):
    """Why something has not arrived, as its author would be told."""

    REFUSED = "refused"
    """The server answered that it does not take this."""

    BUSY = "busy"
    """The server answered that it cannot just now."""

    GONE = "gone"
    """The account it was for is no more."""

    UNREACHABLE = "unreachable"
    """The server does not answer."""

    SILENT = "silent"
    """The server has not answered for a week, and nothing was sent."""

    STOPPED = "stopped"
    """Our administrator has stopped deliveries to it."""

    BLOCKED = "blocked"
    """Our administrator has blocked it."""

    DROPPED = "dropped"
    """Our administrator has dropped this delivery."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """How a post stands with one server; `next_at` (milliseconds) is when it is tried again."""

    host: str
    progress: Progress
    trouble: Trouble | None = None
    next_at: int | None = None


def trouble_of(error: str | None, *, final: bool) -> Trouble | None:
    """What the error of a delivery (`404: Not Found`, or why there was no answer) means; None if there is none."""
    if not error:
        return None
    status = _STATUS.match(error)
    if status is None:
        return Trouble.UNREACHABLE
    if int(status[1]) == _GONE:
        return Trouble.GONE
    return Trouble.REFUSED if final and status[1].startswith("4") else Trouble.BUSY

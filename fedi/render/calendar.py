"""iCalendar (RFC 5545): an event as a file that every calendar takes in."""

from __future__ import annotations

from datetime import UTC, datetime

from fedi import text
from fedi.models.events import Event, EventStatus
from fedi.models.posts import PostView

MEDIA_TYPE = "text/calendar; charset=utf-8"

_STATUSES = {
    EventStatus.CANCELLED: "CANCELLED",
    EventStatus.POSTPONED: "CANCELLED",
    EventStatus.TENTATIVE: "TENTATIVE",
}
_LINE = 75
"""Octets of a line; longer ones go on in the next (section 3.1)."""


def file(view: PostView, event: Event) -> str | None:
    """The file; None for an event without a date."""
    if event.starts_at is None:
        return None
    where = ", ".join(part for part in (event.place, event.address) if part) or event.online_url
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//fedi//events//EN",
        "BEGIN:VEVENT",
        _text("UID", view.post.uri),
        f"DTSTAMP:{_moment(view.post.edited_at or view.post.published_at)}",
        f"DTSTART:{_moment(event.starts_at)}",
        *([f"DTEND:{_moment(event.ends_at)}"] if event.ends_at is not None else []),
        _text("SUMMARY", view.post.title or view.author.display_name),
        _text("DESCRIPTION", text.plain(view.post.content)),
        *([_text("LOCATION", where)] if where else []),
        f"URL:{view.post.url}",
        f"STATUS:{_STATUSES.get(event.status, 'CONFIRMED')}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds // 1000, UTC):%Y%m%dT%H%M%SZ}"


def _text(name: str, value: str) -> str:
    """A property with its text escaped (section 3.3.11)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return f"{name}:" + "\\n".join(escaped.splitlines())


def _folded(line: str) -> str:
    """A line in pieces of at most 75 octets, none of which cuts a letter in two."""
    pieces, piece, size = [], "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > _LINE:
            pieces.append(piece)
            piece, size = "", 1
        piece, size = piece + letter, size + octets
    return "\r\n ".join([*pieces, piece])

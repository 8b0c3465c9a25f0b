"""What people type into the search beside words: `from:me has:media is:reply before:2026-01-31 language:kk -word`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from fedi.ids import LOW_BITS
from fedi.models.files import FileKind
from fedi.store.search import Query

_OPERATOR = re.compile(r"(?<!\S)([-+]?)(from|has|is|before|after|during|language|in):(\S+)", re.IGNORECASE)
_EXCLUDED = re.compile(r"(?<!\S)-(?=\w)(\S+)")
_EPOCH = date(1970, 1, 1)
_DAY_MS = 24 * 60 * 60_000
_FILES: dict[str, tuple[FileKind, ...]] = {
    "media": (),
    "attachment": (),
    "image": (FileKind.IMAGE,),
    "video": (FileKind.VIDEO, FileKind.GIFV),
    "audio": (FileKind.AUDIO,),
}
_LINKS = ("link", "embed")


@dataclass(frozen=True, slots=True)
class Typed:
    """A search as it was typed; `author` is a handle, or `me`."""

    query: Query
    author: str | None = None


def parse(text: str) -> Typed:
    """Words and operators; an operator whose value means nothing is left out."""
    words = _OPERATOR.sub(" ", text)
    excluded = " ".join(_EXCLUDED.findall(words))
    typed = Typed(Query(" ".join(_EXCLUDED.sub(" ", words).split()), without=excluded))
    for sign, name, value in _OPERATOR.findall(text):
        typed = _with(typed, name.lower(), value.strip("\"'").lower(), sign != "-")
    return typed


def _with(typed: Typed, name: str, value: str, wanted: bool) -> Typed:
    query = typed.query
    if name == "from":
        return replace(typed, author=value.removeprefix("@"))
    if name == "language":
        return replace(typed, query=replace(query, language=value))
    if name == "in":
        return replace(typed, query=replace(query, kept=value == "library"))
    if name in ("before", "after", "during"):
        return replace(typed, query=_dated(query, name, value))
    return replace(typed, query=_being(query, name, value, wanted))


def _being(query: Query, name: str, value: str, wanted: bool) -> Query:
    if name == "has" and value in _FILES:
        return replace(query, files=wanted, file_kinds=_FILES[value])
    if name == "has" and value in _LINKS:
        return replace(query, card=wanted)
    if name == "has" and value == "poll":
        return replace(query, poll=wanted)
    if name == "is" and value == "reply":
        return replace(query, answer=wanted)
    return replace(query, sensitive=wanted) if name == "is" and value == "sensitive" else query


def _dated(query: Query, name: str, value: str) -> Query:
    """`before` and `after` leave the day itself out; days are those of UTC."""
    try:
        day = date.fromisoformat(value)
        next_day = day + timedelta(days=1)
    except (ValueError, OverflowError):
        return query
    older = _first_id(day if name == "before" else next_day) if name != "after" else query.older
    newer = _first_id(next_day if name == "after" else day) - 1 if name != "before" else query.newer
    return replace(query, older=older, newer=newer)


def _first_id(day: date) -> int:
    return max(0, (day - _EPOCH).days) * _DAY_MS << LOW_BITS

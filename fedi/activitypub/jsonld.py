"""Reading plain JSON where JSON-LD is meant: one value for an array, a string for an object, a map for a text.

Nothing here raises on a wrong type: what cannot be used is absent.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from fedi.activitypub import uris

Json = dict[str, Any]

_PREFIXES = (
    *("as:", "https://www.w3.org/ns/activitystreams#"),
    *("litepub:", "http://litepub.social/ns#", "toot:", "http://joinmastodon.org/ns#"),
)
_TIME = re.compile(
    r"(?P<whole>\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2})?)(?P<fraction>\.\d+)?\s*(?P<offset>[Zz]|[+-]\d{2}:?\d{2})?"
)
_INT64_MAX = 2**63 - 1
_MANY = 1000
"""Of longer arrays the rest is not read: nobody honest sends them, and each element costs."""


def encode(document: Json) -> str:
    """A document as it is stored and sent."""
    return msgspec.json.encode(document).decode()


def many(value: Any) -> list[Any]:
    """An array as it is, one value as an array of it, null as none."""
    if isinstance(value, list):
        return value[:_MANY]
    return [] if value is None else [value]


def first(value: Any) -> Any:
    """The first of an array, or the value itself."""
    if isinstance(value, list):
        return value[0] if value else None
    return value


def objects(value: Any) -> Iterator[Json]:
    """The documents among these values."""
    return (each for each in many(value) if isinstance(each, dict))


def document(value: Any) -> Json:
    """The first document among these values; an empty one if there is none."""
    return next(objects(value), {})


def types(document: Json) -> tuple[str, ...]:
    """All types of a document, without the prefix some write."""
    return tuple([_local_name(each) for each in many(document.get("type")) if isinstance(each, str)])


def type_of(document: Json, known: Iterable[str] = ()) -> str:
    """The first type among the known ones, else the first of all, else nothing."""
    found = types(document)
    preferred = [each for each in found if each in known] if known else found
    return next(iter(preferred or found), "")


def _local_name(name: str) -> str:
    if name.startswith(_PREFIXES):
        return next(name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix))
    return clean(name)


def id_of(value: Any) -> str | None:
    """The id of what a value refers to: itself, the `id` of a document, or the first of an array."""
    value = first(value)
    if isinstance(value, dict):
        value = value.get("id") or value.get("href")
    return clean(value) if isinstance(value, str) and value else None


def ids(value: Any) -> tuple[str, ...]:
    """The ids of all that a value refers to."""
    return tuple(found for each in many(value) if (found := id_of(each)))


def address(value: Any) -> str | None:
    """An id that is a usable http(s) address."""
    uri = id_of(value)
    return uri if uri and is_address(uri) else None


def is_address(uri: str) -> bool:
    """Whether everybody reads this text as the same http(s) address."""
    try:
        uris.host_of(uri)
    except uris.BadUri:
        return False
    return True


def text(document: Json, name: str) -> str:
    """A text property; empty if it is something else. Of a map of languages (also under `<name>Map`) the first."""
    value = first(document.get(name))
    if isinstance(value, str):
        return clean(value)
    mapped = value if isinstance(value, dict) else document.get(f"{name}Map")
    return _first_text(mapped)


def _first_text(mapped: Any) -> str:
    if not isinstance(mapped, dict):
        return ""
    values = (first(value) for value in mapped.values())
    return next((clean(value) for value in values if isinstance(value, str)), "")


def language(document: Json, *names: str) -> str | None:
    """The language a document is in: the first key of its first map (`contentMap`, `nameMap`), as Mastodon takes it."""
    for name in names:
        mapped = document.get(f"{name}Map")
        if isinstance(mapped, dict) and mapped:
            return language_tag(next(iter(mapped)))
    return None


def language_tag(value: Any) -> str | None:
    """A tag of a language in lower case; None for what is none."""
    tag = clean(value) if isinstance(value, str) else ""
    return tag.lower() if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}", tag) else None


def boolean(document: Json, name: str) -> bool:
    """True only for true: anything else is not a consent."""
    return document.get(name) is True


def integer(value: Any) -> int | None:
    """A whole number from 0 up to 64 bits; also one that came as text or with a decimal point."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and 0 <= value <= _INT64_MAX else None


def number(value: Any) -> float | None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < _INT64_MAX else None


_EARLIEST_MS = timegm((2, 1, 1, 0, 0, 0)) * 1000
_LATEST_MS = timegm((9999, 1, 1, 0, 0, 0)) * 1000


def time_ms(value: Any) -> int | None:
    """Milliseconds since 1970 of an xsd:dateTime: with nanoseconds, with an offset, without seconds or zone (then
    UTC). None for what is none, or is so far away that no calendar shows it in every time zone.
    """
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 64 else None
    if match is None:
        return None
    try:
        moment = datetime.fromisoformat(match["whole"].upper().replace(" ", "T"))
    except ValueError:
        return None
    milliseconds = int((match["fraction"] or ".")[1:4].ljust(3, "0"))
    found = timegm(moment.timetuple()) * 1000 + milliseconds - _offset_ms(match["offset"])
    return found if _EARLIEST_MS <= found <= _LATEST_MS else None


def _offset_ms(offset: str | None) -> int:
    if not offset or offset in "Zz":
        return 0
    sign = -1 if offset[0] == "-" else 1
    return sign * (int(offset[1:3]) * 60 + int(offset[-2:])) * 60_000


def format_time(milliseconds: int) -> str:
    """xsd:dateTime in UTC with milliseconds."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def clean(value: str) -> str:
    """Without NUL, which no database stores."""
    return value.replace("\0", "") if "\0" in value else value


def normal_id(uri: str) -> str:
    """One spelling of an id: `https://host` is `https://host/`. Other paths stay byte for byte."""
    return f"{uri}/" if uri.count("/") == 2 and "?" not in uri and "#" not in uri else uri


def decode_own(text_: str) -> Json:
    """A document of ours that was stored by `encode`."""
    return msgspec.json.decode(text_, type=Json)

"""Languages of the interface: which one a person reads, and its messages, dates and sizes.

A wheel carries compiled catalogues. In a checkout the `.po` may be newer than its `.mo`, or have none yet: then it is
compiled in memory, so that an edited sentence shows at the next start without a build step.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from fedi.config import LANGUAGES

LOCALES = Path(__file__).parent / "locales"

NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
"""Each language in its own words, for the switch between them."""

_ACCEPTED_RANGES = 20
"""An Accept-Language header has no end; nobody reads more languages than this."""


@lru_cache(maxsize=len(LANGUAGES))
def translations(language: str) -> gettext.GNUTranslations:
    """The messages of one of `LANGUAGES`."""
    source = LOCALES / language / "LC_MESSAGES" / "fedi.po"
    compiled = source.with_suffix(".mo")
    if compiled.exists() and not _newer(source, compiled):
        return gettext.GNUTranslations(BytesIO(compiled.read_bytes()))
    return gettext.GNUTranslations(_compile(source))


def _newer(source: Path, compiled: Path) -> bool:
    return source.exists() and source.stat().st_mtime > compiled.stat().st_mtime


def _compile(source: Path) -> BytesIO:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with source.open("rb") as po:
        write_mo(compiled, read_po(po))
    compiled.seek(0)
    return compiled


@cache
def _every_language() -> frozenset[str]:
    from babel import Locale

    return frozenset(Locale("en").languages)


def is_language(code: str) -> bool:
    """Whether a tag (BCP 47) begins with a language there is (ISO 639)."""
    return code.lower().partition("-")[0] in _every_language()


def translator(language: str) -> Callable[[str], str]:
    """`gettext` of one language, for texts that are made in Python."""
    return translations(language).gettext


def marked(message: str) -> str:
    """Marks a message for extraction where it is written; it is translated where it is shown."""
    return message


def choose(wanted: Sequence[str | None], accept_language: str, offered: Sequence[str], default: str) -> str:
    """The first of `wanted` (account, cookie) that the school offers, else the browser's choice, else `default`."""
    for language in (*wanted, *_accepted(accept_language)):
        if language is not None and language in offered:
            return language
    return default


def _accepted(header: str) -> list[str]:
    """Primary language tags of an Accept-Language header (RFC 9110, 12.5.4), the best first."""
    weighted = [_weighted(part) for part in header.split(",")[:_ACCEPTED_RANGES]]
    return [language for weight, language in sorted(weighted, key=lambda item: -item[0]) if weight > 0]


def _weighted(part: str) -> tuple[float, str]:
    tag, _, quality = part.partition(";")
    language = tag.strip().lower().partition("-")[0]
    try:
        return (float(quality.strip().removeprefix("q=")) if quality else 1.0), language
    except ValueError:
        return 0.0, language


@lru_cache(maxsize=4096)
def format_day(milliseconds: int, language: str, zone: ZoneInfo) -> str:
    """`23 November 2026` in the language, on the calendar of the school's time zone."""
    moment = _moment(milliseconds, zone)
    day = f"{moment.day} {_months(language)[moment.month]}"
    return f"{moment.year} ж. {day}" if language == "kk" else f"{day} {moment.year}"


@lru_cache(maxsize=4096)
def format_time(milliseconds: int, language: str, zone: ZoneInfo) -> str:
    """`23 November 2026, 14:05` in the language, by the clock of the school."""
    return f"{format_day(milliseconds, language, zone)}, {_moment(milliseconds, zone):%H:%M}"


def iso_time(milliseconds: int) -> str:
    """For machines: the `datetime` attribute of HTML, JSON-LD."""
    return _moment(milliseconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(milliseconds: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC).astimezone(zone)


@lru_cache(maxsize=len(LANGUAGES))
def _months(language: str) -> dict[int, str]:
    from babel.dates import get_month_names

    return {number: get_month_names("wide", locale=language)[number] for number in range(1, 13)}


def format_size(size: int, language: str) -> str:
    """A number of bytes as people write it: `340 KB`, `2.4 MB`, with the language's decimal sign and units."""
    _ = translator(language)
    if size < 1024 * 1024:
        return _("%(size)s KB") % {"size": max(1, round(size / 1024))}
    megabytes = f"{size / 1024 / 1024:.1f}".removesuffix(".0")
    return _("%(size)s MB") % {"size": megabytes if language == "en" else megabytes.replace(".", ",")}

"""What a page says about itself as JSON-LD: of schema.org's words, those that a card shows.

Only scripts of that type are looked for, some of them and each within a bound; what is no JSON, or of another shape
than it should be, says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from fedi.activitypub.decoding import decode
from fedi.activitypub.jsonld import Json
from fedi.errors import Malformed

TYPES = frozenset({"Article", "NewsArticle", "ReportageNewsArticle", "OpinionNewsArticle", "BlogPosting", "WebPage"})
"""Mastodon reads NewsArticle and WebPage; blogs and school papers write the others."""

_MOST_SCRIPTS, _LARGEST = 20, 100_000
_MOST_THINGS = 100
# To its end or that of the page: what has no end is looked through once.
_SCRIPT = re.compile(r"<script\b(?P<rest>[^<>]{0,1000})>(?P<said>.*?)(?:</script\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TYPE = re.compile(r"""\btype\s*=\s*["']?\s*application/ld\+json""", re.IGNORECASE)
# Some wrap it for readers of 1999: /*<![CDATA[*/ ... /*]]>*/, // <![CDATA[ ... // ]]>, <!-- ... -->
_WRAPPING = re.compile(
    r"\A\s*(?:/\*\s*|//\s*)?(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?:/\*\s*|//\s*)?(?:\]\]>|-->)(?:\s*\*/)?\s*\Z"
)


@dataclass(frozen=True, slots=True)
class StructuredData:
    """What was said, as it was said: nothing is checked but that it is text."""

    headline: str = ""
    description: str = ""
    site: str = ""
    author_name: str = ""
    author_url: str = ""
    language: str = ""
    published: str = ""
    picture: str = ""


def read(page: str) -> StructuredData:
    """What the first thing of a known type says; that of the page as a whole only where there is no other."""
    known = [each for each in islice(_things(page), _MOST_THINGS) if TYPES.intersection(_texts(each.get("@type")))]
    articles = [each for each in known if "WebPage" not in _texts(each.get("@type"))]
    return _said((articles or known)[0]) if known else StructuredData()


def _things(page: str) -> Iterator[Json]:
    scripts = (each["said"] for each in _SCRIPT.finditer(page) if _TYPE.search(each["rest"]))
    for script in islice(scripts, _MOST_SCRIPTS):
        if len(script) > _LARGEST:
            continue
        try:
            root = decode(_WRAPPING.sub("", script).encode(errors="replace"))
        except Malformed:
            continue
        for thing in _objects(root):
            yield thing
            yield from _objects(thing.get("@graph"))


def _said(thing: Json) -> StructuredData:
    author, publisher = _first(thing.get("author")), _first(thing.get("publisher"))
    picture = _first(thing.get("image"))
    return StructuredData(
        headline=_text(thing.get("headline")),
        description=_text(thing.get("description")),
        site=_name(publisher),
        author_name=_name(author),
        author_url=_text(author.get("url")) if isinstance(author, dict) else "",
        language=_language(_first(thing.get("inLanguage"))),
        published=_text(thing.get("datePublished")),
        picture=_text(picture.get("url") if isinstance(picture, dict) else picture),
    )


def _language(value: Any) -> str:
    """A code, or a thing of schema.org's that has it as its other name."""
    return _text(value.get("alternateName") or value.get("name") if isinstance(value, dict) else value)


def _objects(value: Any) -> list[Json]:
    several = value if isinstance(value, list) else [value]
    return [each for each in several if isinstance(each, dict)]


def _texts(value: Any) -> list[str]:
    several = value if isinstance(value, list) else [value]
    return [each for each in several if isinstance(each, str)]


def _first(value: Any) -> Any:
    return next(iter(value), None) if isinstance(value, list) else value


def _name(value: Any) -> str:
    return _text(_first(value.get("name")) if isinstance(value, dict) else value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

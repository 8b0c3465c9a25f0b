"""What a page says about itself in its head: OpenGraph, and what was there before it.

Only tags are looked for, in the head and in no script, each within a bound: pages of strangers are not parsed. What is
found is text, never markup.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urljoin

from fedi.activitypub import uris
from fedi.models.cards import PageFacts
from fedi.text import one_line

_TITLE, _DESCRIPTION, _NAME = 300, 600, 120
_MOST_TAGS = 500
_LONGEST = 4_000
_LARGEST_SIDE = 20_000

_END = re.compile(r"</head\b|<body\b", re.IGNORECASE)
_NOT_READ = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
# As in `fedi.markup`: neither can be made to look at a text twice.
_TAG = re.compile(
    r"""<(?P<name>html|meta|link)\b(?P<rest>(?>[^<>"']|"[^"]{0,8000}"|'[^']{0,8000}')*+)>""", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""(?<![a-zA-Z:_-])([a-zA-Z:_-]{1,40}+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
_PAGE_TITLE = re.compile(r"<title\b[^<>]{0,1000}>([^<]{0,4000})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{2,20})")
_KNOWN_CHARSETS = re.compile(r"(?i)utf-?8|windows-12\d\d|cp12\d\d|koi8-[ru]|iso-8859-\d\d?|gb2312|gbk|shift_jis|euc-jp")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CREATOR = re.compile(r"@?[^\s@/<>]{1,200}@[^\s@/<>]{1,255}")


def read(url: str, content_type: str, beginning: bytes) -> PageFacts | None:
    """What the page at `url` says; None if it does not even give itself a title."""
    head = _head(_decoded(content_type, beginning))
    said, language = _metas(head), _language(head)
    titled = _PAGE_TITLE.search(head)
    named = said.get("og:title") or said.get("twitter:title")
    title = _text(named or html.unescape(titled[1] if titled else ""), _TITLE)
    if not title:
        return None
    author = said.get("author") or said.get("article:author") or ""
    is_address = author.lower().startswith(("http://", "https://"))
    creator = _text(said.get("fediverse:creator", ""), 500)
    picture = said.get("og:image:secure_url") or said.get("og:image") or said.get("twitter:image") or ""
    return PageFacts(
        title=title,
        description=_text(said.get("og:description") or said.get("description") or "", _DESCRIPTION),
        site=_text(said.get("og:site_name", ""), _NAME),
        author_name="" if is_address else _text(author, _NAME),
        author_url=_address(url, author) or "" if is_address else "",
        creator=creator.removeprefix("@") if _CREATOR.fullmatch(creator) else None,
        language=language,
        published_at=_moment(said.get("article:published_time") or said.get("og:article:published_time") or ""),
        picture_url=_address(url, picture) if picture else None,
        picture_says=_text(said.get("og:image:alt", ""), _DESCRIPTION),
        picture_size=_size(said),
    )


def _decoded(content_type: str, beginning: bytes) -> str:
    """Text in the charset the server or the page names; unnamed, or unknown, is UTF-8."""
    named = _CHARSET.search(content_type) or _CHARSET.search(beginning[:4096].decode("ascii", errors="replace"))
    charset = named[1] if named and _KNOWN_CHARSETS.fullmatch(named[1]) else "utf-8"
    try:
        return beginning.decode(charset, errors="replace")
    except LookupError:
        return beginning.decode(errors="replace")


def _head(page: str) -> str:
    page = _NOT_READ.sub("", page)
    end = _END.search(page)
    return page if end is None else page[: end.start()]


def _metas(head: str) -> Mapping[str, str]:
    """The first value of each name, in the page's own spelling of values."""
    found: dict[str, str] = {}
    for tag in islice(_TAG.finditer(head), _MOST_TAGS):
        if tag["name"].lower() == "meta":
            attributes = _attributes(tag["rest"])
            name = (attributes.get("property") or attributes.get("name") or "").strip().lower()
            if name and attributes.get("content", "").strip():
                found.setdefault(name, attributes["content"].strip())
    return found


def _attributes(rest: str) -> dict[str, str]:
    return {
        # Cut first: Python reads no number of more than 4,300 digits.
        name.lower(): html.unescape((double or single or bare)[:_LONGEST])
        for name, double, single, bare in _ATTRIBUTE.findall(rest)
    }


def _language(head: str) -> str | None:
    for tag in _TAG.finditer(head):
        if tag["name"].lower() == "html":
            language = _attributes(tag["rest"]).get("lang", "").strip().lower().partition("-")[0]
            return language if _LANGUAGE.fullmatch(language) else None
    return None


def _text(said: str, most: int) -> str:
    return one_line(said)[:most]


def _address(base: str, said: str) -> str | None:
    """An absolute address; None for what is none of the web."""
    try:
        return uris.wire_form(urljoin(base, said.strip()))
    except (ValueError, uris.BadUri):
        return None


def _moment(said: str) -> int | None:
    try:
        found = datetime.fromisoformat(said.strip())
        milliseconds = int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return milliseconds if milliseconds >= 0 else None


def _size(said: Mapping[str, str]) -> tuple[int, int] | None:
    """The measures of the picture, as they are announced."""
    width, height = said.get("og:image:width", ""), said.get("og:image:height", "")
    if not all(each.isascii() and each.isdigit() and len(each) < 6 for each in (width, height)):
        return None
    size = int(width), int(height)
    return size if all(0 < each <= _LARGEST_SIDE for each in size) else None

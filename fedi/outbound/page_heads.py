"""What a page says about itself: JSON-LD, and in its head OpenGraph and what was there before it.

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

from fedi.activitypub import content_types, uris
from fedi.models.cards import CardKind, Frame, PageFacts
from fedi.outbound import structured_data
from fedi.outbound.structured_data import StructuredData
from fedi.text import one_line

TITLE, NAME = 300, 120
"""Characters of a title, and of the name of a site or somebody."""

_DESCRIPTION = 600
_MOST_TAGS = 500
_LONGEST = 4_000
_LARGEST_SIDE = 20_000

_END = re.compile(r"</head\b|<body\b", re.IGNORECASE)
_NOT_READ = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
# As in `fedi.markup`: neither can be made to look at a text twice.
_TAG = re.compile(
    r"""<(?P<name>html|meta|link|iframe)\b(?P<rest>(?>[^<>"']|"[^"]{0,8000}"|'[^']{0,8000}')*+)>""", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""(?<![a-zA-Z:_-])([a-zA-Z:_-]{1,40}+)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
_PAGE_TITLE = re.compile(r"<title\b[^<>]{0,1000}>([^<]{0,4000})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_-]{2,20})")
_KNOWN_CHARSETS = re.compile(r"(?i)utf-?8|windows-12\d\d|cp12\d\d|koi8-[ru]|iso-8859-\d\d?|gb2312|gbk|shift_jis|euc-jp")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CREATOR = re.compile(r"@?[^\s@/<>]{1,200}@[^\s@/<>]{1,255}")


def read(url: str, content_type: str, beginning: bytes) -> PageFacts | None:
    """What the page at `url` says; None if it does not even give itself a title. JSON-LD goes before tags."""
    page = _decoded(content_type, beginning)
    head, data = _head(page), structured_data.read(page)
    said = _metas(head)
    titled = _PAGE_TITLE.search(head)
    named = html.unescape(data.headline) or said.get("og:title") or said.get("twitter:title")
    title = line(named or html.unescape(titled[1] if titled else ""), TITLE)
    if not title:
        return None
    author_name, author_url = _author(url, said, data)
    creator = line(said.get("fediverse:creator", ""), 500)
    announced = said.get("og:image:secure_url") or said.get("og:image") or said.get("twitter:image")
    frame = _player(url, said)
    return PageFacts(
        title=title,
        description=line(
            html.unescape(data.description) or said.get("og:description") or said.get("description") or "",
            _DESCRIPTION,
        ),
        site=line(html.unescape(data.site) or said.get("og:site_name", ""), NAME),
        author_name=author_name,
        author_url=author_url,
        creator=creator.removeprefix("@") if _CREATOR.fullmatch(creator) else None,
        language=_code(data.language) or _language(head),
        published_at=_published(said, data),
        picture_url=address(url, announced or data.picture),
        picture_says=line(said.get("og:image:alt", ""), _DESCRIPTION),
        picture_size=size(said.get("og:image:width"), said.get("og:image:height")),
        kind=CardKind.VIDEO if frame else CardKind.LINK,
        embed_url=address(url, said.get("twitter:player:stream", "")) or "" if frame else "",
        frame=frame,
        oembed_url=_oembed(url, head),
    )


def _published(said: Mapping[str, str], data: StructuredData) -> int | None:
    moments = (data.published, said.get("article:published_time"), said.get("og:article:published_time"))
    return next((at for each in moments if (at := _moment(each or "")) is not None), None)


def _author(url: str, said: Mapping[str, str], data: StructuredData) -> tuple[str, str]:
    """The name and the address of whoever has written the page; some give but an address."""
    if data.author_name:
        return line(html.unescape(data.author_name), NAME), address(url, data.author_url) or ""
    author = said.get("author") or said.get("article:author") or ""
    if author.lower().startswith(("http://", "https://")):
        return "", address(url, author) or ""
    return line(author, NAME), ""


def _player(url: str, said: Mapping[str, str]) -> Frame | None:
    """Where what the page is about plays: only over https, as it will stand in pages that are read over https."""
    player = _secure(url, said.get("twitter:player", ""))
    width, height = size(said.get("twitter:player:width"), said.get("twitter:player:height")) or (0, 0)
    return Frame(player, width, height) if player else None


def frame_in(base: str, markup: str) -> str | None:
    """The address of the first frame in HTML of a stranger that is reached over https."""
    frames = (_attributes(tag["rest"]) for tag in _TAG.finditer(markup) if tag["name"].lower() == "iframe")
    return next((url for each in frames if (url := _secure(base, each.get("src", "")))), None)


def _secure(base: str, said: str) -> str | None:
    found = address(base, said)
    return found if found and uris.scheme_of(found) == "https" and uris.is_fetchable(found) else None


def _oembed(url: str, head: str) -> str | None:
    """Where more is said, over https if the page itself came so."""
    for tag in islice(_TAG.finditer(head), _MOST_TAGS):
        attributes = _attributes(tag["rest"]) if tag["name"].lower() == "link" else {}
        if attributes.get("type", "").strip().lower() == content_types.OEMBED:
            found = address(url, attributes.get("href", ""))
            upgraded = f"https{found.removeprefix('http')}" if found and found.startswith("http:") else found
            return upgraded if uris.scheme_of(url) == "https" else found
    return None


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
            return _code(_attributes(tag["rest"]).get("lang", ""))
    return None


def _code(said: str) -> str | None:
    language = said.strip().lower().replace("_", "-").partition("-")[0]
    return language if _LANGUAGE.fullmatch(language) else None


def line(said: str, most: int) -> str:
    """Text of a stranger in one line, no longer than that."""
    return one_line(said[:_LONGEST])[:most]


def address(base: str, said: str) -> str | None:
    """An absolute address; None for what is none of the web, and for nothing."""
    if not said.strip() or len(said) > _LONGEST:
        return None
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


def size(width: object, height: object) -> tuple[int, int] | None:
    """Measures as they are announced, in numbers or in text; None for what are none."""
    said = [str(each) for each in (width, height) if isinstance(each, (int, str)) and not isinstance(each, bool)]
    if len(said) != 2 or not all(each.isascii() and each.isdigit() and len(each) < 6 for each in said):
        return None
    found = int(said[0]), int(said[1])
    return found if all(0 < each <= _LARGEST_SIDE for each in found) else None

"""What many documents of peers have inside: addresses in all their shapes, pictures, hashtags."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fedi import text
from fedi.activitypub import jsonld, uris
from fedi.activitypub.jsonld import Json
from fedi.models.actors import Emoji
from fedi.models.posts import Tag

_MAX_EMOJIS = 100
_MAX_TAGS = 100
_MAX_TAG = 200


@dataclass(frozen=True, slots=True)
class Link:
    """One address and the media type it is announced with, empty if none."""

    href: str
    media_type: str


def links(value: Any) -> Iterator[Link]:
    """The usable addresses in a `url`: a string, a Link, or an array of both; PeerTube nests more in `tag`, left
    out.
    """
    for each in jsonld.many(value):
        href = jsonld.address(each.get("href") or each.get("url") if isinstance(each, dict) else each)
        if href:
            yield Link(href, jsonld.text(each, "mediaType").lower() if isinstance(each, dict) else "")


def page_url(document: Json, id_: str) -> str:
    """The page for people: a link to HTML, else the first; the id if there is none on the id's own host.

    A page elsewhere would let a document send readers to a look-alike.
    """
    found = [link for link in links(document.get("url")) if uris.same_origin(link.href, id_)]
    html = next((link for link in found if link.media_type == "text/html"), None)
    return (html or found[0]).href if found else id_


def picture_url(value: Any) -> str | None:
    """The address of an Image, also when only the address was sent."""
    for each in jsonld.many(value):
        found = next(links(each.get("url") or each.get("href") if isinstance(each, dict) else each), None)
        if found:
            return found.href
    return None


def emojis(document: Json) -> tuple[Emoji, ...]:
    """The custom emojis among the tags."""
    found = []
    for tag in jsonld.objects(document.get("tag")):
        url = picture_url(tag.get("icon"))
        shortcode = jsonld.text(tag, "name").strip(":")
        if url and shortcode and jsonld.type_of(tag) == "Emoji":
            found.append(Emoji(shortcode[:100], url, updated_at=jsonld.time_ms(tag.get("updated")) or 0))
    return tuple(found[:_MAX_EMOJIS])


def hashtags(value: Any) -> tuple[Tag, ...]:
    """The Hashtags among these values, once each."""
    tags: dict[str, Tag] = {}
    for each in jsonld.objects(value):
        name = jsonld.text(each, "name").strip().lstrip("#＃")
        if jsonld.type_of(each) == "Hashtag" and len(name) <= _MAX_TAG and name.split() == [name]:
            folded = text.fold_tag(name)
            # One letter may stand for eighteen others, or for none.
            if 0 < len(folded) <= _MAX_TAG:
                tags.setdefault(folded, Tag(name, folded))
    return tuple(tags.values())[:_MAX_TAGS]

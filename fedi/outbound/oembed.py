"""What the server of a page says about it when it is asked (oEmbed 1.0): one request more for a card, of what the page
names in its head.

Of the HTML that comes back nothing is kept but the address of one frame, and that only over https: the frame is written
anew by us. So a `rich` answer, which is a script nearly everywhere, is left alone, as Mastodon leaves it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

from fedi.actions import cards
from fedi.activitypub import content_types, uris
from fedi.activitypub.jsonld import Json
from fedi.errors import FediError
from fedi.instances import Instance
from fedi.models.cards import CardKind, Frame, PageFacts
from fedi.outbound import page_heads
from fedi.outbound.client import Client

_TYPES = frozenset({content_types.JSON, content_types.OEMBED})
_VERSIONS = ("1.0", "1")
_LONGEST_HTML = 20_000


async def ask(instance: Instance, client: Client, facts: PageFacts) -> PageFacts:
    """What the page says, with what its server adds; just that where it names nobody to ask, or nobody answers."""
    endpoint = facts.oembed_url
    if endpoint is None or not await instance.db.read(cards.may_ask, uris.host_of(endpoint)):
        return facts
    with suppress(FediError), client.errands.joined(uris.host_of(endpoint)):
        answer = await client.get_json(endpoint, content_types.JSON, _TYPES)
        return read(facts, answer.url, answer.json)
    return facts


def read(facts: PageFacts, endpoint: str, said: Json) -> PageFacts:
    """What an answer adds to what the page says; it is believed before the page, as Mastodon does."""
    if str(said.get("version")) not in _VERSIONS or said.get("type") not in ("link", "photo", "video"):
        return facts
    facts = _named(facts, endpoint, said)
    if said["type"] == "photo":
        return _photo(facts, endpoint, said)
    thumbnail = page_heads.address(endpoint, _text(said.get("thumbnail_url")))
    if thumbnail is not None:
        size = page_heads.size(said.get("thumbnail_width"), said.get("thumbnail_height"))
        facts = replace(facts, picture_url=thumbnail, picture_says="", picture_size=size)
    frame = _frame(endpoint, said) if said["type"] == "video" else None
    return facts if frame is None else replace(facts, kind=CardKind.VIDEO, frame=frame)


def _named(facts: PageFacts, endpoint: str, said: Json) -> PageFacts:
    author = page_heads.line(_text(said.get("author_name")), page_heads.NAME)
    return replace(
        facts,
        title=page_heads.line(_text(said.get("title")), page_heads.TITLE) or facts.title,
        site=page_heads.line(_text(said.get("provider_name")), page_heads.NAME) or facts.site,
        site_url=page_heads.address(endpoint, _text(said.get("provider_url"))) or facts.site_url,
        author_name=author or facts.author_name,
        author_url=(page_heads.address(endpoint, _text(said.get("author_url"))) or "") if author else facts.author_url,
    )


def _photo(facts: PageFacts, endpoint: str, said: Json) -> PageFacts:
    url = page_heads.address(endpoint, _text(said.get("url")))
    if url is None:
        return facts
    size = page_heads.size(said.get("width"), said.get("height"))
    return replace(facts, kind=CardKind.PHOTO, embed_url=url, picture_url=url, picture_size=size)


def _frame(endpoint: str, said: Json) -> Frame | None:
    url = page_heads.frame_in(endpoint, _text(said.get("html"))[:_LONGEST_HTML])
    width, height = page_heads.size(said.get("width"), said.get("height")) or (0, 0)
    return Frame(url, width, height) if url else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

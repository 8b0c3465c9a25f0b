"""Cards: what a page that a post links to says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CardKind(StrEnum):
    """What a page is about, in the words of Mastodon's API; a VIDEO has a frame in which it plays."""

    LINK = "link"
    PHOTO = "photo"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a page of another site can be shown inside of another: `url` is https. 0 is a size that is not said."""

    url: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says about itself, as plain text. Addresses are absolute; `creator` is the handle of whoever the page
    names as its author in the Fediverse, `oembed_url` where its server says more.
    """

    title: str
    description: str = ""
    site: str = ""
    author_name: str = ""
    author_url: str = ""
    creator: str | None = None
    language: str | None = None
    published_at: int | None = None
    picture_url: str | None = None
    picture_says: str = ""
    picture_size: tuple[int, int] | None = None
    kind: CardKind = CardKind.LINK
    site_url: str = ""
    embed_url: str = ""
    frame: Frame | None = None
    oembed_url: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a page. `author_id` is the actor who wrote it, `unconfirmed_id` one of ours whom the page names
    and who has not said so, `post_id` the post of ours it is of; `width` and following are of its picture, which is
    reached through our own origin.
    """

    id: int
    url: str
    host: str
    shown_at: int
    title: str
    description: str
    site: str
    author_name: str
    author_url: str
    author_id: int | None
    language: str | None
    published_at: int | None
    post_id: int | None
    picture_id: int | None
    picture_says: str
    kind: CardKind
    site_url: str
    embed_url: str
    frame_url: str
    frame_width: int
    frame_height: int
    unconfirmed_id: int | None
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None

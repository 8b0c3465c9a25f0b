"""Cards: what a page that a post links to says about itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What the head of a page says, as plain text. `picture_url` and `author_url` are absolute, `creator` is the handle
    of whoever the page names as its author in the Fediverse.
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


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a page. `author_id` is the actor who wrote it, `post_id` the
    post of ours it is of; `width` and following are of its picture, which
    is reached through our own origin.
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
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None

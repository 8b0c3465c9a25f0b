"""Hashtags as people stand to them: read at home, or shown on one's page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FollowedTag:
    """A hashtag that somebody follows, folded; lists are cut by the id of the follow."""

    id: int
    folded: str


@dataclass(frozen=True, slots=True)
class FeaturedTag:
    """A hashtag somebody shows on her page as she wrote it, and what everybody may read of hers with it.

    `last_at` is when the latest of that was published (milliseconds).
    """

    id: int
    folded: str
    name: str
    posts: int = 0
    last_at: int | None = None

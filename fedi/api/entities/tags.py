"""Tag: a hashtag with how much it was used of late."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from urllib.parse import quote

from fedi.api.entities.accounts import Json
from fedi.api.entities.times import DAY_MS, day_or_none
from fedi.config import School
from fedi.models.tags import FeaturedTag
from fedi.store.tag_uses import Uses

DAYS = 7


def tag(school: School, folded: str, uses: Sequence[Uses], now: int, **standing: bool) -> Json:
    """A hashtag with its last seven days, today first; `standing` says whether the caller follows and features it."""
    return {
        "id": tag_id(folded),
        "name": folded,
        "url": address(school, folded),
        "history": _history(uses, now),
        **standing,
    }


def featured(school: School, each: FeaturedTag) -> Json:
    """FeaturedTag: a hashtag on somebody's page."""
    return {
        "id": str(each.id),
        "name": each.name,
        "url": address(school, each.folded),
        "statuses_count": str(each.posts),
        "last_status_at": day_or_none(each.last_at),
    }


def address(school: School, folded: str) -> str:
    """The page of a hashtag."""
    return f"{school.base_url}/tags/{quote(folded)}"


def tag_id(folded: str) -> str:
    """Hashtags are known by their names; clients want a number too, and it is the same at every school."""
    return str(int.from_bytes(blake2b(folded.encode(), digest_size=8).digest()) >> 2)


def _history(uses: Sequence[Uses], now: int) -> list[Json]:
    by_day = {each.day: each for each in uses}
    today = now // DAY_MS
    return [_day(day, by_day.get(day)) for day in range(today, today - DAYS, -1)]


def _day(day: int, used: Uses | None) -> Json:
    posts, people = (used.posts, used.people) if used else (0, 0)
    return {"day": str(day * DAY_MS // 1000), "uses": str(posts), "accounts": str(people)}

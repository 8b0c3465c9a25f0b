"""How hashtags are used: which ones begin so, and how much each is used a day. Only what many may read is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fedi.ids import LOW_BITS
from fedi.models.actors import Actor
from fedi.store.database import Transaction

_DAY = 24 * 60 * 60_000 << LOW_BITS
_LAST = "\U0010ffff"
_SHARED = """(
    p.circle = 'public' OR (p.circle IN ('school', 'partners') AND CAST(:local AS $bool))
)"""


@dataclass(frozen=True, slots=True)
class Uses:
    """One day of a hashtag; `day` counts days since 1970."""

    folded: str
    day: int
    posts: int
    people: int


async def beginning(tx: Transaction, viewer: Actor | None, folded: str, limit: int, offset: int = 0) -> list[str]:
    """Hashtags that begin so, the one that is whole first, then those used most."""
    return await tx.all(
        str,
        f"""
        SELECT t.folded FROM post_tags t JOIN posts p ON p.id = t.post_id
        WHERE  t.folded >= :begins AND t.folded < :ends AND {_SHARED}
        GROUP  BY t.folded
        ORDER  BY CASE WHEN t.folded = :begins THEN 0 ELSE 1 END, count(*) DESC, t.folded
        LIMIT  :limit OFFSET :offset
        """,
        begins=folded,
        ends=folded + _LAST,
        limit=limit,
        offset=offset,
        local=viewer is not None and viewer.local,
    )


async def lately(tx: Transaction, folded: Sequence[str], days: int) -> dict[str, list[Uses]]:
    """What became public with each of these hashtags in the last days, today included."""
    found = await tx.all(
        Uses,
        f"""
        SELECT t.folded, t.post_id / {_DAY} AS day, count(*) AS posts, count(DISTINCT p.actor_id) AS people
        FROM   post_tags t JOIN posts p ON p.id = t.post_id
        WHERE  t.folded IN :folded* AND t.post_id >= :since AND p.circle = 'public'
        GROUP  BY t.folded, t.post_id / {_DAY}
        """,
        folded=list(folded),
        since=max(0, (tx.now << LOW_BITS) // _DAY - days + 1) * _DAY,
    )
    return {each: [uses for uses in found if uses.folded == each] for each in folded}

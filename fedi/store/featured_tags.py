"""Hashtags that people show on their pages, in numbered places, and the hashtags of what everybody may read of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fedi.models.posts import Tag
from fedi.models.tags import FeaturedTag
from fedi.store.database import Transaction

_OPEN = "p.actor_id = :actor AND p.circle IN ('public', 'network')"


async def insert(tx: Transaction, actor_id: int, tag: Tag, places: int) -> bool:
    """Show a hashtag in the first free of so many places; False if there is none, or it is shown already."""
    taken = set(await tx.all(int, "SELECT place FROM featured_tags WHERE actor_id = :actor", actor=actor_id))
    free = next((place for place in range(places) if place not in taken), None)
    if free is None:
        return False
    inserted = await tx.execute(
        """
        INSERT INTO featured_tags (id, actor_id, place, folded, name) VALUES (:id, :actor, :place, :folded, :name)
        ON CONFLICT DO NOTHING
        """,
        id=tx.new_id(),
        actor=actor_id,
        place=free,
        folded=tag.folded,
        name=tag.name,
    )
    return inserted == 1


async def delete(tx: Transaction, actor_id: int, folded: str) -> None:
    """Show it no longer."""
    await tx.execute(
        "DELETE FROM featured_tags WHERE actor_id = :actor AND folded = :folded", actor=actor_id, folded=folded
    )


async def forget(tx: Transaction, actor_id: int) -> None:
    """Somebody shows no hashtags any more."""
    await tx.execute("DELETE FROM featured_tags WHERE actor_id = :actor", actor=actor_id)


async def among(tx: Transaction, actor_id: int, folded: Iterable[str]) -> set[str]:
    """Which of these hashtags somebody shows."""
    found = await tx.all(
        str,
        "SELECT folded FROM featured_tags WHERE actor_id = :actor AND folded IN :folded*",
        actor=actor_id,
        folded=list(folded),
    )
    return set(found)


@dataclass(frozen=True, slots=True)
class _Use:
    folded: str
    posts: int
    last_at: int


async def of_actor(tx: Transaction, actor_id: int) -> list[FeaturedTag]:
    """What somebody shows, most used first."""
    shown = await tx.all(
        FeaturedTag, "SELECT id, folded, name FROM featured_tags WHERE actor_id = :actor ORDER BY id", actor=actor_id
    )
    if not shown:
        return []
    uses = await tx.all(
        _Use,
        f"""
        SELECT t.folded, count(*) AS posts, max(p.published_at) AS last_at
        FROM   posts p JOIN post_tags t ON t.post_id = p.id
        WHERE  {_OPEN} AND t.folded IN :folded*
        GROUP  BY t.folded
        """,
        actor=actor_id,
        folded=[each.folded for each in shown],
    )
    counted = {each.folded: each for each in uses}
    found = [
        replace(each, posts=use.posts, last_at=use.last_at) if (use := counted.get(each.folded)) else each
        for each in shown
    ]
    return sorted(found, key=lambda each: -each.posts)


async def most_used(tx: Transaction, actor_id: int, limit: int) -> list[str]:
    """The hashtags somebody uses most and does not show, folded."""
    return await tx.all(
        str,
        f"""
        SELECT t.folded FROM posts p JOIN post_tags t ON t.post_id = p.id
        WHERE  {_OPEN} AND t.folded NOT IN (SELECT folded FROM featured_tags WHERE actor_id = :actor)
        GROUP  BY t.folded
        ORDER  BY count(*) DESC, t.folded
        LIMIT  :limit
        """,
        actor=actor_id,
        limit=limit,
    )

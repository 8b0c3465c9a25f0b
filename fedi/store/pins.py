"""Pins: the posts an actor shows first, in numbered places, so that there are never more of them than places."""

from __future__ import annotations

from collections.abc import Iterable

from fedi.models.actors import Actor
from fedi.models.posts import Post
from fedi.store.database import Transaction
from fedi.store.posts import COLUMNS
from fedi.store.visibility import VISIBLE, as_seen_by


async def insert(tx: Transaction, actor_id: int, post_id: int, places: int) -> bool:
    """Pin a post to the first free of so many places; False if there is none, or the post is pinned already."""
    taken = set(await tx.all(int, "SELECT place FROM pins WHERE actor_id = :actor", actor=actor_id))
    free = next((place for place in range(places) if place not in taken), None)
    if free is None:
        return False
    inserted = await tx.execute(
        """
        INSERT INTO pins (actor_id, place, post_id, pinned_at) VALUES (:actor, :place, :post, :now)
        ON CONFLICT DO NOTHING
        """,
        actor=actor_id,
        place=free,
        post=post_id,
        now=tx.now,
    )
    return inserted == 1


async def delete(tx: Transaction, post_id: int) -> bool:
    """Take a pin off; False if there was none."""
    return await tx.execute("DELETE FROM pins WHERE post_id = :post", post=post_id) == 1


async def forget(tx: Transaction, actor_id: int) -> None:
    """An actor shows nothing first any more."""
    await tx.execute("DELETE FROM pins WHERE actor_id = :actor", actor=actor_id)


async def ids(tx: Transaction, actor_id: int) -> list[int]:
    """What an actor has pinned, the latest first, whoever may see it."""
    return await tx.all(
        int, "SELECT post_id FROM pins WHERE actor_id = :actor ORDER BY pinned_at DESC, place DESC", actor=actor_id
    )


async def among(tx: Transaction, post_ids: Iterable[int]) -> set[int]:
    """Which of these posts are pinned."""
    return set(await tx.all(int, "SELECT post_id FROM pins WHERE post_id IN :ids*", ids=list(post_ids)))


async def shown(tx: Transaction, viewer: Actor | None, actor_id: int) -> list[Post]:
    """What an actor has pinned, as far as `viewer` may see it, the latest first."""
    return await tx.all(
        Post,
        f"""
        SELECT {COLUMNS} FROM pins JOIN posts p ON p.id = pins.post_id
        WHERE  pins.actor_id = :actor AND {VISIBLE}
        ORDER  BY pins.pinned_at DESC, pins.place DESC
        """,
        actor=actor_id,
        **as_seen_by(viewer),
    )

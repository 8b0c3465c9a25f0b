"""Likes: who thanked whom for what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.paging import Page
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Like:
    """One actor's like of one post; `uri` is its activity's, where it had one."""

    id: int
    uri: str | None


async def insert(tx: Transaction, like_id: int, post_id: int, actor_id: int, uri: str | None) -> bool:
    """Remember a like; False if this actor likes the post already."""
    changed = await tx.execute(
        """
        INSERT INTO likes (id, post_id, actor_id, uri, created_at) VALUES (:id, :post, :actor, :uri, :now)
        ON CONFLICT DO NOTHING
        """,
        id=like_id,
        post=post_id,
        actor=actor_id,
        uri=uri,
        now=tx.now,
    )
    return changed == 1


async def by(tx: Transaction, actor_id: int, post_id: int) -> Like | None:
    """This actor's like of this post."""
    return await tx.one(
        Like,
        "SELECT id, uri FROM likes WHERE post_id = :post AND actor_id = :actor",
        post=post_id,
        actor=actor_id,
    )


async def delete(tx: Transaction, like_id: int) -> bool:
    """Forget a like; False if it was gone already."""
    return await tx.execute("DELETE FROM likes WHERE id = :id", id=like_id) == 1


async def liked_by(tx: Transaction, actor_id: int, post_ids: Iterable[int]) -> set[int]:
    """Which of these posts the actor likes."""
    found = await tx.all(
        int,
        "SELECT post_id FROM likes WHERE actor_id = :actor AND post_id IN :ids*",
        actor=actor_id,
        ids=list(post_ids),
    )
    return set(found)


async def posts_of(tx: Transaction, actor_id: int, page: Page) -> list[int]:
    """The posts an actor likes, the latest like first. The page is one of likes' ids."""
    return await tx.all(
        int,
        """
        SELECT post_id FROM likes
        WHERE  actor_id = :actor AND id < :below AND id > :above
        ORDER  BY id DESC
        LIMIT  :limit
        """,
        actor=actor_id,
        below=page.below,
        above=page.above,
        limit=page.limit,
    )


async def liked_as(tx: Transaction, actor_id: int, uri: str) -> int | None:
    """The id of the post that this actor liked by the activity with this id."""
    post_id: int | None = await tx.value(
        "SELECT post_id FROM likes WHERE actor_id = :actor AND uri = :uri", actor=actor_id, uri=uri
    )
    return post_id

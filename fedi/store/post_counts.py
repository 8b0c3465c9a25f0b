"""What posts and their authors show in numbers, kept when something happens to a post."""

from __future__ import annotations

from fedi.models.posts import Circle, Post
from fedi.store.database import Transaction


async def replies(tx: Transaction, post_id: int, by: int) -> None:
    """Add to the number of answers a post shows."""
    await tx.execute("UPDATE posts SET replies_count = replies_count + :by WHERE id = :id", by=by, id=post_id)


async def likes(tx: Transaction, post_id: int, by: int) -> None:
    """Add to the number of likes a post shows."""
    await tx.execute("UPDATE posts SET likes_count = likes_count + :by WHERE id = :id", by=by, id=post_id)


async def boosts(tx: Transaction, post_id: int, by: int) -> None:
    """Add to the number of boosts a post shows."""
    await tx.execute("UPDATE posts SET boosts_count = boosts_count + :by WHERE id = :id", by=by, id=post_id)


async def latest(tx: Transaction, post: Post) -> None:
    """An actor has published something; what everybody may read says when she last did, for the directory. It goes on
    saying so when it is deleted: her activity was one, and nobody may follow this id to a post.
    """
    if post.circle is Circle.PUBLIC:
        await tx.execute(
            "UPDATE actors SET last_post_id = :post WHERE id = :actor AND last_post_id < :post",
            post=post.id,
            actor=post.actor_id,
        )


async def published(tx: Transaction, post: Post) -> None:
    """An actor shows one post more; the same is noted of it as by `latest`."""
    await tx.execute(
        """
        UPDATE actors
        SET    posts_count = posts_count + 1,
               last_post_id = CASE WHEN last_post_id < :latest THEN :latest ELSE last_post_id END
        WHERE  id = :actor
        """,
        latest=post.id if post.circle is Circle.PUBLIC else 0,
        actor=post.actor_id,
    )


async def erased(tx: Transaction, post: Post) -> None:
    """... or one less."""
    await tx.execute("UPDATE actors SET posts_count = posts_count - 1 WHERE id = :actor", actor=post.actor_id)

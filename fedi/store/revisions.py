"""Revisions: what a post said before it was edited."""

from __future__ import annotations

from fedi.models.posts import Post, Revision
from fedi.store.database import Transaction

KEPT = 50
"""How many earlier texts of a post are kept: somebody who edits without end fills no disk."""


async def keep(tx: Transaction, post: Post) -> None:
    """Keep what a post says now, before an edit replaces it; the oldest texts beyond KEPT are forgotten."""
    await tx.execute(
        """
        INSERT INTO revisions (id, post_id, created_at, title, summary, content, sensitive)
        VALUES (:id, :post, :created_at, :title, :summary, :content, :sensitive)
        """,
        id=tx.new_id(),
        post=post.id,
        created_at=post.published_at if post.edited_at is None else post.edited_at,
        title=post.title,
        summary=post.summary,
        content=post.content,
        sensitive=post.sensitive,
    )
    await tx.execute(
        """
        DELETE FROM revisions
        WHERE  post_id = :post
        AND    id <= (SELECT id FROM revisions WHERE post_id = :post ORDER BY id DESC LIMIT 1 OFFSET :kept)
        """,
        post=post.id,
        kept=KEPT,
    )


async def of_post(tx: Transaction, post_id: int) -> list[Revision]:
    """The earlier texts of a post, the first one first."""
    return await tx.all(
        Revision,
        """
        SELECT id, post_id, created_at, title, summary, content, sensitive
        FROM   revisions
        WHERE  post_id = :post
        ORDER  BY id
        """,
        post=post_id,
    )

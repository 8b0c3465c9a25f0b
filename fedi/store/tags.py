"""Hashtags of posts: found by their folded form, shown as their author wrote them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.posts import Tag
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class TagOfPost:
    """One hashtag of one post."""

    post_id: int
    name: str
    folded: str


async def insert(tx: Transaction, post_id: int, tags: Iterable[Tag]) -> None:
    """Hang hashtags on a post; of two spellings the first one stays."""
    await tx.execute_many(
        "INSERT INTO post_tags (post_id, folded, name) VALUES (:post, :folded, :name) ON CONFLICT DO NOTHING",
        [{"post": post_id, "folded": tag.folded, "name": tag.name} for tag in tags],
    )


async def remove(tx: Transaction, post_id: int) -> None:
    """Take all hashtags off a post."""
    await tx.execute("DELETE FROM post_tags WHERE post_id = :post", post=post_id)


async def of_posts(tx: Transaction, post_ids: Iterable[int]) -> list[TagOfPost]:
    """The hashtags of these posts."""
    return await tx.all(
        TagOfPost,
        "SELECT post_id, name, folded FROM post_tags WHERE post_id IN :ids* ORDER BY post_id, folded",
        ids=list(post_ids),
    )

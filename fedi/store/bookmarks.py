"""What a person keeps for herself, and the conversations she wants to hear no more of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.store.database import Transaction
from fedi.store.pages import newest
from fedi.store.visibility import VISIBLE, as_seen_by


@dataclass(frozen=True, slots=True)
class Marked:
    """A post in a list of somebody's marks: the mark's id, and the post's."""

    id: int
    post_id: int


async def insert(tx: Transaction, account_id: int, post_id: int) -> None:
    """Keep a post; again changes nothing."""
    await tx.execute(
        """
        INSERT INTO bookmarks (id, account_id, post_id, created_at) VALUES (:id, :account, :post, :now)
        ON CONFLICT DO NOTHING
        """,
        id=tx.new_id(),
        account=account_id,
        post=post_id,
        now=tx.now,
    )


async def delete(tx: Transaction, account_id: int, post_id: int) -> None:
    """Keep it no longer."""
    await tx.execute(
        "DELETE FROM bookmarks WHERE account_id = :account AND post_id = :post", account=account_id, post=post_id
    )


async def among(tx: Transaction, account_id: int, post_ids: Iterable[int]) -> list[int]:
    """Which of these posts somebody keeps."""
    return await tx.all(
        int,
        "SELECT post_id FROM bookmarks WHERE account_id = :account AND post_id IN :ids*",
        account=account_id,
        ids=list(post_ids),
    )


async def bookmarked(tx: Transaction, viewer: Actor, page: Page) -> list[Marked]:
    """What somebody keeps and still may see, the latest first; the page is one of bookmarks."""
    return await _marked(tx, "bookmarks m", "m.account_id", viewer, page)


async def liked(tx: Transaction, viewer: Actor, page: Page) -> list[Marked]:
    """What somebody likes and still may see, the latest first; the page is one of likes."""
    return await _marked(tx, "likes m", "m.actor_id", viewer, page)


async def _marked(tx: Transaction, source: str, owner: str, viewer: Actor, page: Page) -> list[Marked]:
    return await newest(
        tx,
        Marked,
        f"""
        SELECT m.id, m.post_id FROM {source} JOIN posts p ON p.id = m.post_id
        WHERE  {owner} = :owner AND {VISIBLE}
        """,
        "m.id",
        page,
        owner=viewer.id,
        **as_seen_by(viewer),
    )


async def mute_thread(tx: Transaction, account_id: int, thread_id: int) -> None:
    """Hear no more of a conversation."""
    await tx.execute(
        "INSERT INTO muted_threads (account_id, thread_id) VALUES (:account, :thread) ON CONFLICT DO NOTHING",
        account=account_id,
        thread=thread_id,
    )


async def unmute_thread(tx: Transaction, account_id: int, thread_id: int) -> None:
    """Hear of it again."""
    await tx.execute(
        "DELETE FROM muted_threads WHERE account_id = :account AND thread_id = :thread",
        account=account_id,
        thread=thread_id,
    )

"""Hashtags that people follow, and what comes into their homes by them."""

from __future__ import annotations

from collections.abc import Iterable

from fedi.models.paging import Page
from fedi.models.posts import Post
from fedi.models.tags import FollowedTag
from fedi.store.database import Transaction
from fedi.store.pages import newest
from fedi.store.timelines import APART, HOME_ENTRIES, READ_APART, TOLD_HERE


async def insert(tx: Transaction, account_id: int, folded: str) -> None:
    """Follow a hashtag; again changes nothing."""
    await tx.execute(
        "INSERT INTO followed_tags (id, account_id, folded) VALUES (:id, :account, :folded) ON CONFLICT DO NOTHING",
        id=tx.new_id(),
        account=account_id,
        folded=folded,
    )


async def delete(tx: Transaction, account_id: int, folded: str) -> bool:
    """Follow it no longer; False if it was not followed."""
    deleted = await tx.execute(
        "DELETE FROM followed_tags WHERE account_id = :account AND folded = :folded", account=account_id, folded=folded
    )
    return deleted == 1


async def count(tx: Transaction, account_id: int) -> int:
    """How many hashtags somebody follows."""
    counted: int = await tx.value("SELECT count(*) FROM followed_tags WHERE account_id = :account", account=account_id)
    return counted


async def page(tx: Transaction, account_id: int, page: Page) -> list[FollowedTag]:
    """Which hashtags somebody follows, the latest first."""
    return await newest(
        tx,
        FollowedTag,
        "SELECT id, folded FROM followed_tags WHERE account_id = :account",
        "id",
        page,
        account=account_id,
    )


async def among(tx: Transaction, account_id: int, folded: Iterable[str]) -> set[str]:
    """Which of these hashtags somebody follows."""
    found = await tx.all(
        str,
        "SELECT folded FROM followed_tags WHERE account_id = :account AND folded IN :folded*",
        account=account_id,
        folded=list(folded),
    )
    return set(found)


# --- homes ------------------------------------------------------------------------------------------


async def readers(tx: Transaction, post: Post, *, after: int, limit: int, seen_since: int) -> list[int]:
    """The accounts in whose homes a post belongs by its hashtags and is not yet, those above `after` first.

    Accounts not seen since `seen_since` (milliseconds) are passed over.
    """
    return await tx.all(
        int,
        f"""
        SELECT DISTINCT f.account_id
        FROM   post_tags t JOIN followed_tags f ON f.folded = t.folded JOIN accounts a ON a.id = f.account_id
        WHERE  t.post_id = :post AND f.account_id > :after AND f.account_id <> :author
        AND    a.last_seen_at >= :seen_since AND a.disabled_at IS NULL AND f.account_id NOT IN {READ_APART}
        AND    NOT EXISTS (SELECT 1 FROM home_entries WHERE account_id = f.account_id AND post_id = :post)
        ORDER  BY f.account_id
        LIMIT  :limit
        """,
        post=post.id,
        author=post.actor_id,
        after=after,
        limit=limit,
        seen_since=seen_since,
    )


async def refill(tx: Transaction, account_id: int) -> None:
    """Put the latest posts with followed hashtags into a home that is written anew."""
    await tx.execute(
        f"""
        INSERT INTO home_entries (account_id, post_id)
        SELECT DISTINCT CAST(:account AS $id), t.post_id
        FROM   followed_tags f JOIN post_tags t ON t.folded = f.folded JOIN posts p ON p.id = t.post_id
        WHERE  f.account_id = :account AND p.circle IN {TOLD_HERE} AND p.actor_id NOT IN {APART}
        ORDER  BY t.post_id DESC
        LIMIT  {HOME_ENTRIES}
        ON CONFLICT DO NOTHING
        """,
        account=account_id,
    )


async def take_out(tx: Transaction, account_id: int, folded: str) -> None:
    """Take out of a home what stands there by nothing but a hashtag that is followed no longer."""
    await tx.execute(
        """
        DELETE FROM home_entries
        WHERE  account_id = :account AND post_id IN (
                   SELECT h.post_id
                   FROM   home_entries h JOIN post_tags t ON t.post_id = h.post_id JOIN posts p ON p.id = h.post_id
                   WHERE  h.account_id = :account AND t.folded = :folded AND p.actor_id <> :account
                   AND    NOT EXISTS (
                              SELECT 1 FROM follows
                              WHERE  follower_id = :account AND followed_id = p.actor_id AND state = 'accepted'
                          )
                   AND    NOT EXISTS (
                              SELECT 1 FROM post_tags other JOIN followed_tags f ON f.folded = other.folded
                              WHERE  other.post_id = h.post_id AND f.account_id = :account
                          )
               )
        """,
        account=account_id,
        folded=folded,
    )

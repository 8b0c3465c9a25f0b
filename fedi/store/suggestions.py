"""Whom a person might want to follow. Whoever she follows, has asked, does not want to read, or has dismissed is not
among them.
"""

from __future__ import annotations

from fedi.store.database import Transaction
from fedi.store.visibility import UNWANTED

FRIENDS, FRIENDS_OF_FRIENDS = 100, 500
"""Of so many she has followed last, and so many whom most of those follow: the search ends there."""

_POSSIBLE = f"""(
    a.id <> :viewer AND a.kind = 'Person'
    AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.moved_to IS NULL
    AND NOT EXISTS (SELECT 1 FROM follows WHERE follower_id = :viewer AND followed_id = a.id)
    AND NOT EXISTS (SELECT 1 FROM dismissed_suggestions WHERE account_id = :viewer AND actor_id = a.id)
    AND a.id NOT IN {UNWANTED}
)"""


async def friends_of_friends(tx: Transaction, viewer_id: int, limit: int) -> list[int]:
    """Whom those follow whom she follows, those first whom most of them do, as far as they want to be found."""
    return await tx.all(
        int,
        f"""
        SELECT a.id
        FROM   (
                   SELECT theirs.followed_id AS id, count(*) AS common
                   FROM   (
                              SELECT followed_id AS id FROM follows
                              WHERE  follower_id = :viewer AND state = 'accepted'
                              ORDER  BY follows.id DESC
                              LIMIT  {FRIENDS}
                          ) friends
                   JOIN   follows theirs ON theirs.follower_id = friends.id AND theirs.state = 'accepted'
                   GROUP  BY theirs.followed_id
                   ORDER  BY count(*) DESC, theirs.followed_id
                   LIMIT  {FRIENDS_OF_FRIENDS}
               ) found
        JOIN   actors a ON a.id = found.id
        WHERE  a.discoverable AND {_POSSIBLE}
        ORDER  BY found.common DESC, a.followers_count DESC, a.id
        LIMIT  :limit
        """,
        viewer=viewer_id,
        limit=limit,
        now=tx.now,
    )


async def colleagues(tx: Transaction, viewer_id: int, limit: int) -> list[int]:
    """People of this school, those most followed first."""
    return await tx.all(
        int,
        f"""
        SELECT a.id FROM accounts JOIN actors a ON a.id = accounts.id
        WHERE  accounts.disabled_at IS NULL AND {_POSSIBLE}
        ORDER  BY a.followers_count DESC, a.id
        LIMIT  :limit
        """,
        viewer=viewer_id,
        limit=limit,
        now=tx.now,
    )


async def dismiss(tx: Transaction, account_id: int, actor_id: int) -> None:
    """Suggest somebody no more; of nobody's id, and again, nothing happens."""
    await tx.execute(
        """
        INSERT INTO dismissed_suggestions (account_id, actor_id)
        SELECT CAST(:account AS $id), id FROM actors WHERE id = :actor
        ON CONFLICT DO NOTHING
        """,
        account=account_id,
        actor=actor_id,
    )

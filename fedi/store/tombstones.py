"""What is gone: deleted posts, and Deletes that came before what they delete."""

from __future__ import annotations

from fedi.store.database import Transaction

KEPT_DAYS = 90
"""How long a peer's tombstone is kept. Ours are kept for good: their addresses answer that the post is gone."""

REMEMBERED = 1_000

_DAY = 24 * 60 * 60 * 1000


async def insert(tx: Transaction, uri: str, actor_uri: str, *, public: bool) -> None:
    """Remember that a post is gone; `public` ones answer 410, of the others nobody learns that they were."""
    await tx.execute(
        """
        INSERT INTO tombstones (uri, actor_uri, public, deleted_at) VALUES (:uri, :actor, :public, :now)
        ON CONFLICT DO NOTHING
        """,
        uri=uri,
        actor=actor_uri,
        public=public,
        now=tx.now,
    )


async def remember(tx: Transaction, uri: str, actor_uri: str) -> None:
    """A peer's Delete came before what it deletes; of one actor the latest REMEMBERED are kept."""
    await insert(tx, uri, actor_uri, public=False)
    await tx.execute(
        """
        DELETE FROM tombstones
        WHERE  actor_uri = :actor
        AND    uri IN (SELECT uri FROM tombstones WHERE actor_uri = :actor
                       ORDER BY deleted_at DESC, uri LIMIT 1000000 OFFSET :kept)
        """,
        actor=actor_uri,
        kept=REMEMBERED,
    )


async def exists(tx: Transaction, uri: str, actor_uri: str) -> bool:
    """Whether this actor has deleted this post; what others say of it does not count."""
    found = await tx.value("SELECT 1 FROM tombstones WHERE uri = :uri AND actor_uri = :actor", uri=uri, actor=actor_uri)
    return found is not None


async def is_public(tx: Transaction, uri: str) -> bool:
    """Whether a post of this address was readable by anybody before it was deleted."""
    return await tx.value("SELECT 1 FROM tombstones WHERE uri = :uri AND public", uri=uri) is not None


async def prune(tx: Transaction) -> int:
    """Forget the old tombstones of peers; how many."""
    return await tx.execute(
        """
        DELETE FROM tombstones
        WHERE  deleted_at < :limit AND NOT EXISTS (SELECT 1 FROM actors WHERE uri = tombstones.actor_uri AND local)
        """,
        limit=tx.now - KEPT_DAYS * _DAY,
    )

"""What waits for moderators and administrators, counted for every page they read."""

from __future__ import annotations

from fedi.models.moderation import Waiting
from fedi.store.database import Transaction


async def counted(tx: Transaction) -> Waiting:
    """How many reports are open, servers stand at the door, and schools offer an agreement that is not answered."""
    found = await tx.one(
        Waiting,
        """
        SELECT (SELECT count(*) FROM reports WHERE resolved_at IS NULL) AS reports,
               (SELECT count(*) FROM (
                   SELECT host FROM received WHERE held
                   UNION
                   SELECT a.host FROM follows f JOIN actors a ON a.id = f.follower_id WHERE f.state = 'held'
               ) strangers) AS servers,
               (SELECT count(*) FROM peers
                WHERE  confirmed_by_them_at IS NOT NULL AND offered_at IS NULL AND standing <> 'blocked') AS agreements
        """,
    )
    return found or Waiting()

"""Redrafts: in which circle stood what somebody has just taken back, perhaps to write it anew."""

from __future__ import annotations

from fedi.models.posts import Circle
from fedi.store.database import Transaction


async def expect(tx: Transaction, account_id: int, circle: Circle, until: int) -> None:
    """Remember the circle of a deleted post until a time (milliseconds); the last one counts."""
    await tx.execute(
        """
        INSERT INTO redrafts (account_id, circle, until) VALUES (:account, :circle, :until)
        ON CONFLICT (account_id) DO UPDATE SET circle = excluded.circle, until = excluded.until
        """,
        account=account_id,
        circle=circle,
        until=until,
    )


async def expected(tx: Transaction, account_id: int) -> Circle | None:
    """The circle of what may be written anew now."""
    found = await tx.one(
        str, "SELECT circle FROM redrafts WHERE account_id = :account AND until > :now", account=account_id, now=tx.now
    )
    return Circle(found) if found is not None else None


async def take(tx: Transaction, account_id: int) -> Circle | None:
    """The same, once."""
    found = await tx.one(
        str,
        "DELETE FROM redrafts WHERE account_id = :account AND until > :now RETURNING circle",
        account=account_id,
        now=tx.now,
    )
    return Circle(found) if found is not None else None

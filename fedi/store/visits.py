"""Visits: on which days people of the school were here. Days are counted since 1970, in UTC."""

from __future__ import annotations

from fedi.store.database import Transaction

DAY_MS = 24 * 60 * 60 * 1000
KEPT_DAYS = 400
"""A year and what it is compared with."""


async def note(tx: Transaction, account_id: int) -> None:
    """She is here today."""
    await tx.execute(
        "INSERT INTO visits (day, account_id) VALUES (:day, :account) ON CONFLICT DO NOTHING",
        day=tx.now // DAY_MS,
        account=account_id,
    )


async def prune(tx: Transaction) -> int:
    """Forget visits of long ago; how many."""
    return await tx.execute("DELETE FROM visits WHERE day < :day", day=tx.now // DAY_MS - KEPT_DAYS)

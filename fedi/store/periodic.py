"""When periodic work is next due; whoever moves the time on is the one who does it."""

from __future__ import annotations

from fedi.store.database import Transaction


async def waiting(tx: Transaction) -> set[str]:
    """The names of what is not due yet. Asked with every claim of jobs, when mostly nothing is."""
    return set(await tx.all(str, "SELECT name FROM periodic WHERE next_at > :now", now=tx.now))


async def take(tx: Transaction, name: str, interval_ms: int) -> bool:
    """Whether `name` is due and is now the caller's to do; it is due again after `interval_ms`."""
    taken = await tx.value(
        """
        INSERT INTO periodic (name, next_at)
        VALUES (:name, :next)
        ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at
         WHERE periodic.next_at <= :now
     RETURNING next_at
        """,
        name=name,
        next=tx.now + interval_ms,
        now=tx.now,
    )
    return taken is not None

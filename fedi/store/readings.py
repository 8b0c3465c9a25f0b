"""Readings: what was asked of other servers for people who look at it, so that nobody is asked again too soon."""

from __future__ import annotations

from fedi.models.readings import Reading, ReadingKind
from fedi.store.database import Transaction


async def begin(tx: Transaction, kind: ReadingKind, ref_id: int, pause_ms: int) -> bool:
    """Note that something is asked for now; False if it was asked for less than `pause_ms` ago."""
    return (
        await tx.execute(
            """
            INSERT INTO readings (kind, ref_id, asked_at, found) VALUES (:kind, :ref, :now, 0)
            ON CONFLICT (kind, ref_id) DO UPDATE SET asked_at = excluded.asked_at, finished_at = NULL, found = 0
            WHERE readings.asked_at <= :before
            """,
            kind=kind,
            ref=ref_id,
            now=tx.now,
            before=tx.now - pause_ms,
        )
        == 1
    )


async def finish(tx: Transaction, kind: ReadingKind, ref_id: int, found: int) -> None:
    """It has been read, and brought so many posts."""
    await tx.execute(
        "UPDATE readings SET finished_at = :now, found = :found WHERE kind = :kind AND ref_id = :ref",
        kind=kind,
        ref=ref_id,
        now=tx.now,
        found=found,
    )


async def of(tx: Transaction, kind: ReadingKind, ref_id: int) -> Reading | None:
    """The last reading of a thread, an actor or a poll; None if there was none lately."""
    return await tx.one(
        Reading,
        "SELECT kind, ref_id, asked_at, finished_at, found FROM readings WHERE kind = :kind AND ref_id = :ref",
        kind=kind,
        ref=ref_id,
    )


async def prune(tx: Transaction, before: int) -> int:
    """Forget readings asked for before a moment (milliseconds); how many."""
    return await tx.execute("DELETE FROM readings WHERE asked_at < :before", before=before)

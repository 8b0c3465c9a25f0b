"""How far somebody has read her timelines, so that each of her devices goes on where the last one stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fedi.store.database import Transaction

_COLUMNS = "timeline, last_read_id, version, updated_at"


@dataclass(frozen=True, slots=True)
class Marker:
    """The last post or notification that was read; `version` counts the changes."""

    timeline: str
    last_read_id: int
    version: int
    updated_at: int


async def of(tx: Transaction, account_id: int, timelines: Sequence[str]) -> list[Marker]:
    """The markers that were set."""
    return await tx.all(
        Marker,
        f"SELECT {_COLUMNS} FROM markers WHERE account_id = :account AND timeline IN :timelines*",
        account=account_id,
        timelines=list(timelines),
    )


async def put(tx: Transaction, account_id: int, timeline: str, last_read_id: int) -> None:
    """Set a marker, also back."""
    await tx.execute(
        f"""
        INSERT INTO markers (account_id, {_COLUMNS}) VALUES (:account, :timeline, :last_read, 1, :now)
        ON CONFLICT (account_id, timeline) DO UPDATE
        SET    last_read_id = excluded.last_read_id, version = markers.version + 1, updated_at = excluded.updated_at
        """,
        account=account_id,
        timeline=timeline,
        last_read=last_read_id,
        now=tx.now,
    )

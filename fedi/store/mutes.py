"""Mutes: whom a person does not want to read, for a while or for good. One that has run out counts as none."""

from __future__ import annotations

from dataclasses import asdict

from fedi.models.blocks import Mute, MuteView
from fedi.models.paging import Page
from fedi.store import actors
from fedi.store.database import Transaction

COLUMNS = "id, muter_id, muted_id, notifications, expires_at, created_at"
LASTS = "(expires_at IS NULL OR expires_at > :now)"


async def put(tx: Transaction, mute: Mute) -> None:
    """Mute somebody, in place of how she was muted before."""
    await tx.execute(
        f"""
        INSERT INTO mutes ({COLUMNS})
        VALUES (:id, :muter_id, :muted_id, :notifications, :expires_at, :created_at)
        ON CONFLICT (muter_id, muted_id) DO UPDATE
        SET    notifications = excluded.notifications, expires_at = excluded.expires_at
        """,
        **asdict(mute),
    )


async def delete(tx: Transaction, muter_id: int, muted_id: int) -> None:
    """Lift a mute."""
    await tx.execute("DELETE FROM mutes WHERE muter_id = :muter AND muted_id = :muted", muter=muter_id, muted=muted_id)


async def forget(tx: Transaction, actor_id: int) -> None:
    """Every mute with this actor at one end is gone with it."""
    await tx.execute("DELETE FROM mutes WHERE muter_id = :actor OR muted_id = :actor", actor=actor_id)


async def of(tx: Transaction, muter_id: int, muted_id: int) -> Mute | None:
    """The mute of one by the other, as long as it lasts."""
    return await tx.one(
        Mute,
        f"SELECT {COLUMNS} FROM mutes WHERE muter_id = :muter AND muted_id = :muted AND {LASTS}",
        muter=muter_id,
        muted=muted_id,
        now=tx.now,
    )


async def page(tx: Transaction, muter_id: int, page: Page) -> list[MuteView]:
    """Whom somebody has muted, the latest first."""
    found = await tx.all(
        Mute,
        f"""
        SELECT {COLUMNS} FROM mutes
        WHERE  muter_id = :muter AND {LASTS} AND id < :below AND id > :above
        ORDER  BY id {"ASC" if page.upwards else "DESC"}
        LIMIT  :limit
        """,
        muter=muter_id,
        now=tx.now,
        below=page.below,
        above=page.above,
        limit=page.limit,
    )
    known = await actors.by_ids(tx, [mute.muted_id for mute in found])
    views = [MuteView(mute, known[mute.muted_id]) for mute in found if mute.muted_id in known]
    return views[::-1] if page.upwards else views


async def prune(tx: Transaction) -> int:
    """Forget mutes that have run out; how many."""
    return await tx.execute("DELETE FROM mutes WHERE expires_at <= :now", now=tx.now)

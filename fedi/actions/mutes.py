"""Mutes: not reading somebody, for a while or for good. Nobody hears of it."""

from __future__ import annotations

from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.blocks import Mute, MuteView
from fedi.models.paging import Page
from fedi.store import mutes
from fedi.store.database import Transaction

LONGEST_MS = 10 * 365 * 24 * 60 * 60 * 1000


async def mute(
    tx: Transaction, muter: Actor, muted: Actor, *, notifications: bool = True, duration_ms: int | None = None
) -> None:
    """Show `muter` nothing that `muted` writes or passes on; with `notifications` nor tell her what the other does.

    `duration_ms` None or 0: for good. Again changes how.
    """
    if muter.id == muted.id:
        raise Invalid("Nobody can mute herself")
    if muted.deleted_at is not None:
        raise NotFound("There is no such person")
    if duration_ms is not None and not 0 <= duration_ms <= LONGEST_MS:
        raise Invalid("A mute lasts ten years at most; leave the time out for one without end", "duration")
    expires_at = tx.now + duration_ms if duration_ms else None
    await mutes.put(tx, Mute(tx.new_id(), muter.id, muted.id, notifications, expires_at, tx.now))


async def unmute(tx: Transaction, muter: Actor, muted: Actor) -> None:
    """Lift a mute: everything of the other is there again, also what was written meanwhile."""
    await mutes.delete(tx, muter.id, muted.id)


async def muted_by(tx: Transaction, muter: Actor, page: Page) -> list[MuteView]:
    """Whom a person has muted, the latest first."""
    return await mutes.page(tx, muter.id, page)

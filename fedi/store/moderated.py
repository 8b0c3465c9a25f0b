"""People as moderators look for them, and what was decided about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from fedi.models.moderation import Origin, Sought, Status, Strike
from fedi.models.paging import Page
from fedi.store.database import Transaction
from fedi.store.pages import newest
from fedi.text import fold

_STRIKE = ", ".join(field.name for field in fields(Strike))
_ORIGINS = {Origin.LOCAL: "a.local", Origin.REMOTE: "NOT a.local"}
_STATUSES = {
    Status.ACTIVE: "a.suspended_at IS NULL",
    # Whoever has an account here was invited.
    Status.PENDING: "a.id = 0",
    Status.DISABLED: "c.disabled_at IS NOT NULL AND c.disabled_at <> coalesce(a.suspended_at, 0)",
    Status.SILENCED: "a.limited_at IS NOT NULL",
    Status.SUSPENDED: "a.suspended_at IS NOT NULL",
    Status.SENSITIZED: "a.sensitized_at IS NOT NULL",
}
_DECIDED = f"({' OR '.join(_STATUSES[each] for each in (Status.SILENCED, Status.SUSPENDED, Status.SENSITIZED))})"


async def people(tx: Transaction, sought: Sought, page: Page) -> list[int]:
    """The ids of those who fit, the latest met first; neither who is deleted nor the school itself."""
    conditions, params = _conditions(sought)
    return await newest(
        tx,
        int,
        f"""
        SELECT a.id FROM actors a LEFT JOIN accounts c ON c.id = a.id
        WHERE  {" AND ".join(conditions)} AND a.deleted_at IS NULL AND NOT (a.local AND a.kind = 'Application')
        """,
        "a.id",
        page,
        **params,
    )


def _conditions(sought: Sought) -> tuple[list[str], dict[str, object]]:
    each = {
        "c.role IN :roles*": ("roles", None if sought.roles is None else list(sought.roles)),
        "c.invited_by = :invited_by": ("invited_by", sought.invited_by),
        "a.host = :domain": ("domain", sought.domain),
        _begins("a.username_folded", "username"): ("username", fold(sought.username) if sought.username else None),
        _begins("a.name", "name"): ("name", sought.name or None),
        _begins("c.email_folded", "email"): ("email", fold(sought.email) if sought.email else None),
    }
    wanted = {condition: given for condition, given in each.items() if given[1] is not None}
    states = [_ORIGINS.get(sought.origin) if sought.origin else None]
    states.append(_STATUSES[sought.status] if sought.status else None)
    states.append(_DECIDED if sought.decided else None)
    return [*filter(None, states), *wanted, "1 = 1"], dict(wanted.values())


def _begins(column: str, name: str) -> str:
    # Not LIKE: SQLite's knows no case of ASCII letters, PostgreSQL's does.
    return f"substr({column}, 1, length(CAST(:{name} AS TEXT))) = CAST(:{name} AS TEXT)"


async def add_strike(tx: Transaction, strike: Strike) -> None:
    """A decision was taken."""
    await tx.execute(
        f"""
        INSERT INTO strikes ({_STRIKE}) VALUES (:id, :target_id, :by_id, :measure, :text, :report_id, :created_at)
        """,
        **{field.name: getattr(strike, field.name) for field in fields(Strike)},
    )


async def strikes(tx: Transaction, target_id: int, limit: int) -> list[Strike]:
    """What was decided about somebody, the latest first."""
    return await tx.all(
        Strike,
        f"SELECT {_STRIKE} FROM strikes WHERE target_id = :target ORDER BY id DESC LIMIT :limit",
        target=target_id,
        limit=limit,
    )


async def strikes_by_ids(tx: Transaction, strike_ids: Sequence[int]) -> dict[int, Strike]:
    """Several decisions by their ids; without any no statement is run."""
    if not strike_ids:
        return {}
    found = await tx.all(Strike, f"SELECT {_STRIKE} FROM strikes WHERE id IN :ids*", ids=list(strike_ids))
    return {strike.id: strike for strike in found}

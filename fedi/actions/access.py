"""Who may act for a person: the programs she has let in, and everything that opens her account."""

from __future__ import annotations

from dataclasses import replace

from fedi.errors import NotFound
from fedi.models.oauth import Access, Token
from fedi.store import apps, sessions, tickets, tokens
from fedi.store.database import Transaction

_DAY_MS = 24 * 3600_000
UNUSED_APP_MS = _DAY_MS
"""A client that nobody has signed in with is forgotten after that: it registers anew at each sign-in."""

REVOKED_MS = 30 * _DAY_MS
"""How long who shows a revoked token is told that it was revoked."""


async def end(tx: Transaction, account_id: int, *, keep: str | None = None) -> None:
    """Nobody who could act for this account can any more, but for the browser with the token hash `keep`."""
    await sessions.end_all(tx, account_id, keep)
    await apps.end_grants(tx, account_id)
    await tickets.revoke_of(tx, account_id)
    await _revoke(tx, account_id, None)
    tx.announce("sessions", account_id)


async def programs(tx: Transaction, account_id: int) -> list[Access]:
    """The programs that act for a person, the one let in last first; what each may do, all its tokens together."""
    held: dict[int, list[Token]] = {}
    for token in await tokens.of_account(tx, account_id):
        held.setdefault(token.app_id, []).append(token)
    known = await apps.by_ids(tx, held)
    return [Access(_together(several), known[app_id]) for app_id, several in held.items()]


def _together(held: list[Token]) -> Token:
    """The latest of a program's tokens, with the scopes of all, let in with the first and used with any."""
    scopes = dict.fromkeys(scope for token in held for scope in token.scopes)
    return replace(
        held[0],
        scopes=tuple(scopes),
        created_at=min(token.created_at for token in held),
        used_at=max(token.used_at for token in held),
    )


async def end_program(tx: Transaction, account_id: int, app_id: int) -> None:
    """A program may not act for this person any more; NotFound if it does not."""
    if not await _revoke(tx, account_id, app_id):
        raise NotFound("This program has no access")


async def end_programs(tx: Transaction, account_id: int) -> None:
    """No program may act for this person any more; her browsers stay signed in."""
    await apps.end_grants(tx, account_id)
    await _revoke(tx, account_id, None)


async def _revoke(tx: Transaction, account_id: int, app_id: int | None) -> list[int]:
    revoked = await tokens.revoke_of(tx, account_id, app_id)
    for token_id in revoked:
        tx.announce("tokens", token_id)
    return revoked


async def prune(tx: Transaction) -> None:
    """Forget codes nobody came for, tokens revoked long ago, and clients nobody uses."""
    await apps.prune_grants(tx)
    await tokens.prune(tx, tx.now - REVOKED_MS)
    await apps.prune(tx, tx.now - UNUSED_APP_MS)

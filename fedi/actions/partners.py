"""With whom our partners have agreements: what is said here about a post for the partners of another school reaches
those who are partners of both.
"""

from __future__ import annotations

from fedi.store import jobs, partners
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

ASKED_EVERY_MS = 10 * 60_000
"""A partner is asked no more often than this, when something for its partners comes from it ..."""

GOOD_FOR_MS = 24 * 60 * 60 * 1000
"""... and when nothing comes, this often."""

MOST = 1_000
"""How many partners of one school are kept."""

_ASKED_AT_ONCE = 50


async def ask(tx: Transaction, host: str, age_ms: int = ASKED_EVERY_MS) -> None:
    """Have a partner asked with whom it has agreements, unless it was lately; nobody else is."""
    if await partners.ask(tx, host, tx.now - age_ms):
        await jobs.enqueue(tx, NewJob("read-partners", {"host": host}, Lane.INBOX))


async def ask_all(tx: Transaction) -> None:
    """The same of some whose word is old."""
    for host in await partners.unasked(tx, tx.now - GOOD_FOR_MS, _ASKED_AT_ONCE):
        await ask(tx, host, GOOD_FOR_MS)


async def learned(tx: Transaction, host: str, hosts: list[str]) -> None:
    """A partner has said who its partners are."""
    await partners.put(tx, host, hosts[:MOST])

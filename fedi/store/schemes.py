"""Which scheme of signatures a server understands, where it is not the usual one."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.store.database import Transaction

_MOST = 10_000
"""Rows. A forgotten host costs one more request; an attacker can make up as many hosts as he likes."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A host, and the name of the scheme it understands."""

    host: str
    scheme: str


async def latest(tx: Transaction, limit: int) -> list[Understood]:
    """What was learned last; of every other host the usual scheme is believed."""
    return await tx.all(
        Understood, "SELECT host, scheme FROM schemes ORDER BY noted_at DESC, host LIMIT :limit", limit=limit
    )


async def note(tx: Transaction, host: str, scheme: str) -> None:
    """Remember the scheme that a host has just understood."""
    await tx.execute(
        """
        INSERT INTO schemes (host, scheme, noted_at)
        VALUES (:host, :scheme, :now)
        ON CONFLICT (host) DO UPDATE SET scheme = excluded.scheme, noted_at = excluded.noted_at
        """,
        host=host,
        scheme=scheme,
        now=tx.now,
    )
    await tx.execute(
        """
        DELETE FROM schemes
        WHERE  noted_at < (SELECT noted_at FROM schemes ORDER BY noted_at DESC LIMIT 1 OFFSET :most)
        """,
        most=_MOST,
    )


async def forget(tx: Transaction, host: str) -> None:
    """A host understands the usual one after all."""
    await tx.execute("DELETE FROM schemes WHERE host = :host", host=host)


async def prune(tx: Transaction, before: int) -> int:
    """Drop what was learned before a moment (milliseconds): who still needs it shows so again. How many."""
    return await tx.execute("DELETE FROM schemes WHERE noted_at < :before", before=before)

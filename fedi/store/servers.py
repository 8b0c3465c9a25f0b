"""Other servers as we have met them: since when, when last, and what they run."""

from __future__ import annotations

from fedi.models.peers import Server
from fedi.store.database import Transaction

MOST = 20_000
"""So many servers are remembered: anybody can invent names of hosts."""

HOUR_MS = 60 * 60_000
_COLUMNS = "host, first_seen_at, last_heard_at, software, version, checked_at, trouble"


async def by_host(tx: Transaction, host: str) -> Server | None:
    """What we know of one server."""
    return await tx.one(Server, f"SELECT {_COLUMNS} FROM servers WHERE host = :host", host=host)


async def latest(tx: Transaction, limit: int) -> list[Server]:
    """The servers that spoke last, the latest first."""
    return await tx.all(
        Server,
        f"SELECT {_COLUMNS} FROM servers ORDER BY coalesce(last_heard_at, 0) DESC, host LIMIT :limit",
        limit=limit,
    )


async def heard(tx: Transaction, host: str) -> None:
    """Something signed came from a server; written at most once an hour."""
    await tx.execute(
        """
        INSERT INTO servers (host, first_seen_at, last_heard_at, software, version)
        SELECT :host, CAST(:now AS $time), CAST(:now AS $time), '', ''
         WHERE EXISTS (SELECT 1 FROM servers WHERE host = :host) OR (SELECT count(*) FROM servers) < :most
        ON CONFLICT (host) DO UPDATE SET last_heard_at = excluded.last_heard_at
         WHERE coalesce(servers.last_heard_at, 0) < :recently
        """,
        host=host,
        now=tx.now,
        most=MOST,
        recently=tx.now - HOUR_MS,
    )


async def meet(tx: Transaction) -> None:
    """Remember the servers that were written to or decided about, and have not spoken yet."""
    await tx.execute(
        """
        INSERT INTO servers (host, first_seen_at, software, version)
        SELECT host, CAST(:now AS $time), '', ''
          FROM (SELECT host FROM peers WHERE standing <> 'blocked'
                UNION SELECT host FROM hosts WHERE last_success_at IS NOT NULL) met
         WHERE (SELECT count(*) FROM servers) < :most
        ON CONFLICT (host) DO NOTHING
        """,
        now=tx.now,
        most=MOST,
    )


async def meet_one(tx: Transaction, host: str) -> None:
    """Remember a server by name."""
    await tx.execute(
        """
        INSERT INTO servers (host, first_seen_at, software, version) VALUES (:host, :now, '', '')
        ON CONFLICT (host) DO NOTHING
        """,
        host=host,
        now=tx.now,
    )


async def unchecked(tx: Transaction, before: int, limit: int) -> list[str]:
    """Servers whose software nobody has asked for since `before` (milliseconds), those longest unasked first."""
    return await tx.all(
        str,
        """
        SELECT host FROM servers
         WHERE coalesce(checked_at, 0) < :before
           AND host NOT IN (SELECT host FROM peers WHERE standing = 'blocked')
         ORDER BY coalesce(checked_at, 0)
         LIMIT :limit
        """,
        before=before,
        limit=limit,
    )


async def checked(tx: Transaction, host: str, software: str, version: str) -> None:
    """A server has said what it runs."""
    await tx.execute(
        """
        UPDATE servers SET software = :software, version = :version, checked_at = :now, trouble = NULL
         WHERE host = :host
        """,
        host=host,
        software=software,
        version=version,
        now=tx.now,
    )


async def not_checked(tx: Transaction, host: str, trouble: str) -> None:
    """A server was asked what it runs, and gave no answer that can be read; what it said before stays."""
    await tx.execute(
        "UPDATE servers SET checked_at = :now, trouble = :trouble WHERE host = :host",
        host=host,
        trouble=trouble[:500],
        now=tx.now,
    )


async def prune(tx: Transaction, before: int) -> int:
    """Forget servers that have not spoken since a moment (milliseconds) and are nobody's peer; how many."""
    return await tx.execute(
        """
        DELETE FROM servers
         WHERE coalesce(last_heard_at, first_seen_at) < :before
           AND host NOT IN (SELECT host FROM peers) AND host NOT IN (SELECT host FROM hosts)
        """,
        before=before,
    )

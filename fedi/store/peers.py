"""Peers: what the administrator decided about other servers, and which agreements stand."""

from __future__ import annotations

from collections.abc import Iterable

from fedi.models.peers import Peer, Standing
from fedi.store.database import Transaction

_COLUMNS = "host, standing, note, offered_at, confirmed_by_them_at, created_at"
_PARTNER = "standing = 'trusted' AND offered_at IS NOT NULL AND confirmed_by_them_at IS NOT NULL"


async def by_host(tx: Transaction, host: str) -> Peer | None:
    """What was decided about a host."""
    return await tx.one(Peer, f"SELECT {_COLUMNS} FROM peers WHERE host = :host", host=host)


async def standing(tx: Transaction, host: str) -> Standing:
    """The administrator's decision about a host, UNKNOWN if there is none."""
    peer = await by_host(tx, host)
    return peer.standing if peer else Standing.UNKNOWN


async def standings(tx: Transaction, hosts: Iterable[str]) -> dict[str, Standing]:
    """The decisions about several hosts; hosts without one are left out."""
    found = await tx.all(Peer, f"SELECT {_COLUMNS} FROM peers WHERE host IN :hosts*", hosts=list(set(hosts)))
    return {peer.host: peer.standing for peer in found}


async def everyone(tx: Transaction) -> list[Peer]:
    """All hosts with a decision, by name."""
    return await tx.all(Peer, f"SELECT {_COLUMNS} FROM peers ORDER BY host")


async def with_standing(tx: Transaction, standing: Standing) -> list[Peer]:
    """The hosts about which this was decided, by name."""
    return await tx.all(
        Peer, f"SELECT {_COLUMNS} FROM peers WHERE standing = :standing ORDER BY host", standing=standing
    )


async def partner_hosts(tx: Transaction) -> list[str]:
    """The hosts with which an agreement stands: offered by both sides."""
    return await tx.all(str, f"SELECT host FROM peers WHERE {_PARTNER} ORDER BY host")


async def decide(tx: Transaction, host: str, decision: Standing, note: str = "") -> None:
    """Note the administrator's decision; an agreement ends with trust, and a note stays unless there is a new one."""
    await tx.execute(
        """
        INSERT INTO peers (host, standing, note, created_at) VALUES (:host, :standing, :note, :now)
        ON CONFLICT (host) DO UPDATE SET
            standing = excluded.standing,
            note = CASE WHEN excluded.note <> '' THEN excluded.note ELSE peers.note END,
            offered_at = CASE WHEN excluded.standing = 'trusted' THEN peers.offered_at END,
            confirmed_by_them_at = CASE WHEN excluded.standing = 'trusted' THEN peers.confirmed_by_them_at END
        """,
        host=host,
        standing=decision,
        note=note,
        now=tx.now,
    )


async def set_note(tx: Transaction, host: str, note: str) -> None:
    """Note something about a host; one without a decision stays without one."""
    await tx.execute(
        """
        INSERT INTO peers (host, standing, note, created_at) VALUES (:host, 'unknown', :note, :now)
        ON CONFLICT (host) DO UPDATE SET note = excluded.note
        """,
        host=host,
        note=note,
        now=tx.now,
    )


async def set_offered(tx: Transaction, host: str, at: int | None) -> None:
    """We offer an agreement since a moment, or no longer."""
    await tx.execute("UPDATE peers SET offered_at = :at WHERE host = :host", at=at, host=host)


async def set_confirmed(tx: Transaction, host: str, at: int | None) -> None:
    """They offer an agreement since a moment, or no longer; a host without a decision stays without one."""
    await tx.execute(
        """
        INSERT INTO peers (host, standing, note, confirmed_by_them_at, created_at)
        VALUES (:host, 'unknown', '', :at, :now)
        ON CONFLICT (host) DO UPDATE SET confirmed_by_them_at = excluded.confirmed_by_them_at
        """,
        host=host,
        at=at,
        now=tx.now,
    )


async def forget(tx: Transaction, host: str) -> bool:
    """Take the decision back; False if there was none."""
    return await tx.execute("DELETE FROM peers WHERE host = :host", host=host) == 1

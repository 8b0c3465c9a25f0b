"""Peers: what the administrator decided about other servers, and which agreements stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from fedi.models.paging import Page
from fedi.models.peers import Peer, Severity, Standing, Terms
from fedi.store.database import Transaction
from fedi.store.pages import newest

_COLUMNS = ", ".join(field.name for field in fields(Peer))
PARTNER = "standing = 'trusted' AND offered_at IS NOT NULL AND confirmed_by_them_at IS NOT NULL"
"""A condition: an agreement stands with a peer."""


async def by_host(tx: Transaction, host: str) -> Peer | None:
    """What was decided about a host."""
    return await tx.one(Peer, f"SELECT {_COLUMNS} FROM peers WHERE host = :host", host=host)


OFFERS = 1_000
"""How many hosts may offer agreements that nobody has answered: names of hosts are invented for nothing."""


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


async def by_id(tx: Transaction, peer_id: int) -> Peer | None:
    """The same by the number that clients of the administrator know it by."""
    return await tx.one(Peer, f"SELECT {_COLUMNS} FROM peers WHERE id = :id", id=peer_id)


async def allowed(tx: Transaction, page: Page) -> list[Peer]:
    """The hosts that are trusted, the latest decision first."""
    return await _page(tx, "standing = 'trusted'", page)


async def blocked(tx: Transaction, page: Page) -> list[Peer]:
    """The hosts against which something stands, the latest first."""
    return await _page(tx, "(standing = 'blocked' OR restraint IS NOT NULL)", page)


async def _page(tx: Transaction, condition: str, page: Page) -> list[Peer]:
    return await newest(
        tx,
        Peer,
        f"SELECT {_COLUMNS} FROM peers WHERE {condition}",
        "id",
        page,
    )


async def set_terms(tx: Transaction, host: str, terms: Terms | None) -> None:
    """What stands against a host about which something was decided; None: nothing does. Its note stays then."""
    restraint = terms.severity if terms and terms.severity is not Severity.SUSPEND else None
    await tx.execute(
        """
        UPDATE peers
        SET    restraint = :restraint, restrained_at = :at, reject_media = :media, reject_reports = :reports,
               note = coalesce(CAST(:note AS TEXT), note), public_comment = :comment, obfuscate = :obfuscate
        WHERE  host = :host
        """,
        host=host,
        restraint=restraint,
        at=tx.now if restraint else None,
        media=terms is not None and terms.reject_media,
        reports=terms is not None and terms.reject_reports,
        note=terms.private_comment if terms else None,
        comment=terms.public_comment if terms else "",
        obfuscate=terms is not None and terms.obfuscate,
    )


async def agreements(tx: Transaction, *, offers: bool) -> list[Peer]:
    """The hosts with which an agreement stands, and with `offers` those where one side has offered it; by name."""
    wanted = "offered_at IS NOT NULL OR confirmed_by_them_at IS NOT NULL" if offers else PARTNER
    return await tx.all(Peer, f"SELECT {_COLUMNS} FROM peers WHERE {wanted} ORDER BY host")


async def partner_hosts(tx: Transaction) -> list[str]:
    """The hosts with which an agreement stands: offered by both sides."""
    return await tx.all(str, f"SELECT host FROM peers WHERE {PARTNER} ORDER BY host")


async def decide(tx: Transaction, host: str, decision: Standing, note: str = "") -> None:
    """Note the administrator's decision; an agreement ends with trust, and a note stays unless there is a new one."""
    await tx.execute(
        """
        INSERT INTO peers (host, standing, note, created_at, id) VALUES (:host, :standing, :note, :now, :id)
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
        id=tx.new_id(),
    )


async def set_note(tx: Transaction, host: str, note: str) -> None:
    """Note something about a host; one without a decision stays without one."""
    await tx.execute(
        """
        INSERT INTO peers (host, standing, note, created_at, id) VALUES (:host, 'unknown', :note, :now, :id)
        ON CONFLICT (host) DO UPDATE SET note = excluded.note
        """,
        host=host,
        note=note,
        now=tx.now,
        id=tx.new_id(),
    )


async def set_offered(tx: Transaction, host: str, at: int | None) -> None:
    """We offer an agreement since a moment, or no longer."""
    await tx.execute("UPDATE peers SET offered_at = :at WHERE host = :host", at=at, host=host)


async def set_confirmed(tx: Transaction, host: str, at: int | None) -> None:
    """They offer an agreement since a moment, or no longer; a host without a decision stays without one.

    Of hosts nobody has decided about, only so many are remembered.
    """
    await tx.execute(
        """
        INSERT INTO peers (host, standing, note, confirmed_by_them_at, created_at, id)
        SELECT CAST(:host AS text), 'unknown', '', CAST(:at AS $time), CAST(:now AS $time), CAST(:id AS $id)
        WHERE  EXISTS (SELECT 1 FROM peers WHERE host = :host)
        OR     (CAST(:at AS $time) IS NOT NULL AND (SELECT count(*) FROM peers WHERE standing = 'unknown') < :most)
        ON CONFLICT (host) DO UPDATE SET confirmed_by_them_at = excluded.confirmed_by_them_at
        """,
        host=host,
        at=at,
        now=tx.now,
        id=tx.new_id(),
        most=OFFERS,
    )


async def forget(tx: Transaction, host: str) -> bool:
    """Take the decision back; False if there was none."""
    return await tx.execute("DELETE FROM peers WHERE host = :host", host=host) == 1

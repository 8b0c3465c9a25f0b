"""Servers of which a person wants nothing."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.models.paging import Page
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class MutedDomain:
    """One server; pages are cut by the id."""

    id: int
    domain: str


async def insert(tx: Transaction, account_id: int, domain: str) -> bool:
    """Want nothing of a server; False if that is so already."""
    inserted = await tx.execute(
        """
        INSERT INTO muted_domains (id, account_id, domain, created_at) VALUES (:id, :account, :domain, :now)
        ON CONFLICT DO NOTHING
        """,
        id=tx.new_id(),
        account=account_id,
        domain=domain,
        now=tx.now,
    )
    return inserted == 1


async def delete(tx: Transaction, account_id: int, domain: str) -> None:
    """Take it back."""
    await tx.execute(
        "DELETE FROM muted_domains WHERE account_id = :account AND domain = :domain", account=account_id, domain=domain
    )


async def count(tx: Transaction, account_id: int) -> int:
    """Of how many servers a person wants nothing."""
    counted: int = await tx.value("SELECT count(*) FROM muted_domains WHERE account_id = :account", account=account_id)
    return counted


async def page(tx: Transaction, account_id: int, page: Page) -> list[MutedDomain]:
    """Of which servers a person wants nothing, the latest first."""
    found = await tx.all(
        MutedDomain,
        f"""
        SELECT id, domain FROM muted_domains
        WHERE  account_id = :account AND id < :below AND id > :above
        ORDER  BY id {"ASC" if page.upwards else "DESC"}
        LIMIT  :limit
        """,
        account=account_id,
        below=page.below,
        above=page.above,
        limit=page.limit,
    )
    return found[::-1] if page.upwards else found

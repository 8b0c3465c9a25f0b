"""Servers of which a person wants nothing."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.models.paging import Page
from fedi.store.database import Transaction
from fedi.store.pages import newest


@dataclass(frozen=True, slots=True)
class MutedDomain:
    """One server; pages are cut by the id."""

    id: int
    domain: str


@dataclass(frozen=True, slots=True)
class Ties:
    """How many people of a server somebody follows, and how many follow her."""

    following: int
    followers: int


async def ties(tx: Transaction, actor_id: int, domain: str) -> Ties:
    """Whom somebody would lose sight of, and who would no longer follow her, if she wanted nothing of a server."""
    found = await tx.one(
        Ties,
        """
        SELECT (SELECT count(*) FROM follows JOIN actors ON actors.id = followed_id
                 WHERE follower_id = :actor AND state = 'accepted' AND actors.host = :host AND NOT actors.local
               ) AS following,
               (SELECT count(*) FROM follows JOIN actors ON actors.id = follower_id
                 WHERE followed_id = :actor AND state = 'accepted' AND actors.host = :host AND NOT actors.local
               ) AS followers
        """,
        actor=actor_id,
        host=domain,
    )
    return found or Ties(0, 0)


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


async def has(tx: Transaction, account_id: int, domain: str) -> bool:
    """Whether somebody wants to hear nothing of a server."""
    found = await tx.value(
        "SELECT 1 FROM muted_domains WHERE account_id = :account AND domain = :domain",
        account=account_id,
        domain=domain,
    )
    return found is not None


async def count(tx: Transaction, account_id: int) -> int:
    """Of how many servers a person wants nothing."""
    counted: int = await tx.value("SELECT count(*) FROM muted_domains WHERE account_id = :account", account=account_id)
    return counted


async def page(tx: Transaction, account_id: int, page: Page) -> list[MutedDomain]:
    """Of which servers a person wants nothing, the latest first."""
    return await newest(
        tx,
        MutedDomain,
        "SELECT id, domain FROM muted_domains WHERE account_id = :account",
        "id",
        page,
        account=account_id,
    )

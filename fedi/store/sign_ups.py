"""Domains of e-mail addresses, and networks, from which nobody joins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import TypeVar

from fedi.models.paging import NEWEST, Page
from fedi.models.sign_ups import EmailDomainBlock, IpBlock
from fedi.store.database import Transaction
from fedi.store.pages import newest

Block = TypeVar("Block", EmailDomainBlock, IpBlock)

_TABLES: dict[type[EmailDomainBlock] | type[IpBlock], str] = {
    EmailDomainBlock: "email_domain_blocks",
    IpBlock: "ip_blocks",
}


async def insert(tx: Transaction, block: EmailDomainBlock | IpBlock) -> bool:
    """A new block; False if there is one of the same."""
    values = asdict(block)
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    table = _TABLES[type(block)]
    return await tx.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", **values) == 1


async def by_id(tx: Transaction, kind: type[Block], block_id: int) -> Block | None:
    """One block."""
    return await tx.one(kind, f"SELECT {_columns(kind)} FROM {_TABLES[kind]} WHERE id = :id", id=block_id)


async def page(tx: Transaction, kind: type[Block], page: Page) -> list[Block]:
    """The blocks, the latest first."""
    return await newest(
        tx,
        kind,
        f"SELECT {_columns(kind)} FROM {_TABLES[kind]} WHERE true",
        "id",
        page,
    )


async def networks(tx: Transaction, limit: int) -> list[IpBlock]:
    """The networks whose blocks have not expired."""
    return await tx.all(
        IpBlock,
        f"SELECT {_columns(IpBlock)} FROM ip_blocks WHERE coalesce(expires_at, {NEWEST}) > :now LIMIT :limit",
        now=tx.now,
        limit=limit,
    )


async def any_of_domains(tx: Transaction, domains: Iterable[str]) -> bool:
    """Whether one of these domains is blocked."""
    found = await tx.value("SELECT 1 FROM email_domain_blocks WHERE domain IN :domains* LIMIT 1", domains=list(domains))
    return found is not None


async def count(tx: Transaction, kind: type[Block]) -> int:
    """How many blocks there are."""
    return int(await tx.value(f"SELECT count(*) FROM {_TABLES[kind]}"))


async def change(tx: Transaction, block: IpBlock) -> None:
    """Put a block in the place of the one with its id; another of the same network has been looked for before."""
    await tx.execute(
        "UPDATE ip_blocks SET ip = :ip, comment = :comment, expires_at = :expires WHERE id = :id",
        ip=block.ip,
        comment=block.comment,
        expires=block.expires_at,
        id=block.id,
    )


async def by_network(tx: Transaction, ip: str) -> IpBlock | None:
    """The block of a network."""
    return await tx.one(IpBlock, f"SELECT {_columns(IpBlock)} FROM ip_blocks WHERE ip = :ip", ip=ip)


async def delete(tx: Transaction, kind: type[Block], block_id: int) -> bool:
    """Take a block back; False if there was none."""
    return await tx.execute(f"DELETE FROM {_TABLES[kind]} WHERE id = :id", id=block_id) == 1


async def prune(tx: Transaction) -> int:
    """Forget blocks that have expired; how many."""
    return await tx.execute("DELETE FROM ip_blocks WHERE expires_at <= :now", now=tx.now)


def _columns(kind: type[Block]) -> str:
    return ", ".join(field.name for field in fields(kind))

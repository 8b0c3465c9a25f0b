"""Who may not join: what administrators decide. `joining` keeps to it."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_network

from fedi.actions.moderation import require
from fedi.errors import Invalid, NotFound
from fedi.models.accounts import Account, Role
from fedi.models.paging import Page
from fedi.models.sign_ups import MOST, EmailDomainBlock, IpBlock
from fedi.store import sign_ups
from fedi.store.database import Transaction
from fedi.text import fold

MAX_COMMENT = 500
_LONGEST_S = 10 * 366 * 24 * 3600
_DOMAIN = re.compile(r"(?!.*\.\.)[^\s@<>\"(),:;\\/.][^\s@<>\"(),:;\\/]{0,188}\.[^\s@<>\"(),:;\\/.]{2,63}")


async def email_domains(tx: Transaction, by: Account, page: Page) -> list[EmailDomainBlock]:
    """The domains whose addresses are not taken."""
    require(by, Role.ADMIN)
    return await sign_ups.page(tx, EmailDomainBlock, page)


async def email_domain(tx: Transaction, by: Account, block_id: int) -> EmailDomainBlock:
    """One of them; NotFound."""
    require(by, Role.ADMIN)
    found = await sign_ups.by_id(tx, EmailDomainBlock, block_id)
    if found is None:
        raise NotFound("There is no such block")
    return found


async def block_email_domain(tx: Transaction, by: Account, domain: str) -> EmailDomainBlock:
    """Take no address at a domain."""
    require(by, Role.ADMIN)
    wanted = fold(domain.strip().removeprefix("@"))
    if not _DOMAIN.fullmatch(wanted):
        raise Invalid("Domain is not a valid domain name", "domain")
    if await sign_ups.count(tx, EmailDomainBlock) >= MOST:
        raise Invalid(f"There are {MOST} blocks already", "domain")
    block = EmailDomainBlock(tx.new_id(), wanted, tx.now)
    if not await sign_ups.insert(tx, block):
        raise Invalid("Domain has already been taken", "domain")
    return block


async def unblock_email_domain(tx: Transaction, by: Account, block_id: int) -> None:
    """Take addresses there again; NotFound."""
    await email_domain(tx, by, block_id)
    await sign_ups.delete(tx, EmailDomainBlock, block_id)


async def networks(tx: Transaction, by: Account, page: Page) -> list[IpBlock]:
    """The networks from which nobody joins."""
    require(by, Role.ADMIN)
    return await sign_ups.page(tx, IpBlock, page)


async def network(tx: Transaction, by: Account, block_id: int) -> IpBlock:
    """One of them; NotFound."""
    require(by, Role.ADMIN)
    found = await sign_ups.by_id(tx, IpBlock, block_id)
    if found is None:
        raise NotFound("There is no such block")
    return found


async def block_network(tx: Transaction, by: Account, ip: str, comment: str, expires_in: int | None) -> IpBlock:
    """Let nobody join from a network (`192.0.2.0/24`, or one address) for so many seconds, or for good."""
    require(by, Role.ADMIN)
    if await sign_ups.count(tx, IpBlock) >= MOST:
        raise Invalid(f"There are {MOST} blocks already", "ip")
    block = IpBlock(tx.new_id(), _network(ip), _comment(comment), tx.now, _expiry(tx, expires_in))
    if not await sign_ups.insert(tx, block):
        raise Invalid("Ip has already been taken", "ip")
    return block


async def change_network(
    tx: Transaction, by: Account, block_id: int, ip: str | None, comment: str | None, expires_in: int | None
) -> IpBlock:
    """Change a block; None leaves a thing as it is."""
    known = await network(tx, by, block_id)
    changed = replace(
        known,
        ip=known.ip if ip is None else _network(ip),
        comment=known.comment if comment is None else _comment(comment),
        expires_at=known.expires_at if expires_in is None else _expiry(tx, expires_in),
    )
    same = await sign_ups.by_network(tx, changed.ip)
    if same is not None and same.id != block_id:
        raise Invalid("Ip has already been taken", "ip")
    await sign_ups.change(tx, changed)
    return changed


async def unblock_network(tx: Transaction, by: Account, block_id: int) -> None:
    """Let people join from there again; NotFound."""
    await network(tx, by, block_id)
    await sign_ups.delete(tx, IpBlock, block_id)


def _network(ip: str) -> str:
    try:
        return str(ip_network(ip.strip(), strict=False))
    except ValueError as error:
        raise Invalid("Ip is not a valid IP address", "ip") from error


def _comment(text: str) -> str:
    return text.strip()[:MAX_COMMENT]


def _expiry(tx: Transaction, seconds: int | None) -> int | None:
    return tx.now + min(seconds, _LONGEST_S) * 1000 if seconds and seconds > 0 else None

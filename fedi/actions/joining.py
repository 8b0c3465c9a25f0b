"""Joining a school: who may not, whatever invitation she has."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

from fedi.errors import Forbidden, Invalid
from fedi.models.sign_ups import MOST
from fedi.store import sign_ups
from fedi.store.database import Transaction
from fedi.text import fold


async def require_welcome(tx: Transaction, email: str | None, address: str) -> None:
    """Invalid if nobody joins with such an e-mail address, Forbidden if nobody joins from where she is."""
    if email and await sign_ups.any_of_domains(tx, _domains(email)):
        raise Invalid("Nobody joins with an e-mail address there", "email")
    if address and await _is_barred(tx, address):
        raise Forbidden("Nobody joins from this address")


def _domains(email: str) -> Iterator[str]:
    """The domain of an address, and those above it."""
    parts = fold(email.rpartition("@")[2]).split(".")
    return (".".join(parts[start:]) for start in range(len(parts)))


async def _is_barred(tx: Transaction, address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in ip_network(block.ip) for block in await sign_ups.networks(tx, MOST))

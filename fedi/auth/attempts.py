"""Attempts, counted before anything is looked at: of a thousand at once, only the free ones get any further."""

from __future__ import annotations

from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from fedi.errors import TooManyRequests
from fedi.policies.sign_in import FREE_FOR_ACCOUNT, FREE_FOR_ADDRESS, pause_ms
from fedi.store import attempts
from fedi.store.database import Transaction
from fedi.text import fold


async def count_sign_in(tx: Transaction, login: str, address: str) -> None:
    """Count a try to sign in; TooManyRequests if the account or the address has to wait."""
    await _count(tx, {_account(login): FREE_FOR_ACCOUNT, _address(address): FREE_FOR_ADDRESS})


async def succeeded(tx: Transaction, login: str, address: str) -> None:
    """The password was right: the account starts from nothing, the address has failed once less."""
    await attempts.forget(tx, _account(login))
    await attempts.take_back(tx, _address(address))


async def count_asking(tx: Transaction, login: str, address: str) -> None:
    """Count somebody asking for a letter to be sent: each one costs its recipient a look and us our good name."""
    await _count(tx, {_subject("letter", fold(login)): FREE_FOR_ACCOUNT, _address(address): FREE_FOR_ADDRESS})


async def _count(tx: Transaction, free: dict[str, int]) -> None:
    until = await attempts.blocked_until(tx, list(free))
    if until:
        raise TooManyRequests("Too many attempts; wait a little and try again", -(-(until - tx.now) // 1000))
    for subject, allowed in free.items():
        pause = pause_ms(await attempts.count(tx, subject), allowed)
        if pause:
            await attempts.block(tx, subject, tx.now + pause)


def _account(login: str) -> str:
    return _subject("account", fold(login.strip().removeprefix("@")))


def _address(address: str) -> str:
    return _subject("address", _network(address))


def _subject(kind: str, name: str) -> str:
    """A hash: whoever tries decides neither the length nor the content of our rows."""
    return f"{kind}:{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def _network(address: str) -> str:
    """The address, or for IPv6 the /64 in which one household may choose any."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)

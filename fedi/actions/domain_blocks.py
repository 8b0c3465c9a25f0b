"""Other servers as Mastodon's administrators know them: domains that are allowed, and blocks of domains.

Both are what `peers` keeps: who is allowed is trusted, and a block of severity `suspend` is a blocked peer.
"""

from __future__ import annotations

from fedi.actions import peers as peer_actions
from fedi.actions.moderation import require
from fedi.errors import NotFound
from fedi.models.accounts import Account, Role
from fedi.models.paging import Page
from fedi.models.peers import Peer, Severity, Standing, Terms
from fedi.store import peers
from fedi.store.database import Transaction

_STRICTNESS = list(reversed(Severity))


async def allows(tx: Transaction, by: Account, page: Page) -> list[Peer]:
    """The servers that are trusted."""
    require(by, Role.ADMIN)
    return await peers.allowed(tx, page)


async def allowance(tx: Transaction, by: Account, peer_id: int) -> Peer:
    """One of them; NotFound."""
    require(by, Role.ADMIN)
    found = await peers.by_id(tx, peer_id)
    if found is None or found.standing is not Standing.TRUSTED:
        raise NotFound("There is no such server")
    return found


async def allow(tx: Transaction, by: Account, host: str) -> Peer:
    """Trust a server; one that is trusted already stays so."""
    require(by, Role.ADMIN)
    known = await peers.by_host(tx, peer_actions.other_host(tx, host))
    return known if known and known.standing is Standing.TRUSTED else await peer_actions.add(tx, by, host)


async def disallow(tx: Transaction, by: Account, peer_id: int) -> None:
    """The server is a stranger again, but for what stands against it."""
    known = await allowance(tx, by, peer_id)
    await peer_actions.remove(tx, by, known.host)
    if known.terms is not None:
        await peer_actions.restrain(tx, by, known.host, known.terms)


async def blocks(tx: Transaction, by: Account, page: Page) -> list[Peer]:
    """The servers against which something stands."""
    require(by, Role.ADMIN)
    return await peers.blocked(tx, page)


async def one(tx: Transaction, by: Account, peer_id: int) -> Peer:
    """One of them; NotFound."""
    require(by, Role.ADMIN)
    found = await peers.by_id(tx, peer_id)
    if found is None or found.terms is None:
        raise NotFound("There is no such server")
    return found


async def block(tx: Transaction, by: Account, host: str, terms: Terms) -> tuple[Peer, bool]:
    """Hold a server to terms, and whether that was done: a block that exists is changed only by a stricter one."""
    require(by, Role.ADMIN)
    known = await peers.by_host(tx, peer_actions.other_host(tx, host))
    if known is not None and known.terms is not None and not _is_stricter(terms, known.terms):
        return known, False
    return await peer_actions.restrain(tx, by, host, terms), True


def _is_stricter(new: Terms, old: Terms) -> bool:
    return _STRICTNESS.index(new.severity) > _STRICTNESS.index(old.severity)


async def change(tx: Transaction, by: Account, peer_id: int, terms: Terms) -> Peer:
    """Hold a server to other terms."""
    return await peer_actions.restrain(tx, by, (await one(tx, by, peer_id)).host, terms)


async def unblock(tx: Transaction, by: Account, peer_id: int) -> Peer:
    """Nothing stands against the server any more; gives it as it was."""
    known = await one(tx, by, peer_id)
    await peer_actions.release(tx, by, known.host)
    return known

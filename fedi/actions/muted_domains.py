"""Wanting nothing of a whole server: a person's own choice, of which nobody hears; the school's are `peers`."""

from __future__ import annotations

from fedi.actions import follows as follow_actions
from fedi.activitypub import uris
from fedi.errors import Invalid
from fedi.models.actors import Actor
from fedi.store import follows, muted_domains
from fedi.store.database import Transaction
from fedi.store.muted_domains import Ties

MOST = 1_000
"""Of how many servers one person may want nothing."""


async def mute(tx: Transaction, person: Actor, domain: str) -> None:
    """Show a person nothing from a server, and let nobody of it follow her; Invalid if it is none, or the school's."""
    host = _host(domain)
    if host in (tx.school.host, tx.school.account_domain):
        raise Invalid("Domain is that of this school")
    if await muted_domains.count(tx, person.id) >= MOST:
        raise Invalid(f"At most {MOST} domains")
    if await muted_domains.insert(tx, person.id, host):
        for each in await follows.of_followers_at(tx, person.id, host):
            await follow_actions.reject(tx, each)


async def foresee(tx: Transaction, person: Actor, domain: str) -> Ties:
    """What somebody would lose by `mute`; Invalid for what is no server."""
    return await muted_domains.ties(tx, person.id, _host(domain))


async def unmute(tx: Transaction, person: Actor, domain: str) -> None:
    """Take it back; the followers that were lost do not return."""
    await muted_domains.delete(tx, person.id, _host(domain))


def _host(domain: str) -> str:
    try:
        return uris.canonical_host(domain.strip())
    except uris.BadUri as error:
        raise Invalid("Domain is not a valid domain name") from error

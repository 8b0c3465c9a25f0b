"""Peers: admitting and blocking other servers, and agreements with other schools.

An agreement stands when both sides have offered it (an `Offer` by one school's actor to the other's); either side
ends it by taking its offer back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fedi.actions import follows as follow_actions
from fedi.actions import moderation, outbox, partners
from fedi.activitypub import uris
from fedi.errors import Invalid, NotFound
from fedi.models.accounts import Account
from fedi.models.actors import Actor
from fedi.models.peers import Peer, Severity, Standing, Terms
from fedi.models.receipts import Trouble
from fedi.store import actors, follows, jobs, peers, receipts, received
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

NOTE_CHARACTERS = 500


async def add(tx: Transaction, by: Account | None, host: str, partner: bool = False, note: str = "") -> Peer:
    """Trust a host: what it sent while it was held is taken up now. With `partner` offer its school an agreement;
    Conflict if that school's actor has not been fetched.
    """
    moderation.require_admin(by)
    host = other_host(tx, host)
    await peers.decide(tx, host, Standing.TRUSTED, note)
    await follow_actions.admit_held(tx, host)
    for each in await received.release_held(tx, host):
        await jobs.enqueue(tx, process_job(each.id, each.actor_uri))
    if partner:
        await _offer(tx, host)
    tx.announce("peers", host)
    return await _known(tx, host)


async def _offer(tx: Transaction, host: str) -> None:
    if (await _known(tx, host)).offered_at is None:
        await peers.set_offered(tx, host, tx.now)
        await outbox.agreement_offered(tx, host)
        await partners.ask(tx, host)


async def block(tx: Transaction, by: Account | None, host: str, note: str = "") -> Peer:
    """Have nothing to do with a host from now on: its follows end on both sides, what it sent is forgotten."""
    moderation.require_admin(by)
    host = other_host(tx, host)
    await peers.decide(tx, host, Standing.BLOCKED, note)
    await follow_actions.sever_all(tx, await follows.with_host(tx, host))
    await received.erase_held(tx, host)
    await receipts.lose_host(tx, host, Trouble.BLOCKED)
    await jobs.drop(tx, host)
    tx.announce("peers", host)
    return await _known(tx, host)


async def restrain(tx: Transaction, by: Account | None, host: str, terms: Terms) -> Peer:
    """Hold a host to terms: blocked, its people shown only to those who follow them, or just what stands beside it.

    What held before ends with it: a block that gives way to something milder makes the host a stranger again.
    """
    moderation.require_admin(by)
    host = other_host(tx, host)
    known = await peers.by_host(tx, host)
    await _set_silenced(tx, host, known, terms.severity is Severity.SILENCE)
    if terms.severity is Severity.SUSPEND:
        await block(tx, by, host)
    elif known is None or known.standing is Standing.BLOCKED:
        await peers.decide(tx, host, Standing.UNKNOWN)
    await peers.set_terms(tx, host, terms)
    tx.announce("peers", host)
    return await _known(tx, host)


async def hold(tx: Transaction, by: Account | None, host: str, **changes: bool | Severity) -> None:
    """Change one thing of the terms a host is held to; when nothing is left of them, it is released."""
    moderation.require_admin(by)
    known = await peers.by_host(tx, other_host(tx, host))
    before = (known.terms if known else None) or Terms(Severity.NOOP, private_comment=known.note if known else "")
    terms = replace(before, **changes)  # type: ignore[arg-type]
    if terms.severity is Severity.NOOP and not (terms.reject_media or terms.reject_reports):
        await release(tx, by, host)
    else:
        await restrain(tx, by, host, terms)


async def release(tx: Transaction, by: Account | None, host: str) -> None:
    """Nothing stands against a host any more. One that is trusted stays so."""
    moderation.require_admin(by)
    known = await _known(tx, host)
    await _set_silenced(tx, host, known, False)
    await peers.set_terms(tx, host, None)
    is_bare = known.standing is Standing.UNKNOWN and not known.confirmed_by_them_at and not known.note
    if known.standing is Standing.BLOCKED or is_bare:
        await remove(tx, by, host)
    tx.announce("peers", host)


async def _set_silenced(tx: Transaction, host: str, known: Peer | None, silenced: bool) -> None:
    """Whoever is met later begins as limited as the others."""
    before = known.restrained_at if known and known.restraint is Severity.SILENCE else None
    if before is not None or silenced:
        await actors.limit_host(tx, host, before, tx.now if silenced else None)


async def set_note(tx: Transaction, by: Account | None, host: str, note: str) -> None:
    """Keep a note about a host for the administrators, whatever was decided about it."""
    moderation.require_admin(by)
    await peers.set_note(tx, other_host(tx, host), note[:NOTE_CHARACTERS])


async def remove(tx: Transaction, by: Account | None, host: str) -> None:
    """Take a decision back: the host is a stranger again, and an offer to it is revoked."""
    moderation.require_admin(by)
    host = other_host(tx, host)
    peer = await _known(tx, host)
    if peer.offered_at is not None:
        await outbox.agreement_revoked(tx, host)
    await peers.forget(tx, host)
    tx.announce("peers", host)


async def end_agreement(tx: Transaction, by: Account | None, host: str) -> None:
    """Take our offer back and keep trusting the host."""
    moderation.require_admin(by)
    host = other_host(tx, host)
    if (await _known(tx, host)).offered_at is not None:
        await peers.set_offered(tx, host, None)
        await outbox.agreement_revoked(tx, host)
        tx.announce("peers", host)


async def offered_by(tx: Transaction, host: str) -> None:
    """The school at `host` offers us an agreement; it stands once the administrator offers it too."""
    await peers.set_confirmed(tx, host, tx.now)
    await partners.ask(tx, host)
    tx.announce("peers", host)


async def revoked_by(tx: Transaction, host: str) -> None:
    """The school at `host` takes its offer back."""
    await peers.set_confirmed(tx, host, None)
    tx.announce("peers", host)


async def everyone(tx: Transaction) -> list[Peer]:
    """Every host with a decision or an offer, by name."""
    return await peers.everyone(tx)


async def schools(tx: Transaction, hosts: Sequence[str]) -> dict[str, Actor]:
    """The actors of the schools at these hosts, as far as they are known."""
    scheme = tx.school.base_url.partition("://")[0]
    found = await actors.by_uris(tx, [f"{scheme}://{host}/actor" for host in hosts]) if hosts else []
    return {actor.host: actor for actor in found}


def process_job(received_id: int, actor_uri: str) -> NewJob:
    """The job that handles an activity that came in; what one actor sends is handled in its order."""
    return NewJob("process", {"received": received_id}, Lane.INBOX, ordering_key=f"in:{actor_uri}")


def other_host(tx: Transaction, host: str) -> str:
    """The one spelling of a host that is not this school's own; Invalid for anything else."""
    try:
        canonical = uris.canonical_host(host)
    except uris.BadUri as error:
        raise Invalid(f"{host!r} is not the name of a host; write it like social.school.kz", "host") from error
    if canonical == tx.school.host:
        raise Invalid("This is the school itself", "host")
    return canonical


async def _known(tx: Transaction, host: str) -> Peer:
    peer = await peers.by_host(tx, host)
    if peer is None:
        raise NotFound(f"Nothing has been decided about {host}")
    return peer

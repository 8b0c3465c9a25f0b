"""Lists of hosts: read from files, written for others, and those of other schools that this one follows.

A list never decides against what people decided: an entry about this school itself is never applied, one that would
block a server we trust, or let in one we blocked, waits for the administrator, whatever he chose for its list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.actions import moderation, proofs
from fedi.actions import peers as peer_actions
from fedi.activitypub import host_lists as on_the_wire
from fedi.activitypub import uris
from fedi.activitypub.jsonld import Json
from fedi.errors import Invalid, NotFound
from fedi.models.accounts import Account
from fedi.models.host_lists import (
    MOST_ENTRIES,
    DomainRow,
    EntryState,
    HostList,
    ListedAs,
    ListEntry,
    ListMode,
    RemoteHostList,
)
from fedi.models.peers import Standing
from fedi.store import actors, host_lists, jobs, peers
from fedi.store.database import Transaction
from fedi.store.jobs import Lane, NewJob

READ_EVERY_MS = 12 * 60 * 60_000
BATCH = 100
"""So many entries are decided in one unit of work."""

MOST_LISTS = 50
_STANDING = {ListedAs.BLOCKED: Standing.BLOCKED, ListedAs.TRUSTED: Standing.TRUSTED}


# --- files -----------------------------------------------------------------------------------------


async def exported(tx: Transaction, by: Account | None, decision: ListedAs, notes: bool = False) -> str:
    """The hosts that are trusted or blocked as a file; with what the administrators noted only if told so."""
    moderation.require_admin(by)
    listed = await peers.with_standing(tx, _STANDING[decision])
    return on_the_wire.write_csv(DomainRow(peer.host, decision, peer.note if notes else "") for peer in listed)


async def import_rows(tx: Transaction, by: Account | None, rows: Iterable[DomainRow]) -> list[str]:
    """Decide about the hosts of a file, at most BATCH of them; gives those about which people decided otherwise."""
    moderation.require_admin(by)
    left = []
    for row in rows:
        if await _is_contested(tx, row.host, row.decision):
            left.append(row.host)
        else:
            await _decide(tx, row.host, row.decision, row.comment)
    return left


async def _is_contested(tx: Transaction, host: str, decision: ListedAs) -> bool:
    """Whether a list may not decide about a host: it is this school, or people have decided the opposite."""
    if is_ours(tx, host):
        return True
    standing = await peers.standing(tx, host)
    return standing is not Standing.UNKNOWN and standing is not _STANDING[decision]


def is_ours(tx: Transaction, host: str) -> bool:
    """Whether a host is this school under one of its names."""
    return host in (tx.school.host, tx.school.account_domain, tx.school.media_host)


async def _decide(tx: Transaction, host: str, decision: ListedAs, note: str) -> None:
    if await peers.standing(tx, host) is _STANDING[decision]:
        return
    if decision is ListedAs.BLOCKED:
        await peer_actions.block(tx, None, host, note)
    else:
        await peer_actions.add(tx, None, host, note=note)


# --- ours ------------------------------------------------------------------------------------------


async def publish(tx: Transaction, by: Account | None, decision: ListedAs, public: bool) -> None:
    """Let others read one of our lists, or no longer."""
    moderation.require_admin(by)
    await (host_lists.publish if public else host_lists.unpublish)(tx, decision)


async def shut_out(tx: Transaction) -> list[str]:
    """The hosts that are blocked; NotFound unless that list is published."""
    if ListedAs.BLOCKED not in await host_lists.published(tx):
        raise NotFound("There is no such thing here")
    return [peer.host for peer in await peers.with_standing(tx, Standing.BLOCKED)]


async def document(tx: Transaction, decision: ListedAs) -> Json:
    """One of our lists with the proof of the school; NotFound unless it is published. Notes stay here."""
    if decision not in await host_lists.published(tx):
        raise NotFound("There is no such thing here")
    listed = [peer.host for peer in await peers.with_standing(tx, _STANDING[decision])]
    school = tx.school
    made = on_the_wire.build(school.base_url, school.title(school.language), decision, listed, tx.now)
    return await proofs.attach(tx, await actors.school_actor(tx), made)


# --- subscriptions ---------------------------------------------------------------------------------


async def subscribe(tx: Transaction, by: Account | None, remote: RemoteHostList, mode: ListMode) -> HostList:
    """Follow a list of another school that has been fetched and believed."""
    moderation.require_admin(by)
    if uris.host_of(remote.url) == tx.school.host:
        raise Invalid("This is a list of the school itself", "list_url")
    known = await host_lists.by_url(tx, remote.url)
    if known is None and len(await host_lists.everyone(tx)) >= MOST_LISTS:
        raise Invalid(f"There are {MOST_LISTS} lists already; end one first", "list_url")
    subscribed = await host_lists.insert(tx, remote, mode, tx.now + READ_EVERY_MS)
    await _note(tx, subscribed, remote)
    return subscribed


async def unsubscribe(tx: Transaction, by: Account | None, list_id: int) -> None:
    """Follow a list no longer; what was decided by it stays decided."""
    moderation.require_admin(by)
    await host_lists.delete(tx, (await _known(tx, list_id)).id)


async def renew(tx: Transaction, list_id: int, remote: RemoteHostList) -> None:
    """A list has been read again; Invalid if it is older than what we have, or another's."""
    known = await _known(tx, list_id)
    if (remote.owner_uri, remote.decision) != (known.owner_uri, known.decision):
        raise Invalid("The list is no longer the one that was subscribed to")
    if remote.changed_at < known.changed_at:
        raise Invalid("The list is older than the one we have")
    await host_lists.fetched(tx, list_id, remote, tx.now + READ_EVERY_MS)
    await _note(tx, known, remote)


async def _note(tx: Transaction, known: HostList, remote: RemoteHostList) -> None:
    before = await host_lists.entries(tx, known.id, list(EntryState), 2 * MOST_ENTRIES)
    await host_lists.add(tx, known.id, remote.hosts)
    gone = [entry for entry in before if entry.host not in set(remote.hosts)]
    await host_lists.remove(tx, known.id, [entry.host for entry in gone if entry.state is not EntryState.APPLIED])
    for entry in gone:
        if entry.state is EntryState.APPLIED:
            await host_lists.set_state(tx, known.id, entry.host, EntryState.WITHDRAWN)


async def failed(tx: Transaction, list_id: int, trouble: str) -> None:
    """A list could not be read, or is not to be believed; it is tried again in its time."""
    await host_lists.failed(tx, list_id, trouble, tx.now + READ_EVERY_MS)


async def apply_next(tx: Transaction, list_id: int) -> bool:
    """Decide by some entries of a list whose administrator wants that; whether there may be more.

    What is contested stays for him to see.
    """
    known = await host_lists.by_id(tx, list_id)
    if known is None or known.mode is not ListMode.APPLY:
        return False
    open_ = await host_lists.entries(tx, list_id, (EntryState.NEW, EntryState.WITHDRAWN), 2 * MOST_ENTRIES)
    free = [entry for entry in open_ if await _is_open(tx, known, entry)]
    for entry in free[:BATCH]:
        await _settle(tx, known, entry)
    return len(free) > BATCH


async def _is_open(tx: Transaction, known: HostList, entry: ListEntry) -> bool:
    """Whether a list may decide about a host. What people decided so themselves it would take back with its entry."""
    if await _is_contested(tx, entry.host, known.decision):
        return False
    is_decided = await peers.standing(tx, entry.host) is _STANDING[known.decision]
    return entry.state is not EntryState.NEW or not is_decided or await host_lists.is_applied_elsewhere(tx, entry)


async def _settle(tx: Transaction, known: HostList, entry: ListEntry) -> None:
    if entry.state is EntryState.WITHDRAWN:
        await _take_back(tx, known, entry)
        return
    await _decide(tx, entry.host, known.decision, note_of(known))
    await host_lists.set_state(tx, known.id, entry.host, EntryState.APPLIED)


async def _take_back(tx: Transaction, known: HostList, entry: ListEntry) -> None:
    """End a decision that stood by a list which no longer says so, unless another list does or people decided anew."""
    standing = await peers.standing(tx, entry.host)
    if standing is _STANDING[known.decision] and not await host_lists.is_applied_elsewhere(tx, entry):
        await peer_actions.remove(tx, None, entry.host)
    await host_lists.remove(tx, known.id, [entry.host])


def note_of(known: HostList) -> str:
    """What is noted about a host that a list decided about."""
    return f"{known.name or uris.host_of(known.url)}: {known.url}"[: peer_actions.NOTE_CHARACTERS]


async def settle(tx: Transaction, by: Account | None, list_id: int, host: str, accept: bool) -> None:
    """The administrator does as a list says of a host, or leaves it; one withdrawn he ends, or keeps as his own."""
    moderation.require_admin(by)
    known, entry = await _known(tx, list_id), await host_lists.entry(tx, list_id, host)
    if entry is None:
        raise NotFound("There is no such entry")
    if accept and not is_ours(tx, host):
        await _settle(tx, known, entry)
    elif entry.state is EntryState.WITHDRAWN:
        await host_lists.remove(tx, list_id, [host])
    else:
        await host_lists.set_state(tx, list_id, host, EntryState.IGNORED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry that waits for the administrator: `ours` is this school itself, `standing` what was decided so far."""

    entry: ListEntry
    standing: Standing
    decision: ListedAs
    ours: bool

    @property
    def contested(self) -> bool:
        """Whether people here have decided the opposite."""
        return self.standing not in (Standing.UNKNOWN, _STANDING[self.decision])


async def proposals(tx: Transaction, by: Account | None, list_id: int, limit: int) -> tuple[HostList, list[Proposal]]:
    """A list with those of its entries about which nothing was decided yet."""
    moderation.require_admin(by)
    known = await _known(tx, list_id)
    waiting = await host_lists.waiting(tx, list_id, limit)
    standings = await peers.standings(tx, [entry.host for entry in waiting])
    found = [
        Proposal(entry, standings.get(entry.host, Standing.UNKNOWN), known.decision, is_ours(tx, entry.host))
        for entry in waiting
    ]
    return known, found


async def ask_due(tx: Transaction) -> None:
    """Read those lists again whose time has come."""
    for each in await host_lists.due(tx):
        await jobs.enqueue(tx, refresh_job(each))


def refresh_job(each: HostList) -> NewJob:
    """The job that reads a list again; it waits with the deliveries to a server that does not answer."""
    return NewJob("refresh-list", {"list": each.id}, Lane.DELIVERY, uris.host_of(each.url), f"check>list:{each.id}")


async def _known(tx: Transaction, list_id: int) -> HostList:
    found = await host_lists.by_id(tx, list_id)
    if found is None:
        raise NotFound("There is no such list")
    return found

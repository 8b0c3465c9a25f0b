"""Lists of hosts this school subscribes to, the entries of each, and which of its own it publishes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from fedi.models.host_lists import EntryState, HostList, ListedAs, ListEntry, ListMode, RemoteHostList
from fedi.store.database import Transaction

_COLUMNS = "id, url, owner_uri, name, decision, mode, created_at, fetched_at, changed_at, next_at, trouble"


@dataclass(frozen=True, slots=True)
class ListCount:
    """How many entries of a list wait."""

    list_id: int
    entries: int


_ENTRIES = "host_list_entries e JOIN host_lists l ON l.id = e.list_id LEFT JOIN peers p ON p.host = e.host"
_WAITS = "(e.state = 'withdrawn' OR (e.state = 'new' AND coalesce(p.standing, '') <> l.decision))"
"""Where a list says what has been decided here already there is nothing to decide."""


async def everyone(tx: Transaction) -> list[HostList]:
    """All subscriptions, the oldest first."""
    return await tx.all(HostList, f"SELECT {_COLUMNS} FROM host_lists ORDER BY id")


async def by_id(tx: Transaction, list_id: int) -> HostList | None:
    """One subscription."""
    return await tx.one(HostList, f"SELECT {_COLUMNS} FROM host_lists WHERE id = :id", id=list_id)


async def by_url(tx: Transaction, url: str) -> HostList | None:
    """The subscription to the list at an address."""
    return await tx.one(HostList, f"SELECT {_COLUMNS} FROM host_lists WHERE url = :url", url=url)


async def due(tx: Transaction) -> list[HostList]:
    """The lists whose time to be read again has come."""
    return await tx.all(HostList, f"SELECT {_COLUMNS} FROM host_lists WHERE next_at <= :now", now=tx.now)


async def waiting_counts(tx: Transaction) -> list[ListCount]:
    """How many entries of each list wait for the administrator; lists with none are left out."""
    return await tx.all(
        ListCount, f"SELECT e.list_id, count(*) AS entries FROM {_ENTRIES} WHERE {_WAITS} GROUP BY e.list_id"
    )


async def insert(tx: Transaction, remote: RemoteHostList, mode: ListMode, next_at: int) -> HostList:
    """Subscribe to a list, or change what becomes of its entries."""
    await tx.execute(
        """
        INSERT INTO host_lists (id, url, owner_uri, name, decision, mode, created_at, fetched_at, changed_at, next_at)
        VALUES (:id, :url, :owner, :name, :decision, :mode, :now, :now, :changed, :next)
        ON CONFLICT (url) DO UPDATE SET mode = excluded.mode
        """,
        id=tx.new_id(),
        url=remote.url,
        owner=remote.owner_uri,
        name=remote.name,
        decision=remote.decision,
        mode=mode,
        now=tx.now,
        changed=remote.changed_at,
        next=next_at,
    )
    found = await by_url(tx, remote.url)
    assert found is not None  # noqa: S101  # inserted a statement ago
    return found


async def fetched(tx: Transaction, list_id: int, remote: RemoteHostList, next_at: int) -> None:
    """A list has been read again."""
    await tx.execute(
        """
        UPDATE host_lists
           SET name = :name, fetched_at = :now, changed_at = :changed, next_at = :next, trouble = NULL
         WHERE id = :id
        """,
        name=remote.name,
        now=tx.now,
        changed=remote.changed_at,
        next=next_at,
        id=list_id,
    )


async def failed(tx: Transaction, list_id: int, trouble: str, next_at: int) -> None:
    """A list could not be read, or not be believed; its entries stay as they are."""
    await tx.execute(
        "UPDATE host_lists SET trouble = :trouble, next_at = :next WHERE id = :id",
        trouble=trouble[:500],
        next=next_at,
        id=list_id,
    )


async def delete(tx: Transaction, list_id: int) -> None:
    """End a subscription; decisions that were made by it stay."""
    await tx.execute("DELETE FROM host_list_entries WHERE list_id = :id", id=list_id)
    await tx.execute("DELETE FROM host_lists WHERE id = :id", id=list_id)


# --- entries ---------------------------------------------------------------------------------------


async def entries(tx: Transaction, list_id: int, states: Collection[EntryState], limit: int) -> list[ListEntry]:
    """Entries of a list in these states, by name."""
    return await tx.all(
        ListEntry,
        """
        SELECT list_id, host, state, noted_at FROM host_list_entries
         WHERE list_id = :id AND state IN :states*
         ORDER BY host
         LIMIT :limit
        """,
        id=list_id,
        states=[state.value for state in states],
        limit=limit,
    )


async def waiting(tx: Transaction, list_id: int, limit: int) -> list[ListEntry]:
    """The entries of a list that wait for the administrator, by name."""
    return await tx.all(
        ListEntry,
        f"""
        SELECT e.list_id, e.host, e.state, e.noted_at FROM {_ENTRIES}
         WHERE e.list_id = :id AND {_WAITS}
         ORDER BY e.host
         LIMIT :limit
        """,
        id=list_id,
        limit=limit,
    )


async def entry(tx: Transaction, list_id: int, host: str) -> ListEntry | None:
    """One entry."""
    return await tx.one(
        ListEntry,
        "SELECT list_id, host, state, noted_at FROM host_list_entries WHERE list_id = :id AND host = :host",
        id=list_id,
        host=host,
    )


async def add(tx: Transaction, list_id: int, hosts: Collection[str]) -> None:
    """Note hosts that a list names; those known already stay as they are, unless they had been withdrawn."""
    await tx.execute_many(
        """
        INSERT INTO host_list_entries (list_id, host, state, noted_at) VALUES (:id, :host, 'new', :now)
        ON CONFLICT (list_id, host) DO UPDATE SET state = 'applied', noted_at = excluded.noted_at
         WHERE host_list_entries.state = 'withdrawn'
        """,
        [{"id": list_id, "host": host, "now": tx.now} for host in sorted(hosts)],
    )


async def set_state(tx: Transaction, list_id: int, host: str, state: EntryState) -> bool:
    """Note what came of an entry; False if there is none."""
    return (
        await tx.execute(
            "UPDATE host_list_entries SET state = :state, noted_at = :now WHERE list_id = :id AND host = :host",
            state=state,
            now=tx.now,
            id=list_id,
            host=host,
        )
        == 1
    )


async def remove(tx: Transaction, list_id: int, hosts: Collection[str]) -> None:
    """Forget entries."""
    await tx.execute(
        "DELETE FROM host_list_entries WHERE list_id = :id AND host IN :hosts*", id=list_id, hosts=sorted(hosts)
    )


async def is_applied_elsewhere(tx: Transaction, entry: ListEntry) -> bool:
    """Whether another list stands behind the decision about a host too."""
    return bool(
        await tx.value(
            """
            SELECT count(*) FROM host_list_entries
             WHERE host = :host AND list_id <> :id AND state = 'applied'
            """,
            host=entry.host,
            id=entry.list_id,
        )
    )


# --- ours ------------------------------------------------------------------------------------------


async def published(tx: Transaction) -> set[ListedAs]:
    """Which of this school's lists others may read."""
    return set(await tx.all(ListedAs, "SELECT decision FROM published_lists"))


async def publish(tx: Transaction, decision: ListedAs) -> None:
    """Let others read a list."""
    await tx.execute(
        """
        INSERT INTO published_lists (decision, published_at) VALUES (:decision, :now)
        ON CONFLICT (decision) DO NOTHING
        """,
        decision=decision,
        now=tx.now,
    )


async def unpublish(tx: Transaction, decision: ListedAs) -> None:
    """... and no longer."""
    await tx.execute("DELETE FROM published_lists WHERE decision = :decision", decision=decision)

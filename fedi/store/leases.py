"""Which threads of jobs a claim leases: the longest due first, and of each host only so many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from fedi.store.database import Transaction

LEASE_MS = 60_000
HOST_WIDTH = 8
"""How many threads of one host are in flight at most."""
_FULL_HOSTS = 64
"""How many hosts that have no room left are passed over, to look for others behind them."""


async def take(tx: Transaction, lane: str, lease: int, limit: int) -> list[str]:
    """Lease up to `limit` due threads of a lane; their keys."""
    return await tx.all(str, _TAKE, lane=lane, lease=lease, now=tx.now, until=tx.now + LEASE_MS, limit=limit)


_TAKE = """
    UPDATE threads
       SET lease = :lease, due_at = :until
     WHERE ordering_key IN (
           SELECT ordering_key
             FROM threads
            WHERE lane = :lane AND due_at <= :now
            ORDER BY due_at
            LIMIT :limit
            $skip_locked)
 RETURNING ordering_key
"""


async def take_by_host(tx: Transaction, lane: str, lease: int, limit: int) -> list[str]:
    """The same, but of each host no more than HOST_WIDTH threads are in flight, of one in trouble one.

    What waits for a host that has no room hides nothing behind it: the next look leaves that host out.
    """
    taken: list[str] = []
    full: set[str] = set()
    while len(taken) < limit and len(full) < _FULL_HOSTS:
        left = limit - len(taken)
        due = await tx.all(_Due, _DUE, lane=lane, now=tx.now, full=sorted(full), width=HOST_WIDTH, limit=left)
        chosen, refused = _within_room(due)
        await tx.execute(_TAKE_THESE, keys=chosen, lease=lease, until=tx.now + LEASE_MS)
        taken += chosen
        if not refused:
            break
        full |= refused
    return taken


@dataclass(frozen=True, slots=True)
class _Due:
    """A due thread, and for how many more its host has room."""

    ordering_key: str
    host: str
    room: int


def _within_room(due: list[_Due]) -> tuple[list[str], set[str]]:
    """The threads for which there is room, and the hosts that have none for the others."""
    chosen: list[str] = []
    refused: set[str] = set()
    taken: Counter[str] = Counter()
    for each in due:
        if each.host and taken[each.host] >= each.room:
            refused.add(each.host)
        else:
            taken[each.host] += 1
            chosen.append(each.ordering_key)
    return chosen, refused


# What is in flight is counted for each host by its index: joined with all of it, a claim beside 256 took 7 ms.
_DUE = """
    SELECT ordering_key, host,
           CASE WHEN (SELECT pauses FROM hosts WHERE hosts.host = t.host) > 0 THEN 1 ELSE :width END
           - (SELECT count(*)
                FROM threads busy
               WHERE busy.host = t.host AND busy.host <> '' AND busy.lease IS NOT NULL AND busy.due_at > :now) AS room
      FROM threads t
     WHERE lane = :lane AND due_at <= :now AND host NOT IN :full*
     ORDER BY due_at
     LIMIT :limit
     $skip_locked
"""

_TAKE_THESE = "UPDATE threads SET lease = :lease, due_at = :until WHERE ordering_key IN :keys*"

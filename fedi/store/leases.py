"""Which threads of jobs a claim leases: the longest due first, and of each host only so many."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from fedi.store.database import Transaction

LEASE_MS = 60_000
HOST_WIDTH = 8
"""How many threads of one host are in flight at most."""
_FURTHER = 8
"""Where a host has no room, so many times as many threads are looked at."""


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

    What waits for a host that has no room hides nothing behind it: a second look leaves all such hosts out.
    """
    taken, refused = await _look(tx, lane, lease, limit, among=limit, without=[])
    if refused and len(taken) < limit:
        full = await tx.all(str, _FULL, now=tx.now, width=HOST_WIDTH)
        more, _ = await _look(tx, lane, lease, limit - len(taken), among=limit * _FURTHER, without=full)
        taken += more
    return taken


async def _look(
    tx: Transaction, lane: str, lease: int, limit: int, *, among: int, without: list[str]
) -> tuple[list[str], bool]:
    """What is leased of the first so many due threads of other hosts, and whether one was refused for want of room."""
    due = await tx.all(_Due, _DUE, lane=lane, now=tx.now, without=without, width=HOST_WIDTH, among=among)
    fitting = _within_room(due)
    await tx.execute(_TAKE_THESE, keys=fitting[:limit], lease=lease, until=tx.now + LEASE_MS)
    return fitting[:limit], len(fitting) < len(due)


@dataclass(frozen=True, slots=True)
class _Due:
    """A due thread, and for how many more its host has room."""

    ordering_key: str
    host: str
    room: int


def _within_room(due: list[_Due]) -> list[str]:
    """The threads for which their hosts have room."""
    fitting: list[str] = []
    taken: Counter[str] = Counter()
    for each in due:
        if not each.host or taken[each.host] < each.room:
            taken[each.host] += 1
            fitting.append(each.ordering_key)
    return fitting


# What is in flight is counted for each host by its index: joined with all of it, a claim beside 256 took 7 ms.
_DUE = """
    SELECT ordering_key, host,
           CASE WHEN (SELECT pauses FROM hosts WHERE hosts.host = t.host) > 0 THEN 1 ELSE :width END
           - (SELECT count(*)
                FROM threads busy
               WHERE busy.host = t.host AND busy.host <> '' AND busy.lease IS NOT NULL AND busy.due_at > :now) AS room
      FROM threads t
     WHERE lane = :lane AND due_at <= :now AND host NOT IN :without*
     ORDER BY due_at
     LIMIT :among
     $skip_locked
"""

_TAKE_THESE = "UPDATE threads SET lease = :lease, due_at = :until WHERE ordering_key IN :keys*"

_FULL = """
    SELECT host
      FROM threads
     WHERE lease IS NOT NULL AND host <> '' AND due_at > :now
     GROUP BY host
    HAVING count(*) >= CASE WHEN (SELECT pauses FROM hosts WHERE hosts.host = threads.host) > 0 THEN 1 ELSE :width END
"""

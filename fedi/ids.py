"""Ids: 64 bits that sort by time and are never given twice.

The high 48 bits are milliseconds since 1970. The low 16 bits of an id made here are 6 bits of process slot and 10 bits
of counter; those of a received post are a hash of its URI. On the API an id is a decimal string.

A slot is leased in the database for a span of milliseconds, and no two leases of one slot overlap. An id is only ever
made inside its lease, so neither a clock that steps back nor machines whose clocks differ can make one id twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from fedi.errors import Unavailable

LOW_BITS = 16
COUNTER_BITS = 10
SLOTS = 1 << (LOW_BITS - COUNTER_BITS)
COUNTERS = 1 << COUNTER_BITS
YEAR_2010 = 1_262_304_000_000

LEASE_MS = 60_000
# A lease is renewed while this much of it is left: longer than the deadline of a unit of work, so none outlives it.
MARGIN_MS = 20_000


class LeaseOver(Unavailable):
    """A unit of work outlived the lease of its process slot; it can be tried again."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to make ids of `slot` in the milliseconds from `start` up to, not including, `until`."""

    slot: int
    start: int
    until: int


class Sequence:
    """Makes the ids of one process for one database, on one thread at a time."""

    __slots__ = ("_counter", "_lease", "_moment")

    def __init__(self, lease: Lease | None = None, moment: int = 0) -> None:
        self._lease = lease
        self._moment = max(moment, lease.start if lease else 0)
        self._counter = -1

    @property
    def lease(self) -> Lease | None:
        return self._lease

    @property
    def moment(self) -> int:
        """The millisecond of the last id made; never goes back."""
        return self._moment

    def needs_lease(self, now: int) -> bool:
        """Whether the lease must be renewed before more ids are made; `now` in milliseconds."""
        return self._lease is None or max(now, self._moment) >= self._lease.until - MARGIN_MS

    def under(self, lease: Lease) -> Sequence:
        """The sequence to go on with under `lease`: this one, if the slot is the same.

        Another slot gets another sequence: a unit that is running keeps to the slot it began with.
        """
        if self._lease is None or self._lease.slot != lease.slot:
            return Sequence(lease, self._moment)
        self._lease = lease
        return self

    def next(self, now: int) -> int:
        """A new id; `now` in milliseconds. LeaseOver when the lease has no id left."""
        if self._lease is None:
            raise LeaseOver("No process slot is leased")
        self._advance(now if now < self._lease.until else self._moment)
        if self._moment >= self._lease.until:
            raise LeaseOver(f"The lease of process slot {self._lease.slot} is over")
        return self._moment << LOW_BITS | self._lease.slot << COUNTER_BITS | self._counter

    def _advance(self, now: int) -> None:
        if now > self._moment:
            self._moment, self._counter = now, 0
        elif self._counter + 1 < COUNTERS:
            self._counter += 1
        else:
            self._moment, self._counter = self._moment + 1, 0


def milliseconds(id_: int) -> int:
    """When an id was made, or its post published: milliseconds since 1970."""
    return id_ >> LOW_BITS


def first_of(moment: int) -> int:
    """The least id of a millisecond: whatever was made before it has a lower one."""
    return max(0, moment) << LOW_BITS


def remote_id(published: int, uri: str, now: int) -> int:
    """The id of something received: sorts by `published` (milliseconds), which is believed only between 2010 and `now`.

    The same input gives the same id; if another URI has it already, the caller takes the next value.
    """
    moment = max(YEAR_2010, min(published, now))
    low = int.from_bytes(blake2b(uri.encode("utf-8", "surrogatepass"), digest_size=2).digest())
    return moment << LOW_BITS | low

"""Units of work: `await db.write(unit, *args)` and `await db.read(unit, *args)`.

A unit is `async def f(tx, *args)`. It awaits nothing but its transaction and changes nothing outside it, so that it can
be run again. It runs in a copy of its caller's context variables. A caller cancelled before its unit has started finds
that nothing was done; once started, a unit is carried through.
"""

from __future__ import annotations

import asyncio
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, TypeVarTuple

from fedi import ids
from fedi.config import School
from fedi.errors import Unavailable
from fedi.store.engine import migrations, slots
from fedi.store.engine.dialect import Engine
from fedi.store.engine.transaction import Busy, ConstraintViolated, DeadlineExceeded, ReadOnly, Transaction

__all__ = ["Busy", "Clock", "ConstraintViolated", "Database", "DeadlineExceeded", "Publish", "ReadOnly", "Transaction"]

T = TypeVar("T")
Args = TypeVarTuple("Args")

Clock = Callable[[], int]
"""Gives milliseconds since 1970."""

Publish = Callable[[str, int | str], object]
"""Is told the topic and the reference of every announcement, on the event loop, after its COMMIT."""

AnyUnit = Callable[..., Coroutine[Any, Any, T]]

DEADLINE = 10.0
"""Seconds a unit may take, from its start, unless its caller says otherwise."""


class Database(ABC):
    """One school's database. It belongs to the event loop it was opened on."""

    engine: Engine

    def __init__(self, school: School, clock: Clock, publish: Publish) -> None:
        self.school = school
        self._clock = clock
        self._publish = publish
        self._sequence = ids.Sequence()
        self._holder = uuid.uuid4().hex
        self._lease_lock = asyncio.Lock()
        self._closed = False

    async def write(
        self,
        unit: Callable[[Transaction, *Args], Coroutine[Any, Any, T]],
        /,
        *args: *Args,
        deadline: float | None = DEADLINE,
    ) -> T:
        """Run `unit` and commit; when this returns, what it did is on disk. `deadline` in seconds; None: none."""
        if self._sequence.needs_lease(self._clock()):
            await self._lease()
        self._require_open()
        return await self._write(unit, args, deadline)

    async def read(
        self,
        unit: Callable[[Transaction, *Args], Coroutine[Any, Any, T]],
        /,
        *args: *Args,
        deadline: float | None = DEADLINE,
    ) -> T:
        """Run `unit` on a snapshot of what is committed; it cannot write. `deadline` in seconds; None: none."""
        self._require_open()
        return await self._read(unit, args, deadline)

    @abstractmethod
    async def changed(self) -> bool:
        """Whether another process has committed since this was last asked (SQLite: a command beside the server)."""

    async def close(self) -> None:
        """Finish what has started, refuse what comes, and let go of the database."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._drain()
            await self._release()
        finally:
            await self._close()

    def _require_open(self) -> None:
        if self._closed:
            raise Unavailable(f"The database of {self.school.host} is closed")

    async def _lease(self) -> None:
        """Lease a process slot, or more time on it, before the ids of this process run out."""
        async with self._lease_lock:
            self._require_open()
            if self._sequence.needs_lease(self._clock()):
                lease = await self._write(slots.lease, (self._holder, self._sequence), DEADLINE)
                self._sequence = self._sequence.under(lease)

    async def _release(self) -> None:
        """Give the process slot back; a unit that comes too late must not make ids under it."""
        sequence, self._sequence = self._sequence, ids.Sequence()
        if sequence.lease:
            await self._write(slots.release, (self._holder, sequence), DEADLINE)

    async def _migrate(self, known: tuple[migrations.Migration, ...]) -> None:
        for step in await self._write(migrations.pending, (known,), None):
            await self._write(migrations.apply, (step,), None)

    @abstractmethod
    async def _write(self, unit: AnyUnit[T], args: tuple[Any, ...], deadline: float | None) -> T: ...

    @abstractmethod
    async def _read(self, unit: AnyUnit[T], args: tuple[Any, ...], deadline: float | None) -> T: ...

    @abstractmethod
    async def _drain(self) -> None:
        """Wait until nothing runs."""

    @abstractmethod
    async def _close(self) -> None: ...

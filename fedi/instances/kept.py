"""What is read from the database once, however many ask for it at the same moment, and kept until it has changed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """A bounded memory by our numbers, which forgets the oldest. Belongs to one event loop."""

    def __init__(self, most: int, read: Callable[[int], Awaitable[V]]) -> None:
        self._most = most
        self._read = read
        self._known: OrderedDict[int, V] = OrderedDict()
        self._reading = asyncio.Lock()
        self._changes = 0

    async def find(self, number: int) -> V:
        """What `read` gives for this number; None is asked for again."""
        known = self._known.get(number)
        return known if known is not None else await self._find(number)

    async def _find(self, number: int) -> V:
        async with self._reading:  # whoever comes second finds it here
            known = self._known.get(number)
            return known if known is not None else await self._read_and_keep(number)

    async def _read_and_keep(self, number: int) -> V:
        changes = self._changes
        found = await self._read(number)
        if found is not None and changes == self._changes:  # else it is of the time before
            self._known[number] = found
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return found

    def clear(self) -> None:
        """All of it may have changed."""
        self._changes += 1
        self._known.clear()

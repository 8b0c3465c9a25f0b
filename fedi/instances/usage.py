"""How much a school is used, counted now and then: it costs the more the more there is, and any stranger may ask."""

from __future__ import annotations

import asyncio

from fedi.models.usage import Usage
from fedi.store import served
from fedi.store.database import Database

COUNTED_EVERY_MS = 5 * 60_000


class CountedUsage:
    """What was counted last. Belongs to one event loop."""

    def __init__(self) -> None:
        self._usage: Usage | None = None
        self._counted_at = 0
        self._counting = asyncio.Lock()

    async def lately(self, db: Database, now: int) -> Usage:
        """The numbers, at most five minutes old; `now` in milliseconds."""
        async with self._counting:
            if self._usage is None or now - self._counted_at >= COUNTED_EVERY_MS:
                self._usage, self._counted_at = await db.read(served.usage), now
            return self._usage

"""In which scheme each server understands our signatures: kept in the database, and remembered for the next request."""

from __future__ import annotations

import asyncio

from fedi.activitypub.signatures.message import Scheme
from fedi.instances.bounded import Bounded
from fedi.store import schemes
from fedi.store.database import Clock, Database

_HOSTS = 2_000
_REFUSED_MS = 60 * 60 * 1000
_USUAL = (Scheme.CAVAGE, Scheme.RFC_9421)


class Schemes:
    """What one school has learned. Bounded here and in the database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        # Read at once: a post goes to hundreds of hosts, and a question for each costs more than its request.
        self._unusual: Bounded[Scheme] | None = None
        self._reading = asyncio.Lock()
        self._refused = Bounded[int](_HOSTS)

    async def order(self, host: str) -> tuple[Scheme, ...]:
        """The schemes to try, one after the other. A host that has refused both is not asked twice for an hour."""
        unusual = await self._read() if self._unusual is None else self._unusual
        order = _USUAL if unusual.get(host, Scheme.CAVAGE) is Scheme.CAVAGE else _USUAL[::-1]
        return order[:1] if self._refused.get(host, 0) > self._clock() else order

    async def note(self, host: str, understood: Scheme | None) -> None:
        """A host has refused the first scheme, and understood this one; None for neither."""
        if understood is None:
            self._refused[host] = self._clock() + _REFUSED_MS
            return
        unusual = await self._read()
        if understood is Scheme.CAVAGE:
            unusual.pop(host, None)
            await self._db.write(schemes.forget, host)
        else:
            unusual[host] = understood
            await self._db.write(schemes.note, host, understood.value)

    async def _read(self) -> Bounded[Scheme]:
        async with self._reading:
            if self._unusual is None:
                found = Bounded[Scheme](_HOSTS)
                for each in reversed(await self._db.read(schemes.latest, _HOSTS)):
                    found[each.host] = Scheme(each.scheme)
                self._unusual = found
            return self._unusual

    def clear(self) -> None:
        """Another process has written: it may know better."""
        self._unusual = None

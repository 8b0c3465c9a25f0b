"""In which scheme each server understands our signatures: kept in the database, and remembered for the next request."""

from __future__ import annotations

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
        self._known = Bounded[Scheme](_HOSTS)
        self._refused = Bounded[int](_HOSTS)

    async def order(self, host: str) -> tuple[Scheme, ...]:
        """The schemes to try, one after the other. A host that has refused both is not asked twice for an hour."""
        first = self._known.get(host) or await self._stored(host)
        order = _USUAL if first is Scheme.CAVAGE else _USUAL[::-1]
        return order[:1] if self._refused.get(host, 0) > self._clock() else order

    async def note(self, host: str, understood: Scheme | None) -> None:
        """A host has refused the first scheme, and understood this one; None for neither."""
        if understood is None:
            self._refused[host] = self._clock() + _REFUSED_MS
            return
        self._known[host] = understood
        if understood is Scheme.CAVAGE:
            await self._db.write(schemes.forget, host)
        else:
            await self._db.write(schemes.note, host, understood.value)

    async def _stored(self, host: str) -> Scheme:
        stored: str | None = await self._db.read(schemes.of, host)
        found = Scheme(stored or Scheme.CAVAGE)
        self._known[host] = found
        return found

    def clear(self) -> None:
        """Another process has written: it may know better."""
        self._known.clear()

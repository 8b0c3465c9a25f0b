"""What a school has lately been sending: an activity goes to hundreds of inboxes in a second, and is read once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace

from fedi.activitypub.jsonld import decode_own, encode
from fedi.activitypub.signatures import proofs
from fedi.activitypub.signatures.keys import load_proof_key
from fedi.models.activities import SentActivity
from fedi.store import activities, keys
from fedi.store.database import Database, Transaction

_KEPT = 64


class SentActivities:
    """A bounded memory. What was sent changes only in its proof, when its actor has got new keys."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, SentActivity] = OrderedDict()
        self._reading = asyncio.Lock()

    async def find(self, db: Database, activity_id: int) -> SentActivity | None:
        """The activity with our number; None if the school has erased it."""
        return self._known.get(activity_id) or await self._read(db, activity_id)

    async def _read(self, db: Database, activity_id: int) -> SentActivity | None:
        async with self._reading:  # whoever comes second finds it here
            known = self._known.get(activity_id) or await db.read(_find, activity_id)
            if known is not None:
                self._known[activity_id] = known
                if len(self._known) > _KEPT:
                    self._known.popitem(last=False)
            return known

    def clear(self) -> None:
        """Keys have changed."""
        self._known.clear()


async def _find(tx: Transaction, activity_id: int) -> SentActivity | None:
    kept = await activities.by_id(tx, activity_id)
    return kept and await with_valid_proof(tx, kept)


async def with_valid_proof(tx: Transaction, kept: SentActivity) -> SentActivity:
    """An activity as it was sent, but with a proof that the keys match which its actor has now."""
    if '"proof"' not in kept.json:
        return kept
    key = await keys.proving(tx, kept.actor_id)
    if key is None or key.private_pem is None:
        return kept
    document = decode_own(kept.json)
    renewed = proofs.renewed(document, load_proof_key(key.uri, key.private_pem), tx.now)
    return kept if renewed is document else replace(kept, json=encode(renewed))

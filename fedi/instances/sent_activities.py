"""What a school sends: as it was said, with a proof that matches the keys its actor has now."""

from __future__ import annotations

from dataclasses import replace

from fedi.activitypub.jsonld import decode_own, encode
from fedi.activitypub.signatures import proofs
from fedi.activitypub.signatures.keys import load_proof_key
from fedi.models.activities import SentActivity
from fedi.store import activities, keys
from fedi.store.database import Transaction


async def find(tx: Transaction, activity_id: int) -> SentActivity | None:
    """The activity with our number, to be sent; None if the school has erased it."""
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

"""What others may forward, store or carry says by itself whose it is: public activities, and materials (FEP-8b32)."""

from __future__ import annotations

from fedi.activitypub import addressing, jsonld
from fedi.activitypub.jsonld import Json
from fedi.activitypub.signatures import proofs
from fedi.activitypub.signatures.keys import load_proof_key
from fedi.models.actors import Actor
from fedi.store import keys
from fedi.store.database import Transaction


async def attach(tx: Transaction, actor: Actor, document: Json) -> Json:
    """The document with a proof by one of our actors, if it is addressed to everybody.

    Anything narrower gets none: who receives it could prove to the world what she was told in confidence.
    """
    if not addressing.is_public([*jsonld.ids(document.get("to")), *jsonld.ids(document.get("cc"))]):
        return document
    key = await keys.proving(tx, actor.id)
    if key is None or key.private_pem is None:
        return document
    return proofs.attach(document, load_proof_key(key.uri, key.private_pem), tx.now)

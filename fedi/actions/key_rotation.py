"""New keys for our actors, in place of those that may have got into other hands."""

from __future__ import annotations

from fedi.actions import outbox
from fedi.activitypub.key_pairs import KeyPair
from fedi.models.actors import Actor
from fedi.store import keys
from fedi.store.database import Transaction


async def rotate(tx: Transaction, actor: Actor, pair: KeyPair) -> None:
    """From now on an actor of ours signs with these keys.

    Servers that may know the old ones are told, in a request that the old one has signed.
    """
    await keys.retire(tx, actor.id)
    await keys.replace_all(tx, actor.id, pair.rows(actor.id, actor.uri, tx.now, renewed=True))
    await outbox.keys_rotated(tx, actor)
    tx.announce("keys", actor.uri)

"""Update of people: a profile, a key, an address changed."""

from __future__ import annotations

from fedi.activitypub.jsonld import normal_id
from fedi.federation.incoming import Ignored, Incoming, Need
from fedi.store import actors
from fedi.store.database import Transaction


async def updated(tx: Transaction, incoming: Incoming) -> str:
    """Somebody we know has changed. What she is now is asked of her server: it may be later than this activity."""
    uri = normal_id(incoming.activity.object_uri)
    if uri != normal_id(incoming.activity.actor):
        raise Ignored("people are changed by themselves only")
    known = await actors.by_uri(tx, uri)
    if known is None or known.local:
        raise Ignored("nobody is known here by that name")
    incoming.require(Need.FRESH_ACTOR, uri)
    return "updated"

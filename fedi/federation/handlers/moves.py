"""Move: somebody elsewhere goes on under another account (FEP-7628)."""

from __future__ import annotations

from fedi.actions import moves as move_actions
from fedi.activitypub import jsonld, uris
from fedi.activitypub.jsonld import normal_id
from fedi.federation.incoming import Ignored, Incoming, Need
from fedi.models.actors import Actor
from fedi.store import actors, follows
from fedi.store.database import Transaction


async def moved(tx: Transaction, incoming: Incoming) -> str:
    """Those here who follow the old account follow the new one, if both say so just now: the one that sends the Move,
    and the other in its document.
    """
    old_uri, new_uri = normal_id(incoming.activity.object_uri), _target_uri(incoming)
    sender = normal_id(incoming.activity.actor)
    if sender not in (old_uri, new_uri) or old_uri == new_uri:
        raise Ignored("people are moved by themselves only")
    old = await _old(tx, old_uri)
    new = await _fresh(tx, incoming, new_uri)
    if sender == new_uri:
        old = await _fresh(tx, incoming, old_uri)
        if old.moved_to is None or normal_id(old.moved_to) != new_uri:
            raise Ignored("the old account does not say that it has moved there")
    await move_actions.move(tx, old, new)
    return "moved"


def _target_uri(incoming: Incoming) -> str:
    uri = jsonld.address(incoming.activity.json.get("target"))
    if uri is None:
        raise Ignored("it does not say where to")
    return normal_id(uri)


async def _old(tx: Transaction, uri: str) -> Actor:
    """Who moves. An account that nobody here follows makes us fetch nothing."""
    found = await actors.by_uri(tx, uri)
    if found is None or found.local or found.gone:
        raise Ignored("nobody is known here by that name")
    if not await follows.has_local_follower(tx, found.id):
        raise Ignored("nobody here follows who moves")
    return found


async def _fresh(tx: Transaction, incoming: Incoming, uri: str) -> Actor:
    if uris.host_of(uri) != tx.school.host:
        incoming.require(Need.FRESH_ACTOR, uri)
    found = await actors.by_uri(tx, uri)
    if found is None:
        raise Ignored("where she goes cannot be fetched")
    return found

"""Agreements between schools: the Offer of a Relationship by one school's own actor to the other's, and its Undo."""

from __future__ import annotations

from urllib.parse import urlsplit

from fedi.actions import peers as peer_actions
from fedi.activitypub import activities, jsonld
from fedi.activitypub.jsonld import Json
from fedi.federation.incoming import Ignored, Incoming
from fedi.models.actors import Actor, ActorKind
from fedi.store.database import Transaction


async def offered(tx: Transaction, incoming: Incoming) -> str:
    """Another school offers us an agreement."""
    school = await _school(tx, incoming, incoming.activity.json)
    await peer_actions.offered_by(tx, school.host)
    return "offered"


async def revoked(tx: Transaction, incoming: Incoming) -> str:
    """Another school takes its offer back."""
    school = await _school(tx, incoming, incoming.activity.object)
    await peer_actions.revoked_by(tx, school.host)
    return "revoked"


async def _school(tx: Transaction, incoming: Incoming, offer: Json) -> Actor:
    """The school that sends the offer: only its own actor speaks for it, only for itself, and only to us."""
    sender = await incoming.actor(tx)
    relationship = offer.get("object")
    if not activities.is_agreement(offer) or not isinstance(relationship, dict):
        raise Ignored("it is not an agreement between schools")
    if sender.kind is not ActorKind.APPLICATION or urlsplit(sender.uri).path != "/actor":
        raise Ignored("only the school itself offers an agreement")
    named = (jsonld.id_of(relationship.get("subject")), jsonld.id_of(relationship.get("object")))
    if named != (sender.uri, f"{tx.school.base_url}/actor"):
        raise Ignored("the agreement is between others")
    return sender

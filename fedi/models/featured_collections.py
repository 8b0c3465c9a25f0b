"""Collections of people that somebody shows to others, with the consent of each (FEP-7aa9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ItemState(StrEnum):
    """Only who has ACCEPTED is shown to anybody but the collection's owner.

    PENDING: her server has not answered yet. REVOKED: she stood there, and took herself out; as one who REJECTED, she
    is not asked again.
    """

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"


STANDING = (ItemState.PENDING, ItemState.ACCEPTED)
"""What takes a place in a collection."""


@dataclass(frozen=True, slots=True)
class FeaturedCollection:
    """A collection; `actor_id` is its owner. `description` is plain text of ours, of peers with the tags taken out.

    Whoever has its address sees it; it is listed with its owner's others only if `discoverable`.
    """

    id: int
    uri: str
    actor_id: int
    name: str
    description: str
    language: str | None
    tag: str | None
    sensitive: bool
    discoverable: bool
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class FeaturedItem:
    """Somebody's place in a collection. `uri` is its id on the wire; `request_uri` the FeatureRequest that asked for
    it, `authorization_uri` the stamp of a peer's actor. Of our own people the item itself is the stamp.
    """

    id: int
    collection_id: int
    actor_id: int
    state: ItemState
    created_at: int
    uri: str | None = None
    request_uri: str | None = None
    authorization_uri: str | None = None


@dataclass(frozen=True, slots=True)
class RemoteItem:
    """A place in a peer's collection, as its owner says: whose it is, and where her stamp is said to be."""

    uri: str
    person_uri: str
    authorization_uri: str | None


@dataclass(frozen=True, slots=True)
class CollectionChange:
    """What its owner changes of a collection; None leaves a thing as it is, "" takes language or hashtag off."""

    name: str | None = None
    description: str | None = None
    language: str | None = None
    tag: str | None = None
    sensitive: bool | None = None
    discoverable: bool | None = None

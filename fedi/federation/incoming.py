"""An activity on its way through a handler: what came in, and what was fetched for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from fedi.activitypub import jsonld, remote_posts, uris
from fedi.activitypub.activities import Activity
from fedi.activitypub.jsonld import Json
from fedi.errors import FediError
from fedi.models.activities import Received
from fedi.models.actors import Actor
from fedi.models.posts import RemotePost
from fedi.store import actors
from fedi.store.database import Transaction


class Need(StrEnum):
    """What a handler may lack."""

    ACTOR = "actor"
    FRESH_ACTOR = "fresh-actor"
    MENTIONED = "mentioned"
    POST = "post"
    PROOF = "proof"
    DOCUMENT = "document"
    ABSENCE = "absence"


class Missing(FediError):
    """Something must be fetched before an activity can be handled; the unit is undone, and run again with it."""

    def __init__(self, need: Need, uri: str) -> None:
        super().__init__(f"{need} {uri}")
        self.need = need
        self.uri = uri


class Ignored(FediError):
    """There is nothing to do about an activity; the message is kept as its outcome."""

    status = 202


@dataclass(frozen=True, slots=True)
class Findings:
    """What has been fetched for an activity.

    `tried` holds what was asked for, with or without success; `documents` what was given, by id, and of these `proven`
    what came with a proof of whoever made it; `absent` the ids whose own server said that they are gone.
    """

    tried: frozenset[tuple[Need, str]] = frozenset()
    documents: Mapping[str, Json] = field(default_factory=dict)
    proven: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One activity and what has been fetched for it."""

    received: Received
    activity: Activity
    found: Findings

    def require(self, need: Need, uri: str) -> None:
        """Ask for something, once: afterwards it is there, or cannot be had."""
        if (need, uri) not in self.found.tried:
            raise Missing(need, uri)

    async def actor(self, tx: Transaction) -> Actor:
        """Who does it, known to us; Ignored if that is nobody, or somebody suspended."""
        return await self.known_actor(tx, self.activity.actor)

    async def acquaintance(self, tx: Transaction) -> Actor:
        """Who does it, if she is known here: for what is only about what she did before, nobody is fetched, and
        strangers leave nothing behind.
        """
        found = await actors.by_uri(tx, self.activity.actor)
        if found is None or found.gone:
            raise Ignored("nobody is known here by that name")
        return found

    async def known_actor(self, tx: Transaction, uri: str) -> Actor:
        """An actor by its id, fetched if need be."""
        found = await actors.by_uri(tx, uri)
        if found is None:
            self.require(Need.ACTOR, uri)
            raise Ignored(f"{uri} cannot be fetched")
        if found.gone:
            raise Ignored(f"{uri} is suspended or gone")
        return found

    def trusts(self, uri: str) -> bool:
        """Whether the sender of this activity speaks for a thing with this id: it is of the same origin (FEP-fe34)."""
        return not self.received.hint and uris.same_origin(uri, self.activity.actor)

    def is_own_word(self) -> bool:
        """Whether the carried object is the sender's own: with an id of its origin, and by the sender itself.

        Anything else, also of somebody else on the same server, is asked for where it comes from.
        """
        carried = self.activity.object
        uri = carried.get("id")
        is_own = remote_posts.author_of(carried) == self.activity.actor
        return len(carried) > 1 and is_own and isinstance(uri, str) and self.trusts(uri)

    def post(self) -> RemotePost:
        """The post this activity is about, as it was carried if that can be believed, else as its origin gives it."""
        uri = self.activity.object_uri
        if not jsonld.is_address(uri):
            raise Ignored("what it carries has no id")
        document = self.activity.object if self.is_own_word() else self._of_somebody_else(uri)
        remote = remote_posts.parse(document)
        remote_posts.check_author(remote)
        return remote

    def _of_somebody_else(self, uri: str) -> Json:
        self.require_proof()
        if uri not in self.found.documents:
            self.require(Need.DOCUMENT, uri)
        return self.found.documents.get(uri, {})

    def require_proof(self) -> None:
        """Have the proof checked that the carried object brings, if it does: then its origin need not be asked."""
        if "proof" in self.activity.object or "proof" in jsonld.document(self.activity.object.get("object")):
            self.require(Need.PROOF, self.received.uri)

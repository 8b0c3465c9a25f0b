"""Documents of other servers, believed only where they come from (FEP-fe34): a document's id is the URL that gave
it.
"""

from __future__ import annotations

import time
from typing import Protocol

from fedi.activitypub import content_types, jsonld, uris
from fedi.activitypub.jsonld import Json
from fedi.activitypub.signatures.keys import SigningKey
from fedi.errors import Forbidden, Malformed
from fedi.instances import Instance
from fedi.instances.crowd import Crowd
from fedi.models.peers import Standing
from fedi.outbound.client import Client, Document
from fedi.outbound.failures import FailureKind, FetchFailed
from fedi.policies import peering
from fedi.store import peers


class Fetches(Protocol):
    """What can get documents: the client, or one that counts. `keys` are those who fetch a key just now."""

    @property
    def keys(self) -> Crowd: ...

    async def get_document(self, url: str, signer: SigningKey | None, *, accept: str = ...) -> Document: ...

    async def get_json(
        self, url: str, accept: str, media_types: frozenset[str], *, signer: SigningKey | None = None
    ) -> Document: ...


class Limited:
    """A client that makes so many requests and no more, the last of them begun within so many seconds: what one
    activity can make us fetch is bounded, and how long a slow server can keep us at it. Crowded if too many wait for
    other servers already.
    """

    def __init__(self, client: Client, requests: int, *, seconds: float = 30) -> None:
        self._client = client
        self._left = requests
        self._until = time.monotonic() + seconds

    @property
    def keys(self) -> Crowd:
        """Those who fetch a key just now, by whatever client."""
        return self._client.keys

    @property
    def spent(self) -> bool:
        """Whether every further request would be refused."""
        return self._left <= 0 or time.monotonic() > self._until

    async def get_document(
        self, url: str, signer: SigningKey | None, *, accept: str = content_types.ACCEPT
    ) -> Document:
        self._spend(url)
        with self._client.errands.joined(_host(url)):
            return await self._client.get_document(url, signer, accept=accept)

    async def get_json(
        self, url: str, accept: str, media_types: frozenset[str], *, signer: SigningKey | None = None
    ) -> Document:
        self._spend(url)
        with self._client.errands.joined(_host(url)):
            return await self._client.get_json(url, accept, media_types, signer=signer)

    def _spend(self, url: str) -> None:
        if self.spent:
            raise FetchFailed(FailureKind.REFUSED, url, "too much to fetch for one thing")
        self._left -= 1


def _host(url: str) -> str:
    return uris.host_of(url) if jsonld.is_address(url) else ""


async def require_askable(instance: Instance, uri: str) -> None:
    """Malformed for what is no address, Forbidden for a host we have nothing to do with, FetchFailed for our own."""
    if not jsonld.is_address(uri):
        raise Malformed(f"{uri!r} is not an address")
    host = uris.host_of(uri)
    standing = await instance.db.read(peers.standing, host)
    if standing is Standing.BLOCKED or not peering.may_send(instance.school.peering, standing):
        raise Forbidden(f"This school has nothing to do with {host}")
    if host == instance.school.host:
        raise FetchFailed(FailureKind.REFUSED, uri, "is ours, and not there")


async def document(instance: Instance, client: Fetches, uri: str) -> Json:
    """The object with this id from its own origin; FetchFailed if it cannot be had or is not what it says it is."""
    fetched = await client.get_document(uri, instance.school_key)
    id_ = jsonld.id_of(fetched.json)
    if id_ and is_same(id_, fetched.url):
        return fetched.json
    if not id_ or not uris.same_origin(id_, fetched.url):
        raise FetchFailed(FailureKind.MALFORMED, uri, "has an id of another place")
    # A page's address, or an older one, of the same server: asked once more under the id it gives.
    again = await client.get_document(id_, instance.school_key)
    if not is_same(jsonld.id_of(again.json) or "", again.url) or not is_same(again.url, id_):
        raise FetchFailed(FailureKind.MALFORMED, uri, "is not found under its own id")
    return again.json


def is_same(one: str, other: str) -> bool:
    """Whether two addresses lead to the same place: everything but the fragment counts."""
    return jsonld.is_address(one) and uris.wire_form(uris.normalise(one)) == uris.wire_form(uris.normalise(other))

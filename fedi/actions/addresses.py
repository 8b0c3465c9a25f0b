"""Who or what stands behind an address that somebody typed, as far as it is known here."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from fedi.actions import featured_collections
from fedi.activitypub import discovery, uris
from fedi.errors import NotFound
from fedi.models.actors import Actor
from fedi.models.featured_collections import FeaturedCollection
from fedi.models.posts import Post
from fedi.paths import number_in
from fedi.store import actors, posts, visibility
from fedi.store import featured_collections as stored
from fedi.store.database import Transaction

Found = Actor | Post | FeaturedCollection

_POST = re.compile(r"(?:/posts|/@[^/]+|/users/[^/]+(?:/statuses)?)/(?P<id>[0-9]+)")
_COLLECTION = re.compile(r"/collections/(?P<id>[0-9]+)")
_PERSON = re.compile(r"/(?:@|users/)(?P<name>[^/]+)")


async def known(tx: Transaction, address: str) -> Found | None:
    """Whom or what we know by this id, with or without a slash at its end. Whether a reader sees it is hers to ask."""
    for uri in dict.fromkeys((address, address.rstrip("/"))):
        found = await actors.by_uri(tx, uri) or await posts.by_uri(tx, uri) or await stored.by_uri(tx, uri)
        if found is not None:
            return found
    return None


def is_ours(tx: Transaction, address: str) -> bool:
    """Whether an address is one of this school, in whatever letters its host is written."""
    return uris.host_of(address) == tx.school.host


async def ours(tx: Transaction, viewer: Actor | None, typed: str) -> Found | None:
    """What an address of this school shows `viewer`: a page, an id, or one where Mastodon would have it."""
    address = discovery.parse_resource(typed)
    if not isinstance(address, str) or not is_ours(tx, address):
        return None
    path = unquote(urlsplit(address).path).rstrip("/").replace("\0", "")
    if named := _POST.fullmatch(path):
        number = number_in(named["id"])
        return await visibility.post_by_id(tx, viewer, number) if number else None
    if named := _COLLECTION.fullmatch(path):
        return await _collection(tx, viewer, number_in(named["id"]) or 0)
    named = _PERSON.fullmatch(path)
    return await _person(tx, named["name"]) if named else await actors.by_uri(tx, f"{tx.school.base_url}{path}")


async def _collection(tx: Transaction, viewer: Actor | None, collection_id: int) -> FeaturedCollection | None:
    try:
        return await featured_collections.seen(tx, viewer, collection_id)
    except NotFound:
        return None


async def _person(tx: Transaction, name: str) -> Actor | None:
    """Ours by name or number, and others under their whole handle, as our pages show them."""
    username, _, domain = name.partition("@")
    if domain and domain.lower() != tx.school.account_domain:
        return await actors.by_handle(tx, username, domain.lower())
    return await actors.local_by_name(tx, username) or await actors.by_uri(tx, f"{tx.school.base_url}/users/{username}")

"""Actors of peers, read leniently: what is unusable is left out, what an actor cannot do without is Malformed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fedi import text
from fedi.activitypub import consent, groups, jsonld, quotes, uris
from fedi.activitypub.activities import PEOPLE
from fedi.activitypub.jsonld import Json
from fedi.activitypub.links import emojis, page_url, picture_url
from fedi.activitypub.signatures import keys, multikey
from fedi.errors import Malformed
from fedi.models.actors import ActorKind, ProfileField, RemoteActor

_USERNAME = re.compile(r"[^\s/@?#:\x00-\x1f]{1,200}")
_MAX_NAME = 200
_MAX_SUMMARY = 20_000
_MAX_FIELDS = 50
_MAX_KEYS = 10
_MAX_ALIASES = 256
_MAX_SITES = 256
_MAX_HOST = 255
_MAX_DESCRIPTION = 10_000


def is_actor(document: Json) -> bool:
    """Whether a document is of an actor type."""
    return not set(PEOPLE).isdisjoint(jsonld.types(document))


def parse(document: Json) -> RemoteActor:
    """Read an actor. Its domain is the host of its id until WebFinger has said otherwise."""
    uri = _uri(document)
    endpoints = document.get("endpoints")
    return RemoteActor(
        uri=uri,
        kind=ActorKind(jsonld.type_of(document, PEOPLE)),
        username=_username(document),
        domain=uris.host_of(uri),
        name=jsonld.text(document, "name").strip()[:_MAX_NAME],
        summary=text.sanitise(jsonld.text(document, "summary")[:_MAX_SUMMARY]),
        url=page_url(document, uri),
        inbox=_inbox(document, uri),
        keys=tuple(_keys(document, uri)),
        fields=tuple(_fields(document)),
        emojis=emojis(document),
        shared_inbox=_own(endpoints, "sharedInbox", uri) if isinstance(endpoints, dict) else None,
        outbox=_own(document, "outbox", uri),
        followers=_own(document, "followers", uri),
        following=_own(document, "following", uri),
        featured=_own(document, "featured", uri),
        featured_tags=_own(document, "featuredTags", uri),
        avatar_url=picture_url(document.get("icon")),
        header_url=picture_url(document.get("image")),
        avatar_description=_said_of_picture(document.get("icon")),
        header_description=_said_of_picture(document.get("image")),
        attribution_domains=tuple(_sites(document)),
        locked=jsonld.boolean(document, "manuallyApprovesFollowers"),
        discoverable=jsonld.boolean(document, "discoverable"),
        indexable=jsonld.boolean(document, "indexable"),
        searchable=consent.judge(consent.parse(document), _own(document, "followers", uri)),
        also_known_as=jsonld.ids(document.get("alsoKnownAs"))[:_MAX_ALIASES],
        moved_to=jsonld.address(document.get("movedTo")),
        created_at=jsonld.time_ms(document.get("published")),
        suspended=jsonld.boolean(document, "suspended"),
        memorial=jsonld.boolean(document, "memorial"),
        # Whoever says nothing of these shows everything, as all did before Mastodon 4.6.
        shows_media=document.get("showMedia") is not False,
        shows_replies_in_media=document.get("showRepliesInMedia") is not False,
        shows_featured=document.get("showFeatured") is not False,
        feature_policy=quotes.allowed(document, "canFeature", uri),
        community=groups.parse_community(document, uri),
    )


def handle(document: Json) -> str | None:
    """The `name@domain` an actor claims for itself (FEP-2c59); to be believed only if WebFinger agrees."""
    claimed = jsonld.text(document, "webfinger").removeprefix("acct:").lstrip("@")
    return claimed if claimed.count("@") == 1 else None


def _uri(document: Json) -> str:
    uri = jsonld.address(document.get("id"))
    if uri is None:
        raise Malformed("an actor has an id")
    if not is_actor(document):
        raise Malformed(f"{uri} is not an actor")
    return jsonld.normal_id(uri)


def _username(document: Json) -> str:
    username = jsonld.text(document, "preferredUsername").strip()
    if not _USERNAME.fullmatch(username):
        raise Malformed("an actor has a preferredUsername")
    return username


def _inbox(document: Json, uri: str) -> str:
    inbox = _own(document, "inbox", uri)
    if inbox is None:
        raise Malformed("an actor has an inbox, on its own host")
    return inbox


def _own(document: Json, name: str, uri: str) -> str | None:
    """An address of the actor's on its own origin. One elsewhere is somebody else's: posts "to the followers" of
    another actor would be shown to them, and a foreign shared inbox would take the place of those of its host.
    """
    found = jsonld.address(document.get(name))
    return found if found and uris.same_origin(found, uri) else None


def _keys(document: Json, uri: str) -> Iterator[tuple[str, str]]:
    for each in list(jsonld.objects(document.get("publicKey")))[:_MAX_KEYS]:
        pem = jsonld.text(each, "publicKeyPem")
        if _belongs(each, "owner", uri) and is_usable(pem):
            yield _key_id(each, uri), pem
    for each in list(jsonld.objects(document.get("assertionMethod")))[:_MAX_KEYS]:
        method = _named_here(each, uri)
        spelt = _pem_of_multikey(jsonld.text(each, "publicKeyMultibase"))
        if _belongs(method, "controller", uri) and spelt:
            yield _key_id(method, uri), spelt


def with_key(document: Json, key: Json) -> Json:
    """An actor's document with a key, fetched by itself, where it only refers to it."""
    listed = {
        name: [key if each == key.get("id") else each for each in jsonld.many(document.get(name))]
        for name in ("publicKey", "assertionMethod")
    }
    return {**document, **listed}


def _named_here(method: Json, uri: str) -> Json:
    """A key that is its own name (did:key) has no origin: it is kept as one of this actor's, who lists it."""
    multibase = jsonld.text(method, "publicKeyMultibase")
    is_its_name = method.get("id") == f"did:key:{multibase}#{multibase}"
    return {**method, "id": f"{uri}#{multibase}"} if is_its_name else method


def _belongs(key: Json, owner: str, uri: str) -> bool:
    """Whether a key names this actor as its owner and lies on its origin (FEP-fe34)."""
    owned_by = jsonld.id_of(key.get(owner))
    key_id = jsonld.id_of(key.get("id"))
    return (owned_by is None or jsonld.normal_id(owned_by) == uri) and (key_id is None or uris.same_origin(key_id, uri))


def _key_id(key: Json, uri: str) -> str:
    return jsonld.id_of(key.get("id")) or f"{uri}#main-key"


def is_usable(pem: str) -> bool:
    """Whether a public key is one that can verify anything."""
    try:
        keys.load_public(pem)
    except keys.BadKey:
        return False
    return True


def _pem_of_multikey(multibase: str) -> str | None:
    try:
        return keys.public_pem(multikey.decode(multibase))
    except keys.BadKey:
        return None


def _said_of_picture(value: object) -> str:
    """What is to be seen in a picture: Mastodon's `summary`, or the `name` of others."""
    picture = jsonld.document(value)
    return (jsonld.text(picture, "summary") or jsonld.text(picture, "name")).strip()[:_MAX_DESCRIPTION]


def _sites(document: Json) -> Iterator[str]:
    """The hosts on which somebody writes, in one spelling."""
    for each in jsonld.many(document.get("attributionDomains"))[:_MAX_SITES]:
        if isinstance(each, str) and len(each) <= _MAX_HOST and (host := uris.site_of(each)) is not None:
            yield host


def _fields(document: Json) -> Iterator[ProfileField]:
    lines = [each for each in jsonld.objects(document.get("attachment")) if jsonld.type_of(each) == "PropertyValue"]
    for each in lines[:_MAX_FIELDS]:
        name, value = jsonld.text(each, "name")[:_MAX_NAME], jsonld.text(each, "value")[:_MAX_SUMMARY]
        yield ProfileField(name, text.sanitise(value))

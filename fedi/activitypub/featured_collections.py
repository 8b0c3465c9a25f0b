"""Collections of people on the wire (FEP-7aa9, as Mastodon 4.6 writes it): ours are built, those of peers read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fedi import text
from fedi.activitypub import activities, contexts, jsonld, uris
from fedi.activitypub.addressing import PUBLIC, Audience
from fedi.activitypub.jsonld import Json, format_time
from fedi.activitypub.objects import hashtag
from fedi.models.actors import Actor
from fedi.models.featured_collections import FeaturedCollection, FeaturedItem, RemoteItem
from fedi.models.posts import Tag
from fedi.models.quotes import QuotePolicy
from fedi.policies import featuring
from fedi.text import fold_tag

_MAX_NAME = 256
_MAX_DESCRIPTION = 2048
_MAX_ITEMS = 150


def list_uri(owner: Actor) -> str:
    """Where the collections of one of ours are listed."""
    return f"{owner.uri}/collections/people"


def collection_uri(base: str, collection_id: int) -> str:
    """Where a collection of ours is fetched; its page too."""
    return f"{base}/collections/{collection_id}"


def item_uri(base: str, item: FeaturedItem) -> str:
    """Where a place in a collection of ours is fetched."""
    return item.uri or f"{base}/featured_items/{item.id}"


def authorization_uri(base: str, item: FeaturedItem) -> str:
    """The stamp of who stands there: a peer's, or of one of ours the place itself."""
    return item.authorization_uri or f"{base}/feature_authorizations/{item.id}"


def policy(person: Actor) -> Json:
    """What an actor of ours says of being shown in collections; nobody is written as herself alone."""
    named = {QuotePolicy.EVERYONE: PUBLIC, QuotePolicy.FOLLOWERS: person.followers}
    allowed = named.get(featuring.policy(person) or QuotePolicy.NOBODY) or person.uri
    return {"interactionPolicy": {"canFeature": {"automaticApproval": [allowed]}}}


# --- of ours ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody in a collection."""

    item: FeaturedItem
    person: Actor


def build(made: FeaturedCollection, owner: Actor, places: Sequence[Place], base: str) -> Json:
    """A collection with who has agreed to stand in it."""
    said = {"summaryMap": {made.language: made.description}} if made.language else {"summary": made.description}
    document: Json = {
        "@context": contexts.FEATURED_COLLECTION,
        "id": made.uri,
        "type": "FeaturedCollection",
        "attributedTo": owner.uri,
        "name": made.name,
        **said,
        "url": made.uri,
        "sensitive": made.sensitive,
        "discoverable": made.discoverable,
        "published": format_time(made.created_at),
        "updated": format_time(made.updated_at),
        "totalItems": len(places),
        "orderedItems": [_item(each, base) for each in places],
    }
    if made.tag:
        document["topic"] = hashtag(Tag(made.tag, fold_tag(made.tag)), base)
    return document


def build_item(place: Place, base: str) -> Json:
    """One place, by itself."""
    return {"@context": contexts.FEATURED_COLLECTION, **_item(place, base)}


def _item(place: Place, base: str) -> Json:
    return {
        "id": item_uri(base, place.item),
        "type": "FeaturedItem",
        "featuredObject": place.person.uri,
        "featuredObjectType": str(place.person.kind),
        "featureAuthorization": authorization_uri(base, place.item),
        "published": format_time(place.item.created_at),
    }


def request(id_: str, made: FeaturedCollection, owner: Actor, person: Actor) -> Json:
    """Ask somebody elsewhere whether she wants to stand in a collection of ours."""
    context = contexts.FEATURED_COLLECTION
    asked = activities.build("FeatureRequest", id_, owner.uri, person.uri, Audience((person.uri,)), context)
    return asked | {"instrument": made.uri}


def answer(type_: str, id_: str, person: Actor, owner: Actor, asked: Json, stamp_uri: str | None = None) -> Json:
    """Accept, with its stamp, or Reject, of a FeatureRequest of a peer."""
    context = contexts.FEATURED_COLLECTION
    made = activities.build(type_, id_, person.uri, asked, Audience((owner.uri,)), context)
    return made | ({"result": stamp_uri} if stamp_uri else {})


def authorization(uri: str, person_uri: str, collection: str) -> Json:
    """A stamp of one of ours: she agrees to stand in this collection."""
    return {
        "@context": contexts.FEATURED_COLLECTION,
        "id": uri,
        "type": "FeatureAuthorization",
        "attributedTo": person_uri,
        "interactingObject": collection,
        "interactionTarget": person_uri,
    }


# --- of peers ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RemoteCollection:
    """A peer's collection. `description` is plain text, `updated_at` in milliseconds."""

    uri: str
    owner_uri: str
    name: str
    description: str
    language: str | None
    tag: str | None
    sensitive: bool
    discoverable: bool
    created_at: int | None
    updated_at: int | None
    items: tuple[RemoteItem, ...]


def parse(document: Json) -> RemoteCollection | None:
    """Read a collection; None if it is none, or its owner is not of its origin."""
    uri, owner = jsonld.address(document.get("id")), jsonld.address(document.get("attributedTo"))
    if jsonld.type_of(document) != "FeaturedCollection" or uri is None or owner is None:
        return None
    if not uris.same_origin(uri, owner):
        return None
    return RemoteCollection(
        uri=jsonld.normal_id(uri),
        owner_uri=jsonld.normal_id(owner),
        name=jsonld.text(document, "name").strip()[:_MAX_NAME],
        description=text.plain(text.sanitise(jsonld.text(document, "summary")))[:_MAX_DESCRIPTION],
        language=jsonld.language(document, "summary"),
        tag=_tag(document),
        sensitive=jsonld.boolean(document, "sensitive"),
        discoverable=jsonld.boolean(document, "discoverable"),
        created_at=jsonld.time_ms(document.get("published")),
        updated_at=jsonld.time_ms(document.get("updated")),
        items=tuple(_items(document, uri)),
    )


def _tag(document: Json) -> str | None:
    named = jsonld.text(jsonld.document(document.get("topic")), "name").strip().removeprefix("#")
    found = text.find_tags(f"#{named}") if named else []
    return found[0].name if len(found) == 1 else None


def _items(document: Json, collection: str) -> Iterator[RemoteItem]:
    for each in list(jsonld.objects(document.get("orderedItems")))[:_MAX_ITEMS]:
        found = parse_item(each, collection)
        if found is not None:
            yield found


def parse_item(document: Json, collection: str) -> RemoteItem | None:
    """Read a place; None if it is none of this collection, or names nobody."""
    uri, person = jsonld.address(document.get("id")), jsonld.address(document.get("featuredObject"))
    if jsonld.type_of(document) != "FeaturedItem" or uri is None or person is None:
        return None
    if not uris.same_origin(uri, collection):
        return None
    stamp = jsonld.address(document.get("featureAuthorization"))
    return RemoteItem(jsonld.normal_id(uri), jsonld.normal_id(person), stamp)


def is_stamp(document: Json, uri: str, person_uri: str, collection: str) -> bool:
    """Whether a fetched document is the stamp by which this person agrees to stand in this collection."""
    named = (jsonld.id_of(document.get("interactingObject")), jsonld.id_of(document.get("interactionTarget")))
    is_authorization = jsonld.type_of(document) == "FeatureAuthorization" and jsonld.id_of(document) == uri
    return is_authorization and named == (collection, person_uri) and uris.same_origin(uri, person_uri)

"""Collections: how many, and the items page by page. Ours are built here, and those of peers read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fedi.activitypub import jsonld
from fedi.activitypub.contexts import AS2, OBJECT
from fedi.activitypub.jsonld import Json
from fedi.errors import Malformed

FORWARD = "https://w3id.org/fep/1985/ForwardChronological"
"""FEP-1985: the oldest item first."""

COLLECTIONS = ("Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage")


def ordered(uri: str, total: int, *, closed: bool = False) -> Json:
    """A collection that is read from its first page on; of a `closed` one only the size is told."""
    said = {"@context": AS2, "id": uri, "type": "OrderedCollection", "totalItems": total}
    return said if closed else {**said, "first": f"{uri}?page=true"}


def page(uri: str, items: Sequence[Json | str], *, here: dict[str, str], after: dict[str, str] | None) -> Json:
    """One page; `here` and `after` are the queries of this page and the next, None if this is the last."""
    document: Json = {
        "@context": OBJECT,
        "id": f"{uri}?{urlencode({'page': 'true', **here})}",
        "type": "OrderedCollectionPage",
        "partOf": uri,
        "orderedItems": list(items),
    }
    if after is not None:
        document["next"] = f"{uri}?{urlencode({'page': 'true', **after})}"
    return document


def whole(uri: str, items: Sequence[Json | str]) -> Json:
    """A short collection with everything in it."""
    return {
        "@context": OBJECT,
        "id": uri,
        "type": "OrderedCollection",
        "totalItems": len(items),
        "orderedItems": list(items),
    }


def count(uri: str, total: int) -> Json:
    """A collection that only says how many."""
    return {"@context": AS2, "id": uri, "type": "Collection", "totalItems": total}


def replies(uri: str, total: int, items: Sequence[str], after: int | None) -> Json:
    """The answers to a post with the first of them, as it stands alone; `after`: more follow this one."""
    return {"@context": AS2, **replies_within(uri, total, items, after)}


def replies_within(uri: str, total: int, items: Sequence[str] = (), after: int | None = 0) -> Json:
    """The same within the post itself. Its first page stands there, for Mastodon reads no collection that has only an
    `id`; unless the answers are given it is empty, and names the one after it.
    """
    return {
        "id": uri,
        "type": "Collection",
        "totalItems": total,
        "first": {"type": "CollectionPage", "partOf": uri, "items": list(items), **_next_replies(uri, after)},
    }


def replies_page(uri: str, items: Sequence[str], *, here: int, after: int | None) -> Json:
    """A page of the answers to a post: those after `here`; `after`: more follow this one."""
    return {
        "@context": AS2,
        "id": f"{uri}?page=true&after={here}",
        "type": "CollectionPage",
        "partOf": uri,
        "items": list(items),
        **_next_replies(uri, after),
    }


def _next_replies(uri: str, after: int | None) -> Json:
    return {} if after is None else {"next": f"{uri}?page=true&after={after}"}


def context(uri: str, attributed_to: str, total: int) -> Json:
    """A thread that began here (FEP-7888), whose posts FEP-f228 has others read from the first page on."""
    return ordered(uri, total) | {
        "@context": [AS2, {"orderType": {"@id": "https://w3id.org/fep/1985/orderType", "@type": "@vocab"}}],
        "attributedTo": attributed_to,
        "orderType": FORWARD,
    }


@dataclass(frozen=True, slots=True)
class Part:
    """A collection of a peer, or one page of it: its items, and the page after them, inline or by address."""

    items: tuple[Json | str, ...]
    total: int | None
    next: Json | str | None


def is_collection(document: Json) -> bool:
    """Whether a document is a collection, or a page of one."""
    return not set(COLLECTIONS).isdisjoint(jsonld.types(document))


def parse(document: Json) -> Part:
    """Read a collection or a page leniently; Malformed if it is neither.

    `items` and `orderedItems` are taken alike, whatever the type; `first` counts where there is no `next`.
    """
    if not is_collection(document):
        raise Malformed("it is not a collection")
    listed = [*jsonld.many(document.get("orderedItems")), *jsonld.many(document.get("items"))]
    return Part(
        items=tuple(each for each in listed if isinstance(each, dict | str) and each),
        total=jsonld.integer(document.get("totalItems")),
        next=_page(document.get("next")) or _page(document.get("first")),
    )


def _page(value: object) -> Json | str | None:
    """A page that stands in the document, or where it is; of a page that is only named, its address."""
    value = jsonld.first(value)
    if isinstance(value, dict) and not {"items", "orderedItems", "next", "first"}.isdisjoint(value):
        return value
    return jsonld.address(value)

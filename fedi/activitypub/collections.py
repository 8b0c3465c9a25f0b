"""Collections: how many, and the items page by page."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from fedi.activitypub.contexts import AS2, OBJECT
from fedi.activitypub.jsonld import Json


def ordered(uri: str, total: int) -> Json:
    """A collection that is read from its first page on."""
    return {
        "@context": AS2,
        "id": uri,
        "type": "OrderedCollection",
        "totalItems": total,
        "first": f"{uri}?page=true",
    }


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
    """The answers to a post with the first of them, or any further part (`after` is where the next one begins)."""
    first: Json = {"type": "CollectionPage", "partOf": uri, "items": list(items)}
    if after is not None:
        first["next"] = f"{uri}?after={after}"
    return {"@context": AS2, "id": uri, "type": "Collection", "totalItems": total, "first": first}

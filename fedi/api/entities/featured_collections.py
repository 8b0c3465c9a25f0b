"""Collection, CollectionItem and what wraps them."""

from __future__ import annotations

from collections.abc import Sequence

from fedi.api.entities.accounts import Json
from fedi.api.entities.tags import address
from fedi.api.entities.times import moment
from fedi.config import School
from fedi.models.featured_collections import FeaturedCollection, FeaturedItem
from fedi.text import fold_tag


def collection(school: School, made: FeaturedCollection, items: Sequence[FeaturedItem]) -> Json:
    """A collection with the places that the reader is shown."""
    return {
        "id": str(made.id),
        "account_id": str(made.actor_id),
        "uri": made.uri,
        "url": f"{school.base_url}/collections/{made.id}",
        "name": made.name,
        "description": made.description,
        "language": made.language,
        "local": made.uri.startswith(f"{school.base_url}/"),
        "sensitive": made.sensitive,
        "discoverable": made.discoverable,
        "tag": {"name": made.tag, "url": address(school, fold_tag(made.tag))} if made.tag else None,
        "created_at": moment(made.created_at),
        "updated_at": moment(made.updated_at),
        "item_count": len(items),
        "items": [item(each) for each in items],
    }


def item(each: FeaturedItem) -> Json:
    """A place of somebody."""
    return {
        "id": str(each.id),
        "account_id": str(each.actor_id),
        "state": each.state,
        "created_at": moment(each.created_at),
    }

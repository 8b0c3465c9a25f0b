"""Collections of people: whose they are, and who stands in them in which state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields

import msgspec

from fedi.models.featured_collections import FeaturedCollection, FeaturedItem, ItemState, RemoteItem
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json

_COLLECTION = ", ".join(field.name for field in fields(FeaturedCollection))
_ITEM = ", ".join(f"i.{field.name}" for field in fields(FeaturedItem))
_SHOWN_PEOPLE = "featured_items i JOIN actors a ON a.id = i.actor_id"
_HERE = "a.deleted_at IS NULL AND a.suspended_at IS NULL"


# --- collections ------------------------------------------------------------------------------------


async def put(tx: Transaction, made: FeaturedCollection) -> None:
    """Store a collection, new or changed; whose it is never changes."""
    await tx.execute(
        f"""
        INSERT INTO featured_collections ({_COLLECTION})
        VALUES (:id, :uri, :actor_id, :name, :description, :language, :tag, :sensitive, :discoverable, :created_at,
                :updated_at)
        ON CONFLICT (id) DO UPDATE SET
            name = excluded.name, description = excluded.description, language = excluded.language,
            tag = excluded.tag, sensitive = excluded.sensitive, discoverable = excluded.discoverable,
            updated_at = excluded.updated_at
        """,
        **asdict(made),
    )


async def delete(tx: Transaction, collection_id: int) -> None:
    """Forget a collection with everybody's place in it, and what was told of it."""
    await tx.execute("DELETE FROM featured_items WHERE collection_id = :id", id=collection_id)
    await tx.execute("DELETE FROM notifications WHERE collection_id = :id", id=collection_id)
    await tx.execute("DELETE FROM featured_collections WHERE id = :id", id=collection_id)


async def by_id(tx: Transaction, collection_id: int) -> FeaturedCollection | None:
    """A collection, if its owner is still there."""
    return await tx.one(
        FeaturedCollection,
        f"""
        SELECT {_COLLECTION} FROM featured_collections
        WHERE  id = :id
        AND    actor_id IN (SELECT a.id FROM actors a WHERE a.id = featured_collections.actor_id AND {_HERE})
        """,
        id=collection_id,
    )


async def by_ids(tx: Transaction, collection_ids: Iterable[int]) -> dict[int, FeaturedCollection]:
    """Collections by their ids."""
    found = await tx.all(
        FeaturedCollection,
        f"SELECT {_COLLECTION} FROM featured_collections WHERE id IN :ids*",
        ids=list(collection_ids),
    )
    return {each.id: each for each in found}


async def by_uri(tx: Transaction, uri: str) -> FeaturedCollection | None:
    """A collection by its id on the wire."""
    return await tx.one(FeaturedCollection, f"SELECT {_COLLECTION} FROM featured_collections WHERE uri = :uri", uri=uri)


async def by_uris(tx: Transaction, uris: Sequence[str]) -> dict[str, FeaturedCollection]:
    """The collections among these ids, by them."""
    found = await tx.all(
        FeaturedCollection, f"SELECT {_COLLECTION} FROM featured_collections WHERE uri IN :uris*", uris=list(uris)
    )
    return {each.uri: each for each in found}


async def of_actor(
    tx: Transaction, actor_id: int, *, listed: bool, limit: int, offset: int = 0
) -> list[FeaturedCollection]:
    """Somebody's collections, the newest first; with `listed` only those she lets be found."""
    return await tx.all(
        FeaturedCollection,
        f"""
        SELECT {_COLLECTION} FROM featured_collections
        WHERE  actor_id = :actor AND (discoverable OR NOT CAST(:listed AS $bool))
        ORDER  BY id DESC
        LIMIT  :limit OFFSET :offset
        """,
        actor=actor_id,
        listed=listed,
        limit=limit,
        offset=offset,
    )


async def with_person(tx: Transaction, actor_id: int, limit: int, offset: int) -> list[FeaturedCollection]:
    """The collections in which somebody is shown, the newest first."""
    return await tx.all(
        FeaturedCollection,
        f"""
        SELECT {_COLLECTION} FROM featured_collections c
        WHERE  c.id IN (SELECT collection_id FROM featured_items WHERE actor_id = :actor AND state = 'accepted')
        AND    EXISTS (SELECT 1 FROM actors WHERE id = c.actor_id AND deleted_at IS NULL AND suspended_at IS NULL)
        ORDER  BY id DESC
        LIMIT  :limit OFFSET :offset
        """,
        actor=actor_id,
        limit=limit,
        offset=offset,
    )


async def count_of(tx: Transaction, actor_id: int) -> int:
    """How many collections somebody has."""
    counted: int = await tx.value("SELECT count(*) FROM featured_collections WHERE actor_id = :actor", actor=actor_id)
    return counted


# --- who is in them ---------------------------------------------------------------------------------


async def insert_item(tx: Transaction, made: FeaturedItem) -> bool:
    """Give somebody a place; False if she has one, or had."""
    added = await tx.execute(
        """
        INSERT INTO featured_items
            (id, collection_id, actor_id, state, created_at, uri, request_uri, authorization_uri)
        VALUES (:id, :collection_id, :actor_id, :state, :created_at, :uri, :request_uri, :authorization_uri)
        ON CONFLICT DO NOTHING
        """,
        **asdict(made),
    )
    return added == 1


async def update_item(tx: Transaction, item: FeaturedItem, was: ItemState) -> bool:
    """Store the state of a place, and what it stands by; False if it is not in the state it was read in any more."""
    changed = await tx.execute(
        """
        UPDATE featured_items
        SET    state = :state, uri = :uri, request_uri = :request, authorization_uri = :authorization
        WHERE  id = :id AND state = :was
        """,
        id=item.id,
        state=item.state,
        uri=item.uri,
        request=item.request_uri,
        authorization=item.authorization_uri,
        was=was,
    )
    return changed == 1


async def name_item(tx: Transaction, item_id: int, uri: str) -> None:
    """What a peer calls the place of one of ours; whether she stands there is her own word."""
    await tx.execute("UPDATE featured_items SET uri = :uri WHERE id = :id", id=item_id, uri=uri)


async def delete_item(tx: Transaction, item_id: int) -> None:
    """Nobody stands there any more."""
    await tx.execute("DELETE FROM featured_items WHERE id = :id", id=item_id)


async def keep_only(tx: Transaction, collection_id: int, item_uris: Sequence[str]) -> None:
    """Forget the places of a peer's collection that it does not list; who has refused or left is remembered."""
    await tx.execute(
        """
        DELETE FROM featured_items
        WHERE  collection_id = :collection AND uri IS NOT NULL AND uri NOT IN :uris*
        AND    state IN ('pending', 'accepted')
        """,
        collection=collection_id,
        uris=list(item_uris),
    )


async def listed(tx: Transaction, collection_id: int) -> list[RemoteItem]:
    """Whom a peer's collection names, with or without her consent."""
    found: str | None = await tx.value("SELECT listed FROM featured_collections WHERE id = :id", id=collection_id)
    return msgspec.json.decode(found or "[]", type=list[RemoteItem])


async def list_people(tx: Transaction, collection_id: int, items: Sequence[RemoteItem]) -> None:
    """It names these people from now on."""
    await tx.execute(
        "UPDATE featured_collections SET listed = :items WHERE id = :id", id=collection_id, items=as_json(list(items))
    )


async def plan_check(tx: Transaction, collection_id: int, pause_ms: int) -> int | None:
    """When the stamps of a collection are to be looked at (milliseconds), so long after the last time; None if that is
    planned already.
    """
    return await tx.one(
        int,
        """
        UPDATE featured_collections
        SET    check_at = CASE WHEN coalesce(check_at, 0) + :pause > :now THEN check_at + :pause ELSE :now END
        WHERE  id = :id AND coalesce(check_at, 0) <= :now
        RETURNING check_at
        """,
        id=collection_id,
        pause=pause_ms,
        now=tx.now,
    )


async def item(tx: Transaction, item_id: int) -> FeaturedItem | None:
    """A place by its id."""
    return await tx.one(FeaturedItem, f"SELECT {_ITEM} FROM featured_items i WHERE i.id = :id", id=item_id)


async def place_of(tx: Transaction, collection_id: int, actor_id: int) -> FeaturedItem | None:
    """Somebody's place in a collection, whatever became of it."""
    return await tx.one(
        FeaturedItem,
        f"SELECT {_ITEM} FROM featured_items i WHERE i.collection_id = :collection AND i.actor_id = :actor",
        collection=collection_id,
        actor=actor_id,
    )


async def item_by_request(tx: Transaction, uri: str) -> FeaturedItem | None:
    """The place that one of ours asked for by the FeatureRequest with this id."""
    return await tx.one(FeaturedItem, f"SELECT {_ITEM} FROM featured_items i WHERE i.request_uri = :uri", uri=uri)


async def items_by_authorization(tx: Transaction, uri: str) -> list[FeaturedItem]:
    """The places that stand by this stamp of a peer."""
    return await tx.all(
        FeaturedItem, f"SELECT {_ITEM} FROM featured_items i WHERE i.authorization_uri = :uri ORDER BY i.id", uri=uri
    )


async def shown(tx: Transaction, made: Sequence[FeaturedCollection], viewer_id: int | None) -> list[FeaturedItem]:
    """The places in these collections that somebody is shown, in their order: of her own also those of people who have
    not answered yet. Whoever is gone is left out, and who stands in a block with her.
    """
    return await tx.all(
        FeaturedItem,
        f"""
        SELECT {_ITEM} FROM {_SHOWN_PEOPLE}
        WHERE  {_HERE}
        AND    (
                   (i.collection_id IN :collections* AND i.state = 'accepted')
                   OR (i.collection_id IN :own* AND i.state = 'pending')
               )
        AND    (CAST(:viewer AS $id) IS NULL OR i.actor_id NOT IN (
                   SELECT blocked_id FROM blocks WHERE blocker_id = CAST(:viewer AS $id)
                   UNION ALL
                   SELECT blocker_id FROM blocks WHERE blocked_id = CAST(:viewer AS $id)
               ))
        ORDER  BY i.id
        """,
        collections=[each.id for each in made],
        own=[each.id for each in made if each.actor_id == viewer_id],
        viewer=viewer_id,
    )


async def standing(tx: Transaction, collection_id: int) -> list[FeaturedItem]:
    """The places in which somebody is shown, gone or not."""
    return await tx.all(
        FeaturedItem,
        f"SELECT {_ITEM} FROM featured_items i WHERE i.collection_id = :id AND i.state = 'accepted' ORDER BY i.id",
        id=collection_id,
    )


async def count_standing(tx: Transaction, collection_id: int) -> int:
    """How many places of a collection are taken."""
    counted: int = await tx.value(
        "SELECT count(*) FROM featured_items WHERE collection_id = :id AND state IN ('pending', 'accepted')",
        id=collection_id,
    )
    return counted


async def forget(tx: Transaction, actor_id: int) -> None:
    """Somebody is gone: so are her collections, and her places in those of others."""
    owned = await tx.all(int, "SELECT id FROM featured_collections WHERE actor_id = :actor", actor=actor_id)
    for each in owned:
        await delete(tx, each)
    await tx.execute("DELETE FROM featured_items WHERE actor_id = :actor", actor=actor_id)

"""Activities our actors sent, to the letter: what deliveries send, and what an outbox shows."""

from __future__ import annotations

from fedi.models.activities import SentActivity
from fedi.models.paging import Page
from fedi.store.database import Transaction

_COLUMNS = "id, uri, actor_id, type, object_uri, post_id, public, json, created_at"


async def insert(tx: Transaction, activity: SentActivity) -> bool:
    """Keep an activity; False if one with its id is there already."""
    inserted = await tx.execute(
        """
        INSERT INTO activities (id, uri, actor_id, type, object_uri, post_id, public, json, created_at)
        VALUES (:id, :uri, :actor_id, :type, :object_uri, :post_id, :public, :json, :created_at)
        ON CONFLICT (uri) DO NOTHING
        """,
        id=activity.id,
        uri=activity.uri,
        actor_id=activity.actor_id,
        type=activity.type,
        object_uri=activity.object_uri,
        post_id=activity.post_id,
        public=activity.public,
        json=activity.json,
        created_at=activity.created_at,
    )
    return inserted == 1


async def by_id(tx: Transaction, activity_id: int) -> SentActivity | None:
    """The activity with our number."""
    return await tx.one(SentActivity, f"SELECT {_COLUMNS} FROM activities WHERE id = :id", id=activity_id)


async def by_uri(tx: Transaction, uri: str) -> SentActivity | None:
    """The activity with this id on the wire."""
    return await tx.one(SentActivity, f"SELECT {_COLUMNS} FROM activities WHERE uri = :uri", uri=uri)


async def creation(tx: Transaction, post_id: int) -> SentActivity | None:
    """The Create of a post of ours, if it was for everybody."""
    return await tx.one(
        SentActivity,
        f"SELECT {_COLUMNS} FROM activities WHERE post_id = :post AND type = 'Create' AND public ORDER BY id LIMIT 1",
        post=post_id,
    )


async def outbox(tx: Transaction, actor_id: int, page: Page) -> list[SentActivity]:
    """What an actor said to everybody, newest first."""
    return await tx.all(
        SentActivity,
        f"""
        SELECT {_COLUMNS} FROM activities
        WHERE  actor_id = :actor AND public AND type IN ('Create', 'Announce')
        AND    (CAST(:before AS $id) IS NULL OR id < :before)
        ORDER  BY id DESC
        LIMIT  :limit
        """,
        actor=actor_id,
        before=page.before,
        limit=page.limit,
    )


async def outbox_size(tx: Transaction, actor_id: int) -> int:
    """How many activities the whole outbox shows."""
    return int(
        await tx.value(
            "SELECT count(*) FROM activities WHERE actor_id = :actor AND public AND type IN ('Create', 'Announce')",
            actor=actor_id,
        )
    )


async def hide_post(tx: Transaction, post_id: int) -> None:
    """A post is gone: its Create and Updates are fetched by nobody any more. Deliveries under way keep their text."""
    await tx.execute("UPDATE activities SET public = :no WHERE post_id = :post", no=False, post=post_id)


async def prune(tx: Transaction, before: int) -> int:
    """Forget what was sent before a moment (milliseconds) and is shown nowhere: answers, what was passed on, and what
    communities have brought on beside posts. Whoever makes us answer could fill us otherwise; how many.
    """
    unshown = await tx.execute("DELETE FROM activities WHERE NOT public AND created_at < :before", before=before)
    return unshown + await tx.execute(
        """
        DELETE FROM activities
        WHERE  type = 'Announce' AND created_at < :before
        AND    actor_id IN (SELECT id FROM communities)
        AND    object_uri NOT IN (SELECT uri FROM posts WHERE uri = activities.object_uri)
        """,
        before=before,
    )

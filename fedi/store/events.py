"""Events: when and where, of the posts that announce one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from fedi.models.actors import Actor
from fedi.models.events import Event
from fedi.models.posts import Post
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json
from fedi.store.posts import COLUMNS
from fedi.store.visibility import VISIBLE, as_seen_by

_NAMES = [field.name for field in fields(Event)]
_LATELY_MS = 60 * 24 * 60 * 60 * 1000
"""What has begun longer ago stands in no list of what comes, however long it lasts."""


@dataclass(frozen=True, slots=True)
class _Row(Event):
    post_id: int


async def put(tx: Transaction, post_id: int, event: Event) -> None:
    """What a post's event is now."""
    values: dict[str, object] = {name: getattr(event, name) for name in _NAMES}
    values |= {"organisers": as_json(event.organisers), "categories": as_json(event.categories)}
    await tx.execute(
        f"""
        INSERT INTO events (post_id, {", ".join(_NAMES)})
        VALUES (:post, {", ".join(f":{name}" for name in _NAMES)})
        ON CONFLICT (post_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _NAMES)}
        """,
        post=post_id,
        **values,
    )


async def remove(tx: Transaction, post_id: int) -> None:
    """A post announces no event any more."""
    await tx.execute("DELETE FROM events WHERE post_id = :post", post=post_id)


async def of_posts(tx: Transaction, post_ids: Iterable[int]) -> dict[int, Event]:
    """The events among these posts."""
    rows = await tx.all(
        _Row, f"SELECT post_id, {', '.join(_NAMES)} FROM events WHERE post_id IN :ids*", ids=list(post_ids)
    )
    return {row.post_id: Event(*(getattr(row, name) for name in _NAMES)) for row in rows}


async def coming(tx: Transaction, viewer: Actor, after: tuple[int, int], limit: int) -> list[Post]:
    """What comes, or is going on, of those whom `viewer` follows or who pass it on to her: the nearest first.

    `after` is the start and the id of the last one of the page before.
    """
    return await tx.all(
        Post,
        f"""
        SELECT {COLUMNS} FROM events e JOIN posts p ON p.id = e.post_id
        WHERE  (e.starts_at >= :now OR (e.ends_at >= :now AND e.starts_at >= :lately))
        AND    (e.starts_at > :start OR (e.starts_at = :start AND e.post_id > :post))
        AND    EXISTS (
                   SELECT 1 FROM follows f
                   WHERE  f.follower_id = :viewer AND f.state = 'accepted'
                   AND    (f.followed_id = p.actor_id OR EXISTS (
                              SELECT 1 FROM posts b WHERE b.boost_of_id = p.id AND b.actor_id = f.followed_id
                          ))
               )
        AND    {VISIBLE}
        ORDER  BY e.starts_at, e.post_id
        LIMIT  :limit
        """,
        now=tx.now,
        lately=tx.now - _LATELY_MS,
        start=after[0],
        post=after[1],
        limit=limit,
        **as_seen_by(viewer),
    )

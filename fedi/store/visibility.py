"""Who may see a post, as SQL: the condition that every query for somebody's eyes carries.

The rules are those of `fedi.policies.visibility`; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.actors import Actor
from fedi.models.posts import Post
from fedi.store.database import Transaction
from fedi.store.posts import COLUMNS

_INSIDE = """(
        (p.circle = 'school' AND CAST(:viewer_local AS $bool))
        OR (p.circle = 'partners' AND (
            CAST(:viewer_local AS $bool)
            OR (p.local AND EXISTS (
                SELECT 1 FROM peers
                WHERE  host = CAST(:viewer_host AS TEXT) AND standing = 'trusted'
                AND    offered_at IS NOT NULL AND confirmed_by_them_at IS NOT NULL
            ))
        ))
        OR (p.circle = 'followers' AND EXISTS (
            SELECT 1 FROM follows
            WHERE  follower_id = CAST(:viewer AS $id) AND followed_id = p.actor_id AND state = 'accepted'
        ))
        OR (p.circle IN ('followers', 'direct') AND EXISTS (
            SELECT 1 FROM mentions WHERE post_id = p.id AND actor_id = CAST(:viewer AS $id)
        ))
)"""

VISIBLE = f"""(
    (
        p.circle IN ('public', 'network')
        OR p.actor_id = CAST(:viewer AS $id)
        OR ({_INSIDE} AND NOT EXISTS (
            SELECT 1 FROM blocks WHERE blocker_id = p.actor_id AND blocked_id = CAST(:viewer AS $id)
        ))
    )
    AND NOT EXISTS (
        SELECT 1 FROM actors
        WHERE  id = p.actor_id AND (suspended_at IS NOT NULL OR deleted_at IS NOT NULL)
    )
    AND (p.boost_of_id IS NULL OR EXISTS (
        SELECT 1 FROM posts boosted JOIN actors ON actors.id = boosted.actor_id
        WHERE  boosted.id = p.boost_of_id AND actors.suspended_at IS NULL AND actors.deleted_at IS NULL
        AND    (
                   boosted.circle IN ('public', 'network')
                   OR (boosted.circle = 'followers' AND boosted.actor_id = p.actor_id)
               )
    ))
)"""
"""A condition on the post with the alias `p`; `as_seen_by` gives its parameters."""

# Made once a statement, not once a row: it names nothing of the post.
UNWANTED = """(
    SELECT blocked_id FROM blocks WHERE blocker_id = CAST(:viewer AS $id)
    UNION ALL
    SELECT blocker_id FROM blocks WHERE blocked_id = CAST(:viewer AS $id)
    UNION ALL
    SELECT muted_id FROM mutes
    WHERE  muter_id = CAST(:viewer AS $id) AND (expires_at IS NULL OR expires_at > :now)
    UNION ALL
    SELECT a.id FROM muted_domains d JOIN actors a ON a.host = d.domain
    WHERE  d.account_id = CAST(:viewer AS $id)
)"""
"""Whom the viewer does not want to read, or who does not want her to: `viewer` is an id, 0 of nobody, and `now`."""

ABOUT_WANTED = f"""(
    coalesce(p.boost_of_id, p.in_reply_to_id) IS NULL
    OR NOT EXISTS (
        SELECT 1 FROM posts about
        WHERE  about.id = coalesce(p.boost_of_id, p.in_reply_to_id)
        AND    about.actor_id <> p.actor_id AND about.actor_id IN {UNWANTED}
    )
)"""
"""A condition on the post `p` in a list of its author's: it does not pass on, and does not answer, somebody whom the
viewer has blocked or muted, or who has blocked her. Its parameters are those of `VISIBLE`, and `now`.
"""

WANTED = f"(p.actor_id NOT IN {UNWANTED} AND {ABOUT_WANTED})"
"""The same for a list of many people's posts: it is not by such a person either."""


TO_EVERYBODY = """(
    p.actor_id NOT IN (SELECT id FROM actors WHERE limited_at IS NOT NULL)
    OR p.actor_id = CAST(:viewer AS $id)
    OR EXISTS (
        SELECT 1 FROM follows
        WHERE  follower_id = CAST(:viewer AS $id) AND followed_id = p.actor_id AND state = 'accepted'
    )
)"""
"""A condition on the post `p` in a list that nobody's follows made: moderators have not limited its author to her
followers, or the viewer is one. Its parameters are those of `VISIBLE`.
"""


def as_seen_by(viewer: Actor | None) -> dict[str, object]:
    """The parameters of `VISIBLE`; None, or somebody who is gone, sees what anybody sees.

    Nobody is 0, which is no actor's id: NULL would make the condition unknown instead of false.
    """
    if viewer is None or viewer.gone:
        return {"viewer": 0, "viewer_local": False, "viewer_host": ""}
    return {"viewer": viewer.id, "viewer_local": viewer.local, "viewer_host": "" if viewer.local else viewer.host}


async def sees(tx: Transaction, viewer: Actor | None, post: Post) -> bool:
    """Whether a stored post is there for `viewer`."""
    statement = f"SELECT 1 FROM posts p WHERE p.id = :post AND {VISIBLE}"
    found = await tx.value(statement, post=post.id, **as_seen_by(viewer))
    return found is not None


async def visible_ids(tx: Transaction, viewer: Actor | None, post_ids: Iterable[int]) -> set[int]:
    """Which of these posts are there for `viewer`."""
    found = await tx.all(
        int,
        f"SELECT p.id FROM posts p WHERE p.id IN :ids* AND {VISIBLE}",
        ids=list(post_ids),
        **as_seen_by(viewer),
    )
    return set(found)


async def wanted_ids(tx: Transaction, viewer: Actor, post_ids: Iterable[int]) -> set[int]:
    """Which of these posts are there for `viewer` and belong in a list of hers: for streams and pushed news."""
    found = await tx.all(
        int,
        f"SELECT p.id FROM posts p WHERE p.id IN :ids* AND {VISIBLE} AND {WANTED}",
        ids=list(post_ids),
        now=tx.now,
        **as_seen_by(viewer),
    )
    return set(found)


@dataclass(frozen=True, slots=True)
class Refused:
    """Somebody whom a viewer does not want to read, and why: the account or its server is blocked, or it is muted."""

    actor_id: int
    why: str


async def refused(tx: Transaction, viewer: Actor, actor_ids: Iterable[int]) -> dict[int, str]:
    """Which of these people `viewer` does not want to read, and why, in the words of clients."""
    found = await tx.all(
        Refused,
        """
        SELECT muted_id AS actor_id, 'muted_account' AS why FROM mutes
        WHERE  muter_id = :viewer AND muted_id IN :ids* AND (expires_at IS NULL OR expires_at > :now)
        UNION ALL
        SELECT a.id, 'blocked_domain' FROM muted_domains d JOIN actors a ON a.host = d.domain
        WHERE  d.account_id = :viewer AND a.id IN :ids*
        UNION ALL
        SELECT blocked_id, 'blocked_account' FROM blocks WHERE blocker_id = :viewer AND blocked_id IN :ids*
        """,
        viewer=viewer.id,
        ids=list(actor_ids),
        now=tx.now,
    )
    return {each.actor_id: each.why for each in sorted(found, key=lambda each: each.why, reverse=True)}


async def post_by_id(tx: Transaction, viewer: Actor | None, post_id: int) -> Post | None:
    """The post, if it is there for `viewer`: one statement, whatever keeps it from being there."""
    return await tx.one(
        Post,
        f"SELECT {COLUMNS} FROM posts p WHERE p.id = :post AND {VISIBLE}",
        post=post_id,
        **as_seen_by(viewer),
    )


async def post_by_uri(tx: Transaction, viewer: Actor | None, uri: str) -> Post | None:
    """The same by its id on the wire."""
    return await tx.one(
        Post,
        f"SELECT {COLUMNS} FROM posts p WHERE p.uri = :uri AND {VISIBLE}",
        uri=uri,
        **as_seen_by(viewer),
    )


@dataclass(frozen=True, slots=True)
class Node:
    """A post of a thread: its place, and whether the viewer may and wants to see it."""

    id: int
    in_reply_to_id: int | None
    visible: bool


async def thread(tx: Transaction, viewer: Actor | None, thread_id: int, limit: int) -> list[Node]:
    """The posts of a thread, visible or not, the oldest first: an answer to a hidden post keeps its place."""
    return await tx.all(
        Node,
        f"""
        SELECT p.id, p.in_reply_to_id, ({VISIBLE} AND {WANTED}) AS visible FROM posts p
        WHERE  p.thread_id = :thread AND p.kind <> 'boost'
        ORDER  BY p.id
        LIMIT  :limit
        """,
        thread=thread_id,
        limit=limit,
        now=tx.now,
        **as_seen_by(viewer),
    )

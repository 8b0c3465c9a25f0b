"""Lists of people: who stands in one and by which relation, as far as a reader may know. Relations cut the pages."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.store.database import Transaction
from fedi.store.pages import newest

_BOOST = """r.boost_of_id = :of AND (
            r.circle IN ('public', 'network') OR r.actor_id = :viewer OR EXISTS (
                SELECT 1 FROM follows
                WHERE  follower_id = :viewer AND followed_id = r.actor_id AND state = 'accepted'
            )
        )"""


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in a list: the id of the relation, and hers."""

    id: int
    actor_id: int


async def likers(tx: Transaction, viewer: Actor | None, post_id: int, page: Page) -> list[Listed]:
    """Who likes a post, the latest like first."""
    return await _page(tx, viewer, page, "likes r", "r.actor_id", "r.post_id = :of", post_id)


async def boosters(tx: Transaction, viewer: Actor | None, post_id: int, page: Page) -> list[Listed]:
    """Who passed a post on, the latest boost first; whoever did so to her followers, to those only."""
    return await _page(tx, viewer, page, "posts r", "r.actor_id", _BOOST, post_id)


async def followers(tx: Transaction, viewer: Actor | None, actor_id: int, page: Page) -> list[Listed]:
    """Who follows somebody, the latest first."""
    condition = "r.followed_id = :of AND r.state = 'accepted'"
    return await _page(tx, viewer, page, "follows r", "r.follower_id", condition, actor_id)


async def following(tx: Transaction, viewer: Actor | None, actor_id: int, page: Page) -> list[Listed]:
    """Whom somebody follows, the latest first."""
    condition = "r.follower_id = :of AND r.state = 'accepted'"
    return await _page(tx, viewer, page, "follows r", "r.followed_id", condition, actor_id)


async def endorsed(tx: Transaction, viewer: Actor | None, actor_id: int, page: Page) -> list[Listed]:
    """Whom somebody shows on her profile, of those she follows, the latest followed first."""
    condition = "r.follower_id = :of AND r.state = 'accepted' AND r.endorsed_at IS NOT NULL"
    return await _page(tx, viewer, page, "follows r", "r.followed_id", condition, actor_id)


async def blocked(tx: Transaction, me: int, page: Page) -> list[Listed]:
    """Whom a person has blocked, the latest first."""
    return await _of_mine(tx, page, "blocks", "blocked_id", "blocker_id = :me", me)


async def muted(tx: Transaction, me: int, page: Page) -> list[Listed]:
    """Whom a person has muted, the latest first."""
    lasts = "(expires_at IS NULL OR expires_at > :now)"
    return await _of_mine(tx, page, "mutes", "muted_id", f"muter_id = :me AND {lasts}", me, now=tx.now)


async def waiting(tx: Transaction, me: int, page: Page) -> list[Listed]:
    """Who waits to be let in as a follower, the latest first."""
    return await _of_mine(tx, page, "follows", "follower_id", "followed_id = :me AND state = 'pending'", me)


async def _of_mine(
    tx: Transaction, page: Page, table: str, person: str, condition: str, me: int, **params: object
) -> list[Listed]:
    """A list that only its owner reads: whoever is deleted is left out."""
    return await newest(
        tx,
        Listed,
        f"""
        SELECT r.id, r.{person} AS actor_id FROM {table} r JOIN actors a ON a.id = r.{person}
        WHERE  {condition} AND a.deleted_at IS NULL
        """,
        "r.id",
        page,
        me=me,
        **params,
    )


async def _page(
    tx: Transaction, viewer: Actor | None, page: Page, source: str, person: str, condition: str, of: int
) -> list[Listed]:
    """Nobody who is gone, whom the viewer has blocked, or who has blocked her."""
    return await newest(
        tx,
        Listed,
        f"""
        SELECT r.id, {person} AS actor_id FROM {source} JOIN actors a ON a.id = {person}
        WHERE  {condition}
        AND    a.suspended_at IS NULL AND a.deleted_at IS NULL
        AND    NOT EXISTS (
                   SELECT 1 FROM blocks
                   WHERE  (blocker_id = :viewer AND blocked_id = a.id) OR (blocker_id = a.id AND blocked_id = :viewer)
               )
        """,
        "r.id",
        page,
        of=of,
        viewer=viewer.id if viewer else 0,
    )

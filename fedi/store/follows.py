"""Follows: who reads whom, and which inboxes a person's posts go to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.actors import Actor
from fedi.models.follows import Follow, FollowState, FollowView, Wishes
from fedi.models.paging import Page
from fedi.store import actors
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json

COLUMNS = "id, follower_id, followed_id, uri, state, created_at, boosts, notify, languages, endorsed_at"
_ON_PAGE = """
        AND    (CAST(:before AS $id) IS NULL OR id < :before)
        AND    (CAST(:after AS $id) IS NULL OR id > :after)
        ORDER  BY id DESC
        LIMIT  :limit
"""


async def by_id(tx: Transaction, follow_id: int) -> Follow | None:
    """One follow."""
    return await tx.one(Follow, f"SELECT {COLUMNS} FROM follows WHERE id = :id", id=follow_id)


async def by_uri(tx: Transaction, uri: str) -> Follow | None:
    """The follow with this id on the wire."""
    return await tx.one(Follow, f"SELECT {COLUMNS} FROM follows WHERE uri = :uri", uri=uri)


async def between(tx: Transaction, follower_id: int, followed_id: int) -> Follow | None:
    """The follow of one by the other, in whatever state."""
    return await tx.one(
        Follow,
        f"SELECT {COLUMNS} FROM follows WHERE follower_id = :follower AND followed_id = :followed",
        follower=follower_id,
        followed=followed_id,
    )


async def insert(tx: Transaction, follow: Follow) -> Follow:
    """A new follow; where there is one already, it takes the new id on the wire and keeps its state."""
    stored = await tx.one(
        Follow,
        f"""
        INSERT INTO follows (id, follower_id, followed_id, uri, state, created_at)
        VALUES (:id, :follower, :followed, :uri, :state, :created_at)
        ON CONFLICT (follower_id, followed_id) DO UPDATE SET uri = excluded.uri
        RETURNING {COLUMNS}
        """,
        id=follow.id,
        follower=follow.follower_id,
        followed=follow.followed_id,
        uri=follow.uri,
        state=follow.state,
        created_at=follow.created_at,
    )
    return stored or follow


async def set_state(tx: Transaction, follow_id: int, state: FollowState) -> bool:
    """Move a follow to another state; False if it is there already, or gone."""
    changed = await tx.execute(
        "UPDATE follows SET state = :state WHERE id = :id AND state <> :state", state=state, id=follow_id
    )
    return changed == 1


async def set_wishes(tx: Transaction, follow_id: int, wishes: Wishes) -> None:
    """Change what the follower wants of the other."""
    await tx.execute(
        """
        UPDATE follows
        SET    boosts    = coalesce(CAST(:boosts AS $bool), boosts),
               notify    = coalesce(CAST(:notify AS $bool), notify),
               languages = coalesce(CAST(:languages AS $json), languages)
        WHERE  id = :id
        """,
        id=follow_id,
        boosts=wishes.boosts,
        notify=wishes.notify,
        languages=None if wishes.languages is None else as_json(wishes.languages),
    )


async def set_endorsed(tx: Transaction, follow_id: int, at: int | None) -> None:
    """The follower shows the other on her profile since a moment, or no longer."""
    await tx.execute(
        "UPDATE follows SET endorsed_at = CASE WHEN CAST(:at AS $time) IS NULL THEN NULL "
        "ELSE coalesce(endorsed_at, :at) END WHERE id = :id",
        at=at,
        id=follow_id,
    )


async def to_be_told(tx: Transaction, actor_id: int, limit: int) -> list[int]:
    """The accounts of this school that want to be told of each new post of this actor."""
    return await tx.all(
        int,
        """
        SELECT follower_id FROM follows
        WHERE  followed_id = :actor AND state = 'accepted' AND notify
        ORDER  BY follower_id
        LIMIT  :limit
        """,
        actor=actor_id,
        limit=limit,
    )


async def delete(tx: Transaction, follow_id: int) -> bool:
    """End a follow; False if it was gone already."""
    return await tx.execute("DELETE FROM follows WHERE id = :id", id=follow_id) == 1


async def delete_all(tx: Transaction, ended: Iterable[Follow]) -> None:
    """End many follows."""
    await tx.execute_many("DELETE FROM follows WHERE id = :id", [{"id": each.id} for each in ended])


async def follower_page(tx: Transaction, actor_id: int, page: Page) -> list[FollowView]:
    """The accepted followers of an actor, the latest first."""
    found = await tx.all(
        Follow,
        f"SELECT {COLUMNS} FROM follows WHERE followed_id = :actor AND state = 'accepted' {_ON_PAGE}",
        **_bounds(actor_id, page),
    )
    return await _with_actors(tx, {follow: follow.follower_id for follow in found})


async def following_page(tx: Transaction, actor_id: int, page: Page) -> list[FollowView]:
    """Whom an actor follows and was accepted by, the latest first."""
    found = await tx.all(
        Follow,
        f"SELECT {COLUMNS} FROM follows WHERE follower_id = :actor AND state = 'accepted' {_ON_PAGE}",
        **_bounds(actor_id, page),
    )
    return await _with_actors(tx, {follow: follow.followed_id for follow in found})


async def requests(tx: Transaction, actor_id: int, page: Page) -> list[FollowView]:
    """Who waits for this person's yes."""
    found = await tx.all(
        Follow,
        f"SELECT {COLUMNS} FROM follows WHERE followed_id = :actor AND state = 'pending' {_ON_PAGE}",
        **_bounds(actor_id, page),
    )
    return await _with_actors(tx, {follow: follow.follower_id for follow in found})


async def held(tx: Transaction, page: Page, host: str = "") -> list[FollowView]:
    """Follows from hosts the administrator has not decided about, or from one; the view's actor is the follower."""
    found = await tx.all(
        Follow,
        f"""
        SELECT {COLUMNS} FROM follows
         WHERE state = 'held'
           AND (CAST(:host AS TEXT) = '' OR follower_id IN (SELECT id FROM actors WHERE host = :host)) {_ON_PAGE}
        """,
        host=host,
        before=page.before,
        after=page.after,
        limit=page.limit,
    )
    return await _with_actors(tx, {follow: follow.follower_id for follow in found})


async def held_from(tx: Transaction, host: str) -> list[Follow]:
    """The held follows by actors of a host."""
    return await tx.all(
        Follow,
        f"""
        SELECT {COLUMNS} FROM follows
        WHERE  state = 'held' AND follower_id IN (SELECT id FROM actors WHERE host = :host)
        ORDER  BY id
        """,
        host=host,
    )


HELD_IN_ALL = 5_000
"""How many follows of all strangers together wait for the administrator."""


async def is_full(tx: Transaction) -> bool:
    """Whether no more follows can be held."""
    held = await tx.value(
        "SELECT count(*) FROM (SELECT 1 FROM follows WHERE state = 'held' LIMIT :most) found", most=HELD_IN_ALL
    )
    return bool(held >= HELD_IN_ALL)


async def count_held(tx: Transaction, host: str) -> int:
    """How many follows by actors of a host are held."""
    return int(
        await tx.value(
            """
            SELECT count(*) FROM follows
            WHERE  state = 'held' AND follower_id IN (SELECT id FROM actors WHERE host = :host)
            """,
            host=host,
        )
    )


@dataclass(frozen=True, slots=True)
class HostFollows:
    """How many follows stand with a host, by direction."""

    inbound: int
    outbound: int


async def count_with_host(tx: Transaction, host: str) -> HostFollows:
    """How many people of a host read somebody here, and how many here read somebody there."""
    found = await tx.one(
        HostFollows,
        """
        SELECT (SELECT count(*) FROM actors JOIN follows ON follows.follower_id = actors.id AND state = 'accepted'
                 WHERE actors.host = :host AND NOT actors.local) AS inbound,
               (SELECT count(*) FROM actors JOIN follows ON follows.followed_id = actors.id AND state = 'accepted'
                 WHERE actors.host = :host AND NOT actors.local) AS outbound
        """,
        host=host,
    )
    return found or HostFollows(0, 0)


async def with_host(tx: Transaction, host: str) -> list[Follow]:
    """Every follow with an actor of a remote host at one end."""
    return await tx.all(
        Follow,
        f"""
        SELECT {COLUMNS} FROM follows
        WHERE  follower_id IN (SELECT id FROM actors WHERE host = :host AND NOT local)
        OR     followed_id IN (SELECT id FROM actors WHERE host = :host AND NOT local)
        """,
        host=host,
    )


async def of_actor(tx: Transaction, actor_id: int) -> list[Follow]:
    """Every follow with this actor at one end."""
    return await tx.all(
        Follow,
        f"SELECT {COLUMNS} FROM follows WHERE follower_id = :actor OR followed_id = :actor",
        actor=actor_id,
    )


async def has_local_follower(tx: Transaction, actor_id: int) -> bool:
    """Whether anybody here reads this actor, or has asked to."""
    return bool(
        await tx.value(
            """
            SELECT 1 FROM follows JOIN actors ON actors.id = follows.follower_id
            WHERE  followed_id = :actor AND actors.local
            LIMIT  1
            """,
            actor=actor_id,
        )
    )


async def local_followers(tx: Transaction, actor_id: int, limit: int) -> list[int]:
    """The accounts of this school that read this actor."""
    return await tx.all(
        int,
        """
        SELECT follower_id FROM follows JOIN accounts ON accounts.id = follows.follower_id
        WHERE  followed_id = :actor AND state = 'accepted'
        ORDER  BY follows.id
        LIMIT  :limit
        """,
        actor=actor_id,
        limit=limit,
    )


async def has_follower_at(tx: Transaction, followed_id: int, host: str) -> bool:
    """Whether somebody of a host is an accepted follower of this actor."""
    return bool(
        await tx.value(
            """
            SELECT 1 FROM follows JOIN actors ON actors.id = follows.follower_id
            WHERE  followed_id = :followed AND state = 'accepted' AND actors.host = :host
            LIMIT  1
            """,
            followed=followed_id,
            host=host,
        )
    )


async def follower_uris_at(tx: Transaction, actor_id: int, host: str) -> list[str]:
    """The ids of an actor's accepted followers at a host."""
    return await tx.all(
        str,
        """
        SELECT a.uri FROM follows f JOIN actors a ON a.id = f.follower_id
        WHERE  f.followed_id = :actor AND f.state = 'accepted' AND a.host = :host AND NOT a.local
        AND    a.deleted_at IS NULL
        ORDER  BY f.id
        """,
        actor=actor_id,
        host=host,
    )


async def local_follower_uris(tx: Transaction, actor_id: int) -> list[str]:
    """The ids of those of ours whom an actor has let follow it."""
    return await tx.all(
        str,
        """
        SELECT a.uri FROM follows f JOIN actors a ON a.id = f.follower_id
        WHERE  f.followed_id = :actor AND f.state = 'accepted' AND a.local
        """,
        actor=actor_id,
    )


async def of_followers_at(tx: Transaction, actor_id: int, host: str) -> list[Follow]:
    """The follows of an actor by people of a host, in whatever state."""
    return await tx.all(
        Follow,
        f"""
        SELECT {COLUMNS} FROM follows
        WHERE  followed_id = :actor AND follower_id IN (SELECT id FROM actors WHERE host = :host AND NOT local)
        """,
        actor=actor_id,
        host=host,
    )


async def by_local_people(tx: Transaction, actor_id: int) -> list[Follow]:
    """Every follow of an actor by one of ours."""
    return await tx.all(
        Follow,
        f"""
        SELECT {COLUMNS} FROM follows
        WHERE  followed_id = :actor AND follower_id IN (SELECT id FROM actors WHERE local)
        """,
        actor=actor_id,
    )


async def follower_inboxes(tx: Transaction, actor_id: int, hosts: list[str] | None = None) -> list[str]:
    """Where a post to the followers goes: each shared inbox once; only at `hosts` if given. Blocked hosts are
    left out.
    """
    return await tx.all(
        str,
        """
        SELECT   coalesce(a.shared_inbox, a.inbox) AS inbox
        FROM     follows f JOIN actors a ON a.id = f.follower_id
        WHERE    f.followed_id = :actor AND f.state = 'accepted' AND NOT a.local AND a.deleted_at IS NULL
        AND      (CAST(:anywhere AS $bool) OR a.host IN :hosts*)
        AND      NOT EXISTS (SELECT 1 FROM peers p WHERE p.host = a.host AND p.standing = 'blocked')
        GROUP BY coalesce(a.shared_inbox, a.inbox)
        ORDER BY inbox
        """,
        actor=actor_id,
        anywhere=hosts is None,
        hosts=hosts or [],
    )


async def every_inbox(tx: Transaction) -> list[str]:
    """One inbox of every host we know, for what everybody must hear; blocked hosts are left out."""
    return await tx.all(
        str,
        """
        SELECT   min(coalesce(a.shared_inbox, a.inbox)) AS inbox
        FROM     actors a
        WHERE    NOT a.local AND a.deleted_at IS NULL
        AND      NOT EXISTS (SELECT 1 FROM peers p WHERE p.host = a.host AND p.standing = 'blocked')
        GROUP BY a.host
        ORDER BY inbox
        """,
    )


def _bounds(actor_id: int, page: Page) -> dict[str, object]:
    return {"actor": actor_id, "before": page.before, "after": page.after, "limit": page.limit}


async def _with_actors(tx: Transaction, others: dict[Follow, int]) -> list[FollowView]:
    known: dict[int, Actor] = await actors.by_ids(tx, others.values())
    return [FollowView(follow, known[other]) for follow, other in others.items() if other in known]

"""Communities: what they are, who moderates them, who may not take part, and what they have taken up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from fedi.models.actors import Actor, RemoteCommunity
from fedi.models.communities import Ban, Community, CommunityView, Posting, Standing
from fedi.models.paging import Page
from fedi.models.posts import Post
from fedi.store import actors
from fedi.store.database import Transaction

_COLUMNS = ", ".join(f"c.{field.name}" for field in fields(Community))
_ACTOR = ", ".join(f"a.{field.name}" for field in fields(Actor))


MOST_BANS = 10_000


async def insert(tx: Transaction, community: Community) -> None:
    """A new community of ours, whose actor is there already."""
    await tx.execute(
        """
        INSERT INTO communities (id, posting, rules, moderators_uri, created_by, created_at)
        VALUES (:id, :posting, :rules, :moderators_uri, :created_by, :created_at)
        """,
        id=community.id,
        posting=community.posting,
        rules=community.rules,
        moderators_uri=community.moderators_uri,
        created_by=community.created_by,
        created_at=community.created_at,
    )


async def update(tx: Transaction, community: Community) -> None:
    """Other rules, or others who may write."""
    await tx.execute(
        "UPDATE communities SET posting = :posting, rules = :rules WHERE id = :id",
        id=community.id,
        posting=community.posting,
        rules=community.rules,
    )


async def upsert_remote(tx: Transaction, actor_id: int, remote: RemoteCommunity) -> None:
    """What a peer's Group says of itself now."""
    await tx.execute(
        """
        INSERT INTO communities (id, posting, rules, moderators_uri, created_at)
        VALUES (:id, :posting, '', :moderators_uri, :now)
        ON CONFLICT (id) DO UPDATE SET posting = excluded.posting, moderators_uri = excluded.moderators_uri
        """,
        id=actor_id,
        posting=Posting.MODERATORS if remote.moderators_only else Posting.ANYBODY,
        moderators_uri=remote.moderators_uri,
        now=tx.now,
    )


async def by_id(tx: Transaction, community_id: int) -> Community | None:
    """The community with this actor's id."""
    return await tx.one(Community, f"SELECT {_COLUMNS} FROM communities c WHERE c.id = :id", id=community_id)


async def listed(tx: Transaction, page: Page) -> list[CommunityView]:
    """Our communities, and those of other servers that somebody here has joined, the newest first."""
    found = await tx.all(
        Community,
        f"""
        SELECT {_COLUMNS} FROM communities c JOIN actors a ON a.id = c.id
        WHERE  a.suspended_at IS NULL AND a.deleted_at IS NULL AND c.id < :below
        AND    (a.local OR EXISTS (
                   SELECT 1 FROM follows f JOIN actors m ON m.id = f.follower_id
                   WHERE  f.followed_id = c.id AND f.state = 'accepted' AND m.local
               ))
        ORDER  BY c.id DESC
        LIMIT  :limit
        """,
        below=page.below,
        limit=page.limit,
    )
    return await _views(tx, found)


async def ours(tx: Transaction) -> list[Actor]:
    """Every community of this school."""
    return await tx.all(
        Actor,
        f"""
        SELECT {_ACTOR} FROM communities c JOIN actors a ON a.id = c.id
        WHERE  a.local AND a.deleted_at IS NULL
        ORDER  BY a.id
        """,
    )


async def joined(tx: Transaction, actor_id: int) -> list[CommunityView]:
    """The communities somebody follows."""
    found = await tx.all(
        Community,
        f"""
        SELECT {_COLUMNS} FROM communities c
        WHERE  c.id IN (SELECT followed_id FROM follows WHERE follower_id = :actor AND state = 'accepted')
        ORDER  BY c.id DESC
        LIMIT  200
        """,
        actor=actor_id,
    )
    return await _views(tx, found)


async def _views(tx: Transaction, found: list[Community]) -> list[CommunityView]:
    known = await actors.by_ids(tx, [each.id for each in found]) if found else {}
    return [CommunityView(each, known[each.id]) for each in found if each.id in known]


async def standing(tx: Transaction, community_id: int, actor: Actor) -> Standing | None:
    """How an actor stands to a community; None if there is no such community."""
    return await tx.one(
        Standing,
        """
        SELECT c.posting,
               CAST(:local AS $bool) AS local,
               EXISTS (
                   SELECT 1 FROM follows
                   WHERE  follower_id = :actor AND followed_id = c.id AND state = 'accepted'
               ) AS member,
               EXISTS (
                   SELECT 1 FROM community_moderators WHERE community_id = c.id AND actor_uri = :uri
               ) AS moderator,
               EXISTS (
                   SELECT 1 FROM community_bans
                   WHERE  community_id = c.id AND actor_uri = :uri AND (expires_at IS NULL OR expires_at > :now)
               ) AS banned
        FROM   communities c
        WHERE  c.id = :id
        """,
        id=community_id,
        actor=actor.id,
        uri=actor.uri,
        local=actor.local,
        now=tx.now,
    )


async def of_post(tx: Transaction, community_id: int | None) -> Actor | None:
    """The community a post stands in, unless it is gone."""
    found = await actors.by_id(tx, community_id) if community_id is not None else None
    return None if found is None or found.gone else found


@dataclass(frozen=True, slots=True)
class Concerned:
    """A community of ours that an activity may be for, and whether the activity is addressed to it."""

    actor: Actor
    addressed: bool


async def concerned(
    tx: Transaction, addresses: Iterable[str], owner_id: int, post_uris: Iterable[str]
) -> list[Concerned]:
    """Our communities that are among the addressed, whose inbox it came to, or where one of these posts stands."""
    named = set(addresses)
    found = await tx.all(
        Actor,
        f"""
        SELECT {_ACTOR} FROM communities c JOIN actors a ON a.id = c.id
        WHERE  a.local AND a.deleted_at IS NULL AND a.suspended_at IS NULL
        AND    (a.uri IN :addresses* OR a.id = :owner OR a.id IN (SELECT community_id FROM posts WHERE uri IN :posts*))
        """,
        addresses=list(named),
        owner=owner_id,
        posts=list(post_uris),
    )
    return [Concerned(each, each.uri in named or each.id == owner_id) for each in found]


# --- moderators and bans --------------------------------------------------------------------------


async def moderators(tx: Transaction, community_id: int) -> list[str]:
    """Who moderates a community, by id on the wire."""
    return await tx.all(
        str,
        "SELECT actor_uri FROM community_moderators WHERE community_id = :id ORDER BY actor_uri",
        id=community_id,
    )


async def set_moderators(tx: Transaction, community_id: int, uris: Iterable[str]) -> None:
    """From now on these moderate a community, and nobody else."""
    await tx.execute("DELETE FROM community_moderators WHERE community_id = :id", id=community_id)
    await tx.execute_many(
        "INSERT INTO community_moderators (community_id, actor_uri) VALUES (:id, :uri) ON CONFLICT DO NOTHING",
        [{"id": community_id, "uri": uri} for uri in uris],
    )


async def ban(tx: Transaction, community_id: int, actor_uri: str, expires_at: int | None) -> None:
    """Somebody may not take part in a community any more; of each community so many are remembered."""
    await tx.execute(
        """
        INSERT INTO community_bans (community_id, actor_uri, created_at, expires_at)
        SELECT CAST(:id AS $id), CAST(:uri AS text), CAST(:now AS $time), CAST(:expires_at AS $time)
        WHERE  (SELECT count(*) FROM community_bans WHERE community_id = :id) < :most
        ON CONFLICT (community_id, actor_uri) DO UPDATE SET expires_at = excluded.expires_at
        """,
        id=community_id,
        uri=actor_uri,
        now=tx.now,
        expires_at=expires_at,
        most=MOST_BANS,
    )


async def lift_ban(tx: Transaction, community_id: int, actor_uri: str) -> None:
    """... and may again."""
    await tx.execute(
        "DELETE FROM community_bans WHERE community_id = :id AND actor_uri = :uri", id=community_id, uri=actor_uri
    )


async def bans(tx: Transaction, community_id: int) -> list[Ban]:
    """Who may not take part, the latest first."""
    return await tx.all(
        Ban,
        """
        SELECT community_id, actor_uri, created_at, expires_at FROM community_bans
        WHERE  community_id = :id AND (expires_at IS NULL OR expires_at > :now)
        ORDER  BY created_at DESC, actor_uri
        LIMIT  200
        """,
        id=community_id,
        now=tx.now,
    )


# --- what stands in a community -------------------------------------------------------------------


async def take_up(tx: Transaction, community_id: int, post_uri: str) -> bool:
    """A community has taken a post up; False if it has removed it before."""
    await tx.execute(
        """
        INSERT INTO community_posts (community_id, post_uri, locked) VALUES (:id, :uri, :no) ON CONFLICT DO NOTHING
        """,
        id=community_id,
        uri=post_uri,
        no=False,
    )
    return not await is_removed(tx, community_id, post_uri)


async def is_removed(tx: Transaction, community_id: int, post_uri: str) -> bool:
    """Whether the moderators of a community have removed a post from it."""
    found = await tx.value(
        "SELECT 1 FROM community_posts WHERE community_id = :id AND post_uri = :uri AND removed_at IS NOT NULL",
        id=community_id,
        uri=post_uri,
    )
    return found is not None


async def set_removed(tx: Transaction, community_id: int, post_uri: str, at: int | None) -> None:
    """A post is removed from a community, or let in again (None)."""
    await take_up(tx, community_id, post_uri)
    await tx.execute(
        "UPDATE community_posts SET removed_at = :at WHERE community_id = :id AND post_uri = :uri",
        id=community_id,
        uri=post_uri,
        at=at,
    )


async def set_locked(tx: Transaction, community_id: int, post_uri: str, locked: bool) -> None:
    """A post takes no answers any more, or takes them again."""
    await take_up(tx, community_id, post_uri)
    await tx.execute(
        "UPDATE community_posts SET locked = :locked WHERE community_id = :id AND post_uri = :uri",
        id=community_id,
        uri=post_uri,
        locked=locked,
    )


async def is_locked(tx: Transaction, post: Post) -> bool:
    """Whether a post, or the one its thread begins with, takes no answers."""
    if post.community_id is None:
        return False
    found = await tx.value(
        """
        SELECT 1 FROM community_posts c JOIN posts p ON p.uri = c.post_uri
        WHERE  c.community_id = :community AND c.locked AND p.id IN :ids*
        LIMIT  1
        """,
        community=post.community_id,
        ids=[post.id, post.thread_id],
    )
    return found is not None


async def locked_among(tx: Transaction, community_id: int, post_ids: Iterable[int]) -> set[int]:
    """Which of these posts are themselves closed to answers in a community."""
    found = await tx.all(
        int,
        """
        SELECT p.id FROM community_posts c JOIN posts p ON p.uri = c.post_uri
        WHERE  c.community_id = :community AND c.locked AND p.id IN :ids*
        """,
        community=community_id,
        ids=list(post_ids),
    )
    return set(found)


async def assign(tx: Transaction, post_id: int, community_id: int | None) -> None:
    """A post stands in a community from now on, or in none."""
    await tx.execute("UPDATE posts SET community_id = :community WHERE id = :id", community=community_id, id=post_id)


async def by_author(tx: Transaction, community_id: int, actor_id: int, limit: int) -> list[int]:
    """What somebody has written in a community, the latest first."""
    return await tx.all(
        int,
        """
        SELECT id FROM posts WHERE community_id = :community AND actor_id = :actor ORDER BY id DESC LIMIT :limit
        """,
        community=community_id,
        actor=actor_id,
        limit=limit,
    )


async def first_announced(tx: Transaction, community_id: int, activity_uri: str) -> bool:
    """Remember that a community brings an activity to its followers; False if it has done so."""
    changed = await tx.execute(
        """
        INSERT INTO community_announced (community_id, activity_uri, announced_at) VALUES (:id, :uri, :now)
        ON CONFLICT DO NOTHING
        """,
        id=community_id,
        uri=activity_uri,
        now=tx.now,
    )
    return changed == 1


async def prune_announced(tx: Transaction, before: int) -> None:
    """Forget what communities have brought on before then."""
    await tx.execute("DELETE FROM community_announced WHERE announced_at < :before", before=before)


async def set_featured(tx: Transaction, community_id: int, post_uri: str, at: int | None) -> None:
    """A community shows a post first, or no more (None)."""
    await take_up(tx, community_id, post_uri)
    await tx.execute(
        "UPDATE community_posts SET featured_at = :at WHERE community_id = :id AND post_uri = :uri",
        id=community_id,
        uri=post_uri,
        at=at,
    )


async def featured(tx: Transaction, community_id: int) -> list[int]:
    """What a community shows first, the latest first; whoever may see it."""
    return await tx.all(
        int,
        """
        SELECT p.id FROM community_posts c JOIN posts p ON p.uri = c.post_uri
        WHERE  c.community_id = :id AND c.featured_at IS NOT NULL AND c.removed_at IS NULL
        ORDER  BY c.featured_at DESC, p.id DESC
        LIMIT  20
        """,
        id=community_id,
    )

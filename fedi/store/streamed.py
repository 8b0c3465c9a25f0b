"""What streams ask of a new or changed post: on which of them it belongs, and for whose eyes; one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fedi.models.posts import Circle
from fedi.store.database import Transaction
from fedi.store.shown import Version
from fedi.store.timelines import NO_REPLY_TO_OTHERS, TOLD_HERE
from fedi.store.visibility import TO_EVERYBODY, VISIBLE, WANTED


@dataclass(frozen=True, slots=True)
class Streamed:
    """A post as the timelines would list it: `told` is whether the network's or the school's list it at all."""

    id: int
    circle: Circle
    local: bool
    told: bool
    has_files: bool
    in_tags: bool


async def one(tx: Transaction, post_id: int) -> Streamed | None:
    """The post."""
    return await tx.one(
        Streamed,
        f"""
        SELECT p.id, p.circle, p.local, (p.kind <> 'boost' AND {NO_REPLY_TO_OTHERS}) AS told,
               EXISTS (SELECT 1 FROM post_files WHERE post_id = p.id) AS has_files,
               (p.circle IN {TOLD_HERE} AND p.kind <> 'boost') AS in_tags
        FROM   posts p
        WHERE  p.id = :post AND p.circle <> 'draft'
        """,
        post=post_id,
    )


async def tags(tx: Transaction, post_id: int) -> list[str]:
    """The hashtags of a post, folded."""
    return await tx.all(str, "SELECT folded FROM post_tags WHERE post_id = :post", post=post_id)


# The one rule of visibility, asked about many viewers and one post instead of one viewer and many posts.
def _of_each(condition: str) -> str:
    return (
        condition.replace("CAST(:viewer AS $id)", "viewer.id")
        .replace("CAST(:viewer_local AS $bool)", "viewer.local")
        .replace("CAST(:viewer_host AS TEXT)", "''")
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    id: int
    everywhere: bool


async def readers(tx: Transaction, post_id: int, account_ids: Iterable[int]) -> dict[int, bool]:
    """For which of these people of ours the post is there and belongs in a list, as `visibility.wanted_ids` has it for
    each; and whether also in one that nobody's follows made.
    """
    found = await tx.all(
        _Reader,
        f"""
        SELECT viewer.id, {_of_each(TO_EVERYBODY)} AS everywhere
        FROM   actors viewer JOIN posts p ON p.id = :post
        WHERE  viewer.id IN :accounts* AND viewer.local AND viewer.suspended_at IS NULL AND viewer.deleted_at IS NULL
        AND    {_of_each(VISIBLE)} AND {_of_each(WANTED)}
        """,
        post=post_id,
        accounts=list(account_ids),
        now=tx.now,
    )
    return {each.id: each.everywhere for each in found}


async def homes(tx: Transaction, post_id: int, account_ids: Iterable[int]) -> set[int]:
    """In whose homes a post stands, of these accounts; entries outlive their post, so one that was deleted is found."""
    found = await tx.all(
        int,
        "SELECT account_id FROM home_entries WHERE post_id = :post AND account_id IN :accounts*",
        post=post_id,
        accounts=list(account_ids),
    )
    return set(found)


async def lists(tx: Transaction, post_id: int, list_ids: Iterable[int]) -> set[int]:
    """The same of lists."""
    found = await tx.all(
        int,
        "SELECT list_id FROM list_entries WHERE post_id = :post AND list_id IN :lists*",
        post=post_id,
        lists=list(list_ids),
    )
    return set(found)


@dataclass(frozen=True, slots=True)
class _Mark:
    viewer_id: int
    kind: str
    id: int


async def marks(
    tx: Transaction, account_ids: Iterable[int], shown: Sequence[Version]
) -> dict[int, frozenset[tuple[str, int]]]:
    """How each of these people stands to these posts. Those who stand alike are shown the same; who has done nothing
    is not named. Nobody stands like somebody with filters.
    """
    found = await tx.all(
        _Mark,
        """
        SELECT actor_id AS viewer_id, 'liked' AS kind, post_id AS id FROM likes
        WHERE  actor_id IN :viewers* AND post_id IN :ids*
        UNION ALL
        SELECT actor_id, 'boosted', boost_of_id FROM posts WHERE actor_id IN :viewers* AND boost_of_id IN :ids*
        UNION ALL
        SELECT account_id, 'bookmarked', post_id FROM bookmarks WHERE account_id IN :viewers* AND post_id IN :ids*
        UNION ALL
        SELECT actor_id, 'mentioned', post_id FROM mentions WHERE actor_id IN :viewers* AND post_id IN :ids*
        UNION ALL
        SELECT follower_id, 'followed', followed_id FROM follows
        WHERE  follower_id IN :viewers* AND state = 'accepted' AND followed_id IN :authors*
        UNION ALL
        SELECT account_id, 'muted', thread_id FROM muted_threads
        WHERE  account_id IN :viewers* AND thread_id IN :threads*
        UNION ALL
        SELECT actor_id, 'voted ' || position, post_id FROM poll_votes
        WHERE  actor_id IN :viewers* AND post_id IN :ids*
        UNION ALL
        SELECT account_id, 'filters', version FROM filter_versions WHERE account_id IN :viewers*
        """,
        viewers=list(account_ids),
        ids=[version.id for version in shown],
        authors=[version.actor_id for version in shown],
        threads=[version.thread_id for version in shown],
    )
    standing: dict[int, frozenset[tuple[str, int]]] = {}
    for mark in found:
        standing[mark.viewer_id] = standing.get(mark.viewer_id, frozenset()) | {(mark.kind, mark.id)}
    return standing

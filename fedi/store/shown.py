"""What a list of posts needs to be shown anew: how far each is changed, and how a viewer stands to them.

One statement each, so that a page whose posts are rendered already reads nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fedi.models.posts import Circle, PostKind
from fedi.models.quotes import QuotePolicy, QuoteState
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Version:
    """A post, and everything that changes when what is shown of it does."""

    id: int
    actor_id: int
    boost_of_id: int | None
    in_reply_to_id: int | None
    thread_id: int
    kind: PostKind
    circle: Circle
    replies_count: int
    boosts_count: int
    likes_count: int
    quotes_count: int
    quote_policy: QuotePolicy
    edited_at: int | None
    quoted_id: int | None
    quote_state: QuoteState | None
    card_id: int | None
    card_shown_at: int | None
    card_unconfirmed_id: int | None


@dataclass(frozen=True, slots=True)
class AuthorVersion:
    """The same of an actor."""

    id: int
    updated_at: int
    followers_count: int
    following_count: int
    posts_count: int
    avatar_id: int | None
    header_id: int | None
    suspended_at: int | None


async def versions(tx: Transaction, post_ids: Iterable[int]) -> dict[int, Version]:
    """These posts and those they boost, whoever may see them. Drafts are no posts yet."""
    found = await tx.all(
        Version,
        """
        SELECT p.id, p.actor_id, p.boost_of_id, p.in_reply_to_id, p.thread_id, p.kind, p.circle, p.replies_count,
               p.boosts_count, p.likes_count, p.quotes_count, p.quote_policy, p.edited_at, q.quoted_id,
               q.state AS quote_state, p.card_id, c.shown_at AS card_shown_at,
               c.unconfirmed_id AS card_unconfirmed_id
        FROM   posts p LEFT JOIN quotes q ON q.post_id = p.id LEFT JOIN cards c ON c.id = p.card_id
        WHERE  (
                   p.id IN :ids*
                   OR p.id IN (SELECT boost_of_id FROM posts WHERE id IN :ids* AND boost_of_id IS NOT NULL)
               )
        AND    p.circle <> 'draft'
        """,
        ids=list(post_ids),
    )
    return {version.id: version for version in found}


async def authors(tx: Transaction, actor_ids: Iterable[int]) -> dict[int, AuthorVersion]:
    """These actors."""
    found = await tx.all(
        AuthorVersion,
        """
        SELECT id, updated_at, followers_count, following_count, posts_count, avatar_id, header_id, suspended_at
        FROM   actors
        WHERE  id IN :ids*
        """,
        ids=list(set(actor_ids)),
    )
    return {version.id: version for version in found}


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to posts, by their ids; `muted` are threads, `followed` are authors. `filters` is the version
    of her filters, if she has any.
    """

    liked: frozenset[int] = frozenset()
    boosted: frozenset[int] = frozenset()
    bookmarked: frozenset[int] = frozenset()
    pinned: frozenset[int] = frozenset()
    mentioned: frozenset[int] = frozenset()
    muted: frozenset[int] = frozenset()
    followed: frozenset[int] = frozenset()
    filters: frozenset[int] = frozenset()


async def standing(tx: Transaction, viewer_id: int, shown: Sequence[Version]) -> Standing:
    """How `viewer_id` stands to these posts."""
    marks = await tx.all(
        _Mark,
        """
        SELECT 'liked' AS kind, post_id AS id FROM likes WHERE actor_id = :viewer AND post_id IN :ids*
        UNION ALL
        SELECT 'boosted', boost_of_id FROM posts WHERE actor_id = :viewer AND boost_of_id IN :ids*
        UNION ALL
        SELECT 'bookmarked', post_id FROM bookmarks WHERE account_id = :viewer AND post_id IN :ids*
        UNION ALL
        SELECT 'pinned', post_id FROM pins WHERE actor_id = :viewer AND post_id IN :ids*
        UNION ALL
        SELECT 'mentioned', post_id FROM mentions WHERE actor_id = :viewer AND post_id IN :ids*
        UNION ALL
        SELECT 'followed', followed_id FROM follows
        WHERE  follower_id = :viewer AND state = 'accepted' AND followed_id IN :authors*
        UNION ALL
        SELECT 'muted', thread_id FROM muted_threads WHERE account_id = :viewer AND thread_id IN :threads*
        UNION ALL
        SELECT 'filters', version FROM filter_versions WHERE account_id = :viewer
        """,
        viewer=viewer_id,
        ids=[version.id for version in shown],
        threads=[version.thread_id for version in shown],
        authors=[version.actor_id for version in shown if version.quote_policy is QuotePolicy.FOLLOWERS],
    )
    return Standing(*(frozenset(mark.id for mark in marks if mark.kind == kind) for kind in Standing.__slots__))


@dataclass(frozen=True, slots=True)
class _Latest:
    actor_id: int
    published_at: int


async def last_posts(tx: Transaction, actor_ids: Iterable[int]) -> dict[int, int]:
    """When each of these actors last published something that is no message (milliseconds)."""
    found = await tx.all(
        _Latest,
        """
        SELECT actor_id, published_at FROM posts
        WHERE  id IN (
                   SELECT (
                              SELECT max(p.id) FROM posts p
                              WHERE  p.actor_id = actors.id AND p.circle IN ('public', 'network')
                          )
                   FROM   actors WHERE actors.id IN :ids*
               )
        """,
        ids=list(set(actor_ids)),
    )
    return {each.actor_id: each.published_at for each in found}

"""Timelines: the home of each account is written when a post comes; all others are queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle, Post
from fedi.store.database import Transaction
from fedi.store.posts import COLUMNS
from fedi.store.visibility import ABOUT_WANTED, TO_EVERYBODY, VISIBLE, WANTED, as_seen_by

T = TypeVar("T")

HOME_ENTRIES = 800
"""How many posts a home keeps."""

# A home may outgrow its size by this much before it is cut, so that cutting is rare.
_SLACK = 100
_BOOST_WINDOW = 40

# An answer to somebody else, seen from the timelines that everybody shares.
NO_REPLY_TO_OTHERS = """(
    p.in_reply_to_uri IS NULL
    OR EXISTS (SELECT 1 FROM posts parent WHERE parent.id = p.in_reply_to_id AND parent.actor_id = p.actor_id)
)"""

# An answer belongs in the homes of those who follow both sides, and of whoever it answers.
_FOLLOWS_PARENT = """(
    f.follower_id = CAST(:parent_author AS $id) OR EXISTS (
        SELECT 1 FROM follows both_sides
        WHERE  both_sides.follower_id = f.follower_id AND both_sides.followed_id = CAST(:parent_author AS $id)
        AND    both_sides.state = 'accepted'
    )
)"""
_READS_LANGUAGE = "(f.languages = '[]' OR f.languages LIKE CAST(:language AS TEXT))"
_MENTIONED = "EXISTS (SELECT 1 FROM mentions WHERE post_id = CAST(:post AS $id) AND actor_id = f.follower_id)"
_BOOSTS_WANTED = """EXISTS (
    SELECT 1 FROM follows f WHERE f.follower_id = :account AND f.followed_id = p.actor_id AND f.boosts
)"""
# People who are read in a list of their own, and not at home; asked for once a statement.
APART = """(
    SELECT m.actor_id FROM list_members m JOIN lists l ON l.id = m.list_id
    WHERE  l.account_id = :account AND l.exclusive AND m.actor_id <> :account
)"""
READ_APART = """(
    SELECT l.account_id FROM list_members m JOIN lists l ON l.id = m.list_id
    WHERE  m.actor_id = :author AND l.exclusive
)"""
# A boost is not told to those who have the post, or another boost of it, among the latest of their home.
_NOT_SEEN_LATELY = f"""NOT EXISTS (
    SELECT 1
    FROM   (
               SELECT post_id FROM home_entries
               WHERE  account_id = f.follower_id
               ORDER  BY post_id DESC
               LIMIT  {_BOOST_WINDOW}
           ) latest
    JOIN   posts seen ON seen.id = latest.post_id
    WHERE  seen.id = CAST(:boosted AS $id) OR seen.boost_of_id = CAST(:boosted AS $id)
)"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """An account in whose home a post belongs, the follow by which it does, and whether she asked to be told."""

    follow_id: int
    account_id: int
    notify: bool


def _paged(
    condition: str, source: str = "posts p", by: str = "p.id", wanted: str = WANTED, columns: str = COLUMNS
) -> tuple[str, str]:
    """The two statements of a timeline, downwards and upwards; `condition` speaks of the post `p`.

    `by` is the column of the index that is walked, so that the walk ends when the page is full.
    """
    down, up = (
        f"""
        SELECT {columns} FROM {source}
        WHERE  {condition} AND {VISIBLE} AND {wanted}
        ORDER  BY {by} {direction}
        LIMIT  :limit
        """
        for direction in ("DESC", "ASC")
    )
    return down, up


async def _page(
    tx: Transaction, statements: tuple[str, str], viewer: Actor | None, page: Page, **params: object
) -> list[Post]:
    return await _rows(tx, Post, statements, viewer, page, **params)


async def ids(
    tx: Transaction,
    condition: str,
    viewer: Actor | None,
    page: Page,
    *,
    source: str = "posts p",
    by: str = "p.id",
    wanted: str = WANTED,
    params: Mapping[str, object] = MappingProxyType({}),
) -> list[int]:
    """Ids of a page of a timeline, newest first, of what `viewer` may see; `_paged` says what the texts mean."""
    return await _rows(tx, int, _paged(condition, source, by, wanted, "p.id"), viewer, page, **params)


async def _rows(
    tx: Transaction,
    row: type[T],
    statements: tuple[str, str],
    viewer: Actor | None,
    page: Page,
    **params: object,
) -> list[T]:
    found = await tx.all(
        row,
        statements[page.upwards],
        below=page.below,
        above=page.above,
        limit=page.limit,
        now=tx.now,
        **as_seen_by(viewer),
        **params,
    )
    return found[::-1] if page.upwards else found


def _of_actor(condition: str) -> tuple[str, str]:
    """On her own page somebody is read also by those who have muted or blocked her."""
    return _paged(f"p.actor_id = :actor AND {condition}", wanted=ABOUT_WANTED)


_WITHIN = "p.id < :below AND p.id > :above"
TOLD_HERE = "('school', 'partners', 'public')"
_HOME = _paged(
    "h.account_id = :account AND h.post_id < :below AND h.post_id > :above",
    "home_entries h JOIN posts p ON p.id = h.post_id",
    "h.post_id",
)
_SHARED = f"p.kind <> 'boost' AND {_WITHIN} AND {NO_REPLY_TO_OTHERS} AND {TO_EVERYBODY}"
_SCHOOL = _paged(f"p.local AND p.circle IN {TOLD_HERE} AND {_SHARED}")
_NETWORK = _paged(f"p.circle IN ('public', 'partners') AND {_SHARED}")
_TAG = _paged(
    f"t.folded = :tag AND t.post_id < :below AND t.post_id > :above AND p.circle IN {TOLD_HERE} AND {TO_EVERYBODY}",
    "post_tags t JOIN posts p ON p.id = t.post_id",
    "t.post_id",
)
_PROFILE = {
    "posts": _of_actor(f"p.circle <> 'draft' AND {_WITHIN} AND {NO_REPLY_TO_OTHERS}"),
    "replies": _of_actor(f"p.circle <> 'draft' AND {_WITHIN}"),
    "materials": _of_actor(f"p.circle <> 'draft' AND p.kind = 'article' AND {_WITHIN}"),
    "drafts": _of_actor(f"p.circle = 'draft' AND {_WITHIN}"),
}


async def home(tx: Transaction, viewer: Actor, page: Page) -> list[Post]:
    """What the people somebody follows have written and passed on, and her own posts."""
    return await _page(tx, _HOME, viewer, page, account=viewer.id)


async def school(tx: Transaction, viewer: Actor | None, page: Page) -> list[Post]:
    """What this school's teachers have published."""
    return await _page(tx, _SCHOOL, viewer, page)


async def network(tx: Transaction, viewer: Actor | None, page: Page) -> list[Post]:
    """What is public anywhere, and the partners' posts."""
    return await _page(tx, _NETWORK, viewer, page)


async def tag(tx: Transaction, viewer: Actor | None, folded: str, page: Page) -> list[Post]:
    """Posts with a hashtag, given in its folded form."""
    return await _page(tx, _TAG, viewer, page, tag=folded)


async def profile(tx: Transaction, viewer: Actor | None, actor_id: int, page: Page, which: str) -> list[Post]:
    """One person's `posts` (without answers to others), `replies` (everything), `materials` or `drafts`."""
    return await _page(tx, _PROFILE[which], viewer, page, actor=actor_id)


async def recipients(
    tx: Transaction, post: Post, parent_author: int | None, *, after: int, limit: int, seen_since: int
) -> list[Recipient]:
    """The followers here in whose homes a post belongs.

    `after` and `limit` cut them into batches, in the order of their follows; accounts not seen since `seen_since`
    (milliseconds) are passed over. `parent_author`: who wrote the post that this one answers, if that is somebody else.
    """
    conditions, params = _narrowing(post, parent_author)
    return await tx.all(
        Recipient,
        f"""
        SELECT f.id AS follow_id, f.follower_id AS account_id, f.notify
        FROM   follows f JOIN accounts ON accounts.id = f.follower_id
        WHERE  f.followed_id = :author AND f.state = 'accepted' AND f.id > :after
        AND    accounts.last_seen_at >= :seen_since AND accounts.disabled_at IS NULL
        AND    f.follower_id NOT IN {READ_APART}
        {conditions}
        ORDER  BY f.id
        LIMIT  :limit
        """,
        author=post.actor_id,
        after=after,
        limit=limit,
        seen_since=seen_since,
        **params,
    )


async def add_to_homes(tx: Transaction, account_ids: list[int], post_id: int) -> None:
    """Put a post into several homes; those that have it already keep it once."""
    await tx.execute_many(
        "INSERT INTO home_entries (account_id, post_id) VALUES (:account, :post) ON CONFLICT DO NOTHING",
        [{"account": account_id, "post": post_id} for account_id in account_ids],
    )


def _narrowing(post: Post, parent_author: int | None) -> tuple[str, dict[str, object]]:
    """What else a follower must fulfil, and its parameters. Most posts ask nothing more, and pay for nothing more."""
    conditions, params = "", dict[str, object]()
    if parent_author is not None:
        conditions += f"AND {_FOLLOWS_PARENT}"
        params["parent_author"] = parent_author
    if post.circle is Circle.DIRECT:
        conditions += f"AND {_MENTIONED}"
        params["post"] = post.id
    if post.boost_of_id is not None:
        conditions += f"AND f.boosts AND {_NOT_SEEN_LATELY}"
        params["boosted"] = post.boost_of_id
    if post.language is not None:
        conditions += f"AND {_READS_LANGUAGE}"
        params["language"] = f'%"{post.language}"%'
    return conditions, params


async def remove_actor(tx: Transaction, account_id: int, actor_id: int) -> None:
    """Take somebody's posts out of one home."""
    await tx.execute(
        """
        DELETE FROM home_entries
        WHERE  account_id = :account AND post_id IN (SELECT id FROM posts WHERE actor_id = :actor)
        """,
        account=account_id,
        actor=actor_id,
    )


async def add_actor(tx: Transaction, account_id: int, actor_id: int, limit: int) -> None:
    """Put the latest posts of somebody into one home, except answers to others and direct posts."""
    await tx.execute(
        f"""
        INSERT INTO home_entries (account_id, post_id)
        SELECT CAST(:account AS $id), p.id FROM posts p
        WHERE  p.actor_id = :actor AND p.circle NOT IN ('draft', 'direct') AND {NO_REPLY_TO_OTHERS}
        AND    p.actor_id NOT IN {APART} AND (p.kind <> 'boost' OR {_BOOSTS_WANTED})
        ORDER  BY p.id DESC
        LIMIT  :limit
        ON CONFLICT DO NOTHING
        """,
        account=account_id,
        actor=actor_id,
        limit=limit,
    )
    await _drop_repeats(tx, account_id)


async def refill(tx: Transaction, account_id: int) -> None:
    """Write a home anew, from the posts of the account and of those it follows."""
    await tx.execute("DELETE FROM home_entries WHERE account_id = :account", account=account_id)
    await tx.execute(
        f"""
        INSERT INTO home_entries (account_id, post_id)
        SELECT CAST(:account AS $id), p.id FROM posts p
        WHERE  (
                   (p.actor_id = :account AND p.circle <> 'draft')
                   OR (p.circle NOT IN ('draft', 'direct') AND p.actor_id IN (
                       SELECT followed_id FROM follows WHERE follower_id = :account AND state = 'accepted'
                   ))
               )
        AND    p.actor_id NOT IN {APART} AND {NO_REPLY_TO_OTHERS}
        AND    (p.kind <> 'boost' OR p.actor_id = :account OR {_BOOSTS_WANTED})
        ORDER  BY p.id DESC
        LIMIT  {HOME_ENTRIES}
        ON CONFLICT DO NOTHING
        """,
        account=account_id,
    )
    await _drop_repeats(tx, account_id)


async def _drop_repeats(tx: Transaction, account_id: int) -> None:
    """Take boosts out of the latest of a home that show what an earlier one of these entries shows already."""
    await tx.execute(
        f"""
        WITH latest AS (
                 SELECT h.post_id, coalesce(p.boost_of_id, p.id) AS shown
                 FROM   home_entries h JOIN posts p ON p.id = h.post_id
                 WHERE  h.account_id = :account
                 ORDER  BY h.post_id DESC
                 LIMIT  {_BOOST_WINDOW}
             )
        DELETE FROM home_entries
        WHERE  account_id = :account AND post_id IN (
                   SELECT later.post_id
                   FROM   latest later JOIN latest earlier
                   ON     earlier.shown = later.shown AND earlier.post_id < later.post_id
               )
        """,
        account=account_id,
    )


async def overgrown(tx: Transaction, limit: int) -> list[int]:
    """Accounts whose homes have outgrown their size."""
    return await tx.all(
        int,
        f"""
        SELECT account_id FROM home_entries
        GROUP  BY account_id
        HAVING count(*) > {HOME_ENTRIES + _SLACK}
        LIMIT  :limit
        """,
        limit=limit,
    )


async def cut(tx: Transaction, account_id: int) -> None:
    """Forget all but the newest entries of a home."""
    await keep_newest(tx, "home_entries", "account_id", account_id, HOME_ENTRIES)


async def keep_newest(tx: Transaction, table: str, owner: str, owner_id: int, most: int) -> None:
    """Forget all but the newest `most` posts of one owner (a column) of a table of entries."""
    await tx.execute(
        f"""
        DELETE FROM {table}
        WHERE  {owner} = :owner AND post_id <= (
                   SELECT post_id FROM {table}
                   WHERE  {owner} = :owner
                   ORDER  BY post_id DESC
                   LIMIT  1 OFFSET :most
               )
        """,
        owner=owner_id,
        most=most,
    )

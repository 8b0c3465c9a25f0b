"""Lists of people: whose they are, who is in them, and their timelines."""

from __future__ import annotations

from dataclasses import fields

from fedi.models.actors import Actor
from fedi.models.lists import PeopleList
from fedi.models.paging import Page
from fedi.models.posts import Circle, Post
from fedi.store.database import Transaction
from fedi.store.pages import newest
from fedi.store.people import Listed
from fedi.store.timelines import NO_REPLY_TO_OTHERS, ids, keep_newest

ENTRIES = 800
"""How many posts a list keeps."""

_SLACK = 100
_COLUMNS = ", ".join(field.name for field in fields(PeopleList))
_OF_FOLLOWED = """
    list_members m JOIN lists l ON l.id = m.list_id
    LEFT JOIN follows f ON f.follower_id = l.account_id AND f.followed_id = m.actor_id AND f.state = 'accepted'
"""
_READ = "(f.id IS NOT NULL OR l.account_id = m.actor_id)"
_ANSWER_WANTED = """(
    l.account_id = CAST(:answered AS $id)
    OR (l.replies_policy = 'followed' AND EXISTS (
        SELECT 1 FROM follows both_sides
        WHERE  both_sides.follower_id = l.account_id AND both_sides.followed_id = CAST(:answered AS $id)
        AND    both_sides.state = 'accepted'
    ))
    OR (l.replies_policy = 'list' AND EXISTS (
        SELECT 1 FROM list_members other WHERE other.list_id = l.id AND other.actor_id = CAST(:answered AS $id)
    ))
)"""
_NAMED = """(
    l.account_id = m.actor_id
    OR EXISTS (SELECT 1 FROM mentions WHERE post_id = CAST(:post AS $id) AND actor_id = l.account_id)
)"""


# --- lists ------------------------------------------------------------------------------------------


async def put(tx: Transaction, made: PeopleList) -> None:
    """Store a list, new or changed; whose it is never changes."""
    await tx.execute(
        """
        INSERT INTO lists (id, account_id, title, replies_policy, exclusive)
        VALUES (:id, :account, :title, :policy, :exclusive)
        ON CONFLICT (id) DO UPDATE SET
            title = excluded.title, replies_policy = excluded.replies_policy, exclusive = excluded.exclusive
        """,
        id=made.id,
        account=made.account_id,
        title=made.title,
        policy=made.replies_policy,
        exclusive=made.exclusive,
    )


async def delete(tx: Transaction, list_id: int) -> None:
    """Forget a list with what is in it."""
    await tx.execute("DELETE FROM list_entries WHERE list_id = :list", list=list_id)
    await tx.execute("DELETE FROM list_members WHERE list_id = :list", list=list_id)
    await tx.execute("DELETE FROM lists WHERE id = :list", list=list_id)


async def erase(tx: Transaction, account_id: int) -> None:
    """Forget all lists of somebody who leaves."""
    for each in await of_account(tx, account_id):
        await delete(tx, each.id)


async def of_account(tx: Transaction, account_id: int) -> list[PeopleList]:
    """Somebody's lists, the first one first."""
    return await tx.all(
        PeopleList, f"SELECT {_COLUMNS} FROM lists WHERE account_id = :account ORDER BY id", account=account_id
    )


async def with_member(tx: Transaction, account_id: int, actor_id: int) -> list[PeopleList]:
    """Those of somebody's lists that an actor is in."""
    return await tx.all(
        PeopleList,
        f"""
        SELECT {_COLUMNS} FROM lists
        WHERE  account_id = :account AND id IN (SELECT list_id FROM list_members WHERE actor_id = :actor)
        ORDER  BY id
        """,
        account=account_id,
        actor=actor_id,
    )


async def own(tx: Transaction, account_id: int, list_id: int) -> PeopleList | None:
    """A list, if it is this account's."""
    return await tx.one(
        PeopleList,
        f"SELECT {_COLUMNS} FROM lists WHERE id = :list AND account_id = :account",
        list=list_id,
        account=account_id,
    )


# --- members ----------------------------------------------------------------------------------------


async def add_member(tx: Transaction, list_id: int, actor_id: int) -> bool:
    """Put somebody into a list; False if she is in it."""
    added = await tx.execute(
        "INSERT INTO list_members (id, list_id, actor_id) VALUES (:id, :list, :actor) ON CONFLICT DO NOTHING",
        id=tx.new_id(),
        list=list_id,
        actor=actor_id,
    )
    return added == 1


async def remove_member(tx: Transaction, list_id: int, actor_id: int) -> None:
    """Take somebody out of a list, with what she has written."""
    await tx.execute(
        "DELETE FROM list_members WHERE list_id = :list AND actor_id = :actor", list=list_id, actor=actor_id
    )
    await tx.execute(
        """
        DELETE FROM list_entries
        WHERE  list_id = :list AND post_id IN (SELECT id FROM posts WHERE actor_id = :actor)
        """,
        list=list_id,
        actor=actor_id,
    )


async def count_members(tx: Transaction, list_id: int) -> int:
    """How many people are in a list."""
    counted: int = await tx.value("SELECT count(*) FROM list_members WHERE list_id = :list", list=list_id)
    return counted


async def member_ids(tx: Transaction, list_id: int) -> list[int]:
    """Who is in a list."""
    return await tx.all(int, "SELECT actor_id FROM list_members WHERE list_id = :list ORDER BY id", list=list_id)


async def members(tx: Transaction, list_id: int, page: Page) -> list[Listed]:
    """Who is in a list, the latest first; whoever is deleted is left out."""
    return await newest(
        tx,
        Listed,
        """
        SELECT m.id, m.actor_id FROM list_members m JOIN actors a ON a.id = m.actor_id
        WHERE  m.list_id = :list AND a.deleted_at IS NULL
        """,
        "m.id",
        page,
        list=list_id,
    )


# --- timelines --------------------------------------------------------------------------------------


async def timeline(tx: Transaction, viewer: Actor, list_id: int, page: Page) -> list[int]:
    """Ids of what is in a list, as far as its owner may and wants to see it."""
    return await ids(
        tx,
        "e.list_id = :list AND e.post_id < :below AND e.post_id > :above",
        viewer,
        page,
        source="list_entries e JOIN posts p ON p.id = e.post_id",
        by="e.post_id",
        params={"list": list_id},
    )


async def add_post(tx: Transaction, post: Post, answered: int | None) -> list[int]:
    """Put a new post into all lists it belongs to, and return those; `answered` is whom it answers, if that is somebody
    else.
    """
    if not await _is_listed(tx, post.actor_id):
        return []
    conditions, params = [_READ], dict[str, object]()
    if answered is not None:
        conditions.append(_ANSWER_WANTED)
        params["answered"] = answered
    if post.circle is Circle.DIRECT:
        conditions.append(_NAMED)
    if post.boost_of_id is not None:
        conditions.append("(f.boosts OR l.account_id = m.actor_id)")
    return await tx.all(
        int,
        f"""
        INSERT INTO list_entries (list_id, post_id)
        SELECT l.id, CAST(:post AS $id) FROM {_OF_FOLLOWED}
        WHERE  m.actor_id = :author AND {" AND ".join(conditions)}
        ON CONFLICT DO NOTHING
        RETURNING list_id
        """,
        author=post.actor_id,
        post=post.id,
        **params,
    )


async def _is_listed(tx: Transaction, actor_id: int) -> bool:
    """Whether anybody has put an actor into a list: for most authors this spares a ten times dearer statement."""
    return bool(await tx.value("SELECT 1 FROM list_members WHERE actor_id = :actor LIMIT 1", actor=actor_id))


async def add_latest(tx: Transaction, list_id: int, actor_id: int, limit: int) -> None:
    """Put the latest posts of somebody into a list, but for answers to others and direct posts."""
    await tx.execute(
        f"""
        INSERT INTO list_entries (list_id, post_id)
        SELECT CAST(:list AS $id), p.id FROM posts p
        WHERE  p.actor_id = :actor AND p.circle NOT IN ('draft', 'direct') AND {NO_REPLY_TO_OTHERS}
        AND    EXISTS (SELECT 1 FROM {_OF_FOLLOWED} WHERE l.id = :list AND m.actor_id = :actor AND {_READ})
        ORDER  BY p.id DESC
        LIMIT  :limit
        ON CONFLICT DO NOTHING
        """,
        list=list_id,
        actor=actor_id,
        limit=limit,
    )


async def cut(tx: Transaction, most: int) -> bool:
    """Forget all but the newest entries of the lists that have outgrown their size; whether `most` had."""
    overgrown = await tx.all(
        int,
        f"SELECT list_id FROM list_entries GROUP BY list_id HAVING count(*) > {ENTRIES + _SLACK} LIMIT :most",
        most=most,
    )
    for each in overgrown:
        await keep_newest(tx, "list_entries", "list_id", each, ENTRIES)
    return len(overgrown) == most

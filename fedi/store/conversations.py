"""Conversations: the rows, one for each person in a thread of direct posts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.actors import Actor
from fedi.models.conversations import Conversation
from fedi.models.paging import Page
from fedi.models.posts import Post
from fedi.store.database import Transaction
from fedi.store.pages import newest
from fedi.store.visibility import VISIBLE, WANTED, as_seen_by

_COLUMNS = "c.thread_id, c.last_post_id, c.unread"
# What she may not see or does not want is no news to her: the thread comes back with its next post.
_FROM = f"""
    conversations c JOIN posts p ON p.id = c.last_post_id
    WHERE c.account_id = :viewer AND {VISIBLE} AND {WANTED}
"""
_IS_IN = "(p.actor_id = {account} OR EXISTS (SELECT 1 FROM mentions WHERE post_id = p.id AND actor_id = {account}))"


@dataclass(frozen=True, slots=True)
class _Participant:
    post_id: int
    actor_id: int
    place: int


async def put(tx: Transaction, account_ids: Iterable[int], post: Post) -> None:
    """A direct post has come into the conversations of these accounts; its author has read it."""
    await tx.execute_many(
        """
        INSERT INTO conversations (account_id, thread_id, last_post_id, unread)
        VALUES (:account, :thread, :post, :unread)
        ON CONFLICT (account_id, thread_id) DO UPDATE
        SET    unread = excluded.unread,
               last_post_id = CASE WHEN excluded.last_post_id > conversations.last_post_id
                                   THEN excluded.last_post_id ELSE conversations.last_post_id END
        """,
        [
            {"account": each, "thread": post.thread_id, "post": post.id, "unread": each != post.actor_id}
            for each in sorted(account_ids)
        ],
    )


async def latest(tx: Transaction, viewer: Actor, page: Page) -> list[Conversation]:
    """Somebody's conversations, the one with the newest post first; pages are cut by those posts."""
    return await newest(
        tx,
        Conversation,
        f"SELECT {_COLUMNS} FROM {_FROM}",
        "c.last_post_id",
        page,
        now=tx.now,
        **as_seen_by(viewer),
    )


async def one(tx: Transaction, viewer: Actor, thread_id: int) -> Conversation | None:
    """One conversation of somebody's."""
    return await tx.one(
        Conversation,
        f"SELECT {_COLUMNS} FROM {_FROM} AND c.thread_id = :thread",
        thread=thread_id,
        now=tx.now,
        **as_seen_by(viewer),
    )


async def mark(tx: Transaction, account_id: int, thread_id: int, *, unread: bool) -> None:
    """Note whether somebody has read a conversation."""
    await tx.execute(
        "UPDATE conversations SET unread = :unread WHERE account_id = :account AND thread_id = :thread",
        unread=unread,
        account=account_id,
        thread=thread_id,
    )


async def hide(tx: Transaction, account_id: int, thread_id: int) -> None:
    """Take a conversation out of somebody's list until its next post."""
    await tx.execute(
        "DELETE FROM conversations WHERE account_id = :account AND thread_id = :thread",
        account=account_id,
        thread=thread_id,
    )


async def people(tx: Transaction, post_ids: Iterable[int]) -> dict[int, list[int]]:
    """The author of each of these posts, and whom it names."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = await tx.all(
        _Participant,
        """
        SELECT id AS post_id, actor_id, 0 AS place FROM posts WHERE id IN :ids*
        UNION ALL
        SELECT post_id, actor_id, 1 FROM mentions WHERE post_id IN :ids*
        ORDER BY 1, 3, 2
        """,
        ids=list(post_ids),
    )
    for row in rows:
        found[row.post_id].append(row.actor_id)
    return {post_id: list(dict.fromkeys(actor_ids)) for post_id, actor_ids in found.items()}


async def forget_post(tx: Transaction, post: Post, account_ids: Iterable[int] | None = None) -> None:
    """A post is no more, or not for these accounts: where it was the last one, the one before it is, if any."""
    before = f"""
        SELECT max(p.id) FROM posts p
        WHERE  p.thread_id = conversations.thread_id AND p.circle = 'direct' AND p.id <> :post
        AND    {_IS_IN.format(account="conversations.account_id")}
    """
    theirs, params = "last_post_id = :post", dict[str, object](post=post.id)
    if account_ids is not None:
        theirs, params = f"{theirs} AND account_id IN :accounts*", {**params, "accounts": list(account_ids)}
    await tx.execute(f"DELETE FROM conversations WHERE {theirs} AND ({before}) IS NULL", **params)
    await tx.execute(f"UPDATE conversations SET last_post_id = ({before}) WHERE {theirs}", **params)


async def join(tx: Transaction, old: int, into: int) -> None:
    """A thread has turned out to be a part of another: so are the conversations about it."""
    await tx.execute(
        """
        INSERT INTO conversations (account_id, thread_id, last_post_id, unread)
        SELECT account_id, CAST(:into AS $id), last_post_id, unread FROM conversations WHERE thread_id = :old
        ON CONFLICT (account_id, thread_id) DO UPDATE
        SET    unread = conversations.unread OR excluded.unread,
               last_post_id = CASE WHEN excluded.last_post_id > conversations.last_post_id
                                   THEN excluded.last_post_id ELSE conversations.last_post_id END
        """,
        into=into,
        old=old,
    )
    await tx.execute("DELETE FROM conversations WHERE thread_id = :old", old=old)

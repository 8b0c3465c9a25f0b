"""Polls: the choices of a Question, and who chose what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.posts import Poll, PollOption
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class _Head:
    post_id: int
    multiple: bool
    closes_at: int | None
    closed_at: int | None
    voters_count: int
    hide_totals: bool


@dataclass(frozen=True, slots=True)
class _Option:
    post_id: int
    title: str
    votes: int


@dataclass(frozen=True, slots=True)
class Vote:
    """One choice of the asked person in one poll."""

    post_id: int
    position: int


async def insert(tx: Transaction, post_id: int, poll: Poll) -> None:
    """Hang a poll on a post."""
    await tx.execute(
        """
        INSERT INTO polls (post_id, multiple, closes_at, closed_at, voters_count, hide_totals)
        VALUES (:post, :multiple, :closes_at, :closed_at, :voters, :hide_totals)
        """,
        post=post_id,
        multiple=poll.multiple,
        closes_at=poll.closes_at,
        closed_at=poll.closed_at,
        voters=poll.voters_count,
        hide_totals=poll.hide_totals,
    )
    await tx.execute_many(
        "INSERT INTO poll_options (post_id, position, title, votes) VALUES (:post, :position, :title, :votes)",
        [
            {"post": post_id, "position": position, "title": option.title, "votes": option.votes}
            for position, option in enumerate(poll.options)
        ],
    )


async def delete(tx: Transaction, post_id: int) -> None:
    """Take the poll off a post, and every vote with it."""
    for table in ("poll_votes", "poll_voters", "poll_options", "polls"):
        await tx.execute(f"DELETE FROM {table} WHERE post_id = :post", post=post_id)


async def refresh(tx: Transaction, post_id: int, poll: Poll) -> None:
    """Take over what the poll's own server counts; the choices are the same."""
    await tx.execute(
        """
        UPDATE polls
        SET    closes_at = :closes_at, voters_count = :voters, hide_totals = :hide_totals,
               closed_at = coalesce(CAST(:closed_at AS $time), closed_at)
        WHERE  post_id = :post
        """,
        post=post_id,
        closes_at=poll.closes_at,
        closed_at=poll.closed_at,
        voters=poll.voters_count,
        hide_totals=poll.hide_totals,
    )
    await tx.execute_many(
        "UPDATE poll_options SET votes = :votes WHERE post_id = :post AND position = :position",
        [
            {"post": post_id, "position": position, "votes": option.votes}
            for position, option in enumerate(poll.options)
        ],
    )


async def set_closing(tx: Transaction, post_id: int, closes_at: int | None) -> None:
    """Let an open poll close at another time (milliseconds), or never."""
    await tx.execute(
        "UPDATE polls SET closes_at = :closes_at WHERE post_id = :post AND closed_at IS NULL",
        post=post_id,
        closes_at=closes_at,
    )


async def set_hiding(tx: Transaction, post_id: int, hide_totals: bool) -> None:
    """Hide how many chose what until the poll is over, or show it; what is over hides nothing."""
    await tx.execute(
        "UPDATE polls SET hide_totals = :hide_totals WHERE post_id = :post AND closed_at IS NULL",
        post=post_id,
        hide_totals=hide_totals,
    )


async def of_post(tx: Transaction, post_id: int) -> Poll | None:
    """The poll of a post."""
    return (await of_posts(tx, [post_id])).get(post_id)


async def of_posts(tx: Transaction, post_ids: Iterable[int]) -> dict[int, Poll]:
    """The polls of these posts."""
    ids = list(post_ids)
    heads = await tx.all(
        _Head,
        """
        SELECT post_id, multiple, closes_at, closed_at, voters_count, hide_totals FROM polls WHERE post_id IN :ids*
        """,
        ids=ids,
    )
    options = await tx.all(
        _Option,
        "SELECT post_id, title, votes FROM poll_options WHERE post_id IN :ids* ORDER BY post_id, position",
        ids=ids,
    )
    return {head.post_id: _poll(head, options) for head in heads}


def _poll(head: _Head, options: list[_Option]) -> Poll:
    own = tuple(PollOption(option.title, option.votes) for option in options if option.post_id == head.post_id)
    return Poll(own, head.multiple, head.closes_at, head.closed_at, head.voters_count, head.hide_totals)


async def add_voter(tx: Transaction, post_id: int, actor_id: int) -> bool:
    """Count somebody among the voters; False if she was counted before."""
    new = await tx.execute(
        "INSERT INTO poll_voters (post_id, actor_id) VALUES (:post, :actor) ON CONFLICT DO NOTHING",
        post=post_id,
        actor=actor_id,
    )
    if new:
        await tx.execute("UPDATE polls SET voters_count = voters_count + 1 WHERE post_id = :post", post=post_id)
    return bool(new)


async def add_vote(tx: Transaction, post_id: int, actor_id: int, position: int, uri: str | None) -> bool:
    """Count one choice; False if this actor had chosen it before."""
    new = await tx.execute(
        """
        INSERT INTO poll_votes (post_id, actor_id, position, uri) VALUES (:post, :actor, :position, :uri)
        ON CONFLICT DO NOTHING
        """,
        post=post_id,
        actor=actor_id,
        position=position,
        uri=uri,
    )
    if new:
        await tx.execute(
            "UPDATE poll_options SET votes = votes + 1 WHERE post_id = :post AND position = :position",
            post=post_id,
            position=position,
        )
    return bool(new)


async def votes_of(tx: Transaction, actor_id: int, post_ids: Iterable[int]) -> list[Vote]:
    """What somebody has chosen in these polls."""
    return await tx.all(
        Vote,
        """
        SELECT post_id, position FROM poll_votes
        WHERE  actor_id = :actor AND post_id IN :ids*
        ORDER  BY post_id, position
        """,
        actor=actor_id,
        ids=list(post_ids),
    )


async def local_voters(tx: Transaction, post_id: int) -> list[int]:
    """The accounts of this school that have voted."""
    return await tx.all(
        int,
        """
        SELECT actor_id FROM poll_voters
        WHERE  post_id = :post AND actor_id IN (SELECT id FROM accounts)
        ORDER  BY actor_id
        """,
        post=post_id,
    )


async def remote_voters(tx: Transaction, post_id: int, limit: int) -> list[int]:
    """People of other servers that have voted."""
    return await tx.all(
        int,
        """
        SELECT actor_id FROM poll_voters
        WHERE  post_id = :post AND actor_id NOT IN (SELECT id FROM accounts)
        ORDER  BY actor_id
        LIMIT  :limit
        """,
        post=post_id,
        limit=limit,
    )


async def note_change(tx: Transaction, post_id: int) -> bool:
    """An open poll of ours has counts that other servers do not know; False if that was noted already."""
    changed = await tx.execute(
        "UPDATE polls SET changed_at = :now WHERE post_id = :post AND changed_at IS NULL AND closed_at IS NULL",
        post=post_id,
        now=tx.now,
    )
    return changed == 1


async def take_change(tx: Transaction, post_id: int) -> bool:
    """The counts of a poll are being told; False if they have been."""
    changed = await tx.execute(
        "UPDATE polls SET changed_at = NULL WHERE post_id = :post AND changed_at IS NOT NULL", post=post_id
    )
    return changed == 1


async def close_due(tx: Transaction, limit: int) -> list[int]:
    """Close polls whose time is over; the posts they hang on, `limit` at most, each to one caller only. Ours show their
    counts from now on; those of others may still not be known here.
    """
    return await tx.all(
        int,
        """
        UPDATE polls
        SET    closed_at = :now, changed_at = NULL,
               hide_totals = hide_totals
                   AND NOT (SELECT posts.local FROM posts WHERE posts.id = polls.post_id)
        WHERE  closed_at IS NULL
        AND    post_id IN (
                   SELECT post_id FROM polls
                   WHERE  closed_at IS NULL AND closes_at IS NOT NULL AND closes_at <= :now
                   AND    EXISTS (SELECT 1 FROM posts WHERE id = polls.post_id AND circle <> 'draft')
                   ORDER  BY closes_at
                   LIMIT  :limit
               )
        RETURNING post_id
        """,
        now=tx.now,
        limit=limit,
    )

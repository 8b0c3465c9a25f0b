"""How a person stands to others: follows, blocks, mutes and her own notes, several people at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fedi.models.blocks import Mute
from fedi.models.follows import Follow, Relationship
from fedi.store import follows
from fedi.store.database import Transaction
from fedi.store.mutes import COLUMNS as MUTE_COLUMNS
from fedi.store.mutes import LASTS


@dataclass(frozen=True, slots=True)
class _Pair:
    """Something between two actors, of whom the first is its cause."""

    one: int
    other: int


@dataclass(frozen=True, slots=True)
class _Note:
    actor_id: int
    text: str


async def between(tx: Transaction, me: int, other: int) -> Relationship:
    """How one person stands to another."""
    return (await toward(tx, me, [other]))[other]


async def toward(tx: Transaction, me: int, others: Sequence[int]) -> dict[int, Relationship]:
    """How a person stands to each of these actors."""
    ids = list(dict.fromkeys(others))
    mine = {each.followed_id: each for each in await _follows(tx, "follower_id", "followed_id", me, ids)}
    theirs = {each.follower_id: each.state for each in await _follows(tx, "followed_id", "follower_id", me, ids)}
    blocks = {(each.one, each.other) for each in await _blocks(tx, me, ids)}
    mutes = {each.muted_id: each for each in await _mutes(tx, me, ids)}
    silenced = await _silenced(tx, me, ids)
    notes = {each.actor_id: each.text for each in await _notes(tx, me, ids)}
    return {
        each: Relationship(
            mine.get(each),
            theirs.get(each),
            (me, each) in blocks,
            (each, me) in blocks,
            mutes.get(each),
            each in silenced,
            notes.get(each, ""),
        )
        for each in ids
    }


async def _follows(tx: Transaction, here: str, there: str, me: int, ids: list[int]) -> list[Follow]:
    return await tx.all(
        Follow, f"SELECT {follows.COLUMNS} FROM follows WHERE {here} = :me AND {there} IN :ids*", me=me, ids=ids
    )


async def _blocks(tx: Transaction, me: int, ids: list[int]) -> list[_Pair]:
    return await tx.all(
        _Pair,
        """
        SELECT blocker_id AS one, blocked_id AS other FROM blocks
        WHERE  (blocker_id = :me AND blocked_id IN :ids*) OR (blocked_id = :me AND blocker_id IN :ids*)
        """,
        me=me,
        ids=ids,
    )


async def _mutes(tx: Transaction, me: int, ids: list[int]) -> list[Mute]:
    return await tx.all(
        Mute,
        f"SELECT {MUTE_COLUMNS} FROM mutes WHERE muter_id = :me AND muted_id IN :ids* AND {LASTS}",
        me=me,
        ids=ids,
        now=tx.now,
    )


async def _silenced(tx: Transaction, me: int, ids: list[int]) -> set[int]:
    """Those of a server of which she wants nothing."""
    found = await tx.all(
        int,
        """
        SELECT a.id FROM muted_domains d JOIN actors a ON a.host = d.domain
        WHERE  d.account_id = :me AND a.id IN :ids*
        """,
        me=me,
        ids=ids,
    )
    return set(found)


async def _notes(tx: Transaction, me: int, ids: list[int]) -> list[_Note]:
    return await tx.all(
        _Note,
        "SELECT actor_id, text FROM private_notes WHERE account_id = :me AND actor_id IN :ids*",
        me=me,
        ids=ids,
    )


async def put_note(tx: Transaction, account_id: int, actor_id: int, text: str) -> None:
    """What a person writes down for herself about somebody; an empty text is no note."""
    await tx.execute(
        """
        INSERT INTO private_notes (account_id, actor_id, text) VALUES (:account, :actor, :text)
        ON CONFLICT (account_id, actor_id) DO UPDATE SET text = excluded.text
        """,
        account=account_id,
        actor=actor_id,
        text=text,
    )


async def familiar(tx: Transaction, me: int, other: int, limit: int) -> list[int]:
    """Whom she follows of those who follow somebody; nobody where that is shown to nobody."""
    return await tx.all(
        int,
        """
        SELECT theirs.follower_id
        FROM   follows mine JOIN follows theirs ON theirs.follower_id = mine.followed_id
        WHERE  mine.follower_id = :me AND mine.state = 'accepted'
        AND    theirs.followed_id = :other AND theirs.state = 'accepted'
        AND    NOT EXISTS (SELECT 1 FROM actors WHERE id = :other AND hides_follows)
        ORDER  BY theirs.id DESC
        LIMIT  :limit
        """,
        me=me,
        other=other,
        limit=limit,
    )

"""Blocks: who wants nothing to do with whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from fedi.models.blocks import Block, BlockView
from fedi.models.paging import Page
from fedi.store import actors
from fedi.store.database import Transaction

_COLUMNS = "id, blocker_id, blocked_id, uri, created_at"


async def insert(tx: Transaction, block: Block) -> bool:
    """A new block; False if there is one already."""
    inserted = await tx.execute(
        f"""
        INSERT INTO blocks ({_COLUMNS}) VALUES (:id, :blocker_id, :blocked_id, :uri, :created_at)
        ON CONFLICT DO NOTHING
        """,
        **asdict(block),
    )
    return inserted == 1


async def delete(tx: Transaction, block_id: int) -> bool:
    """Lift a block; False if it was gone already."""
    return await tx.execute("DELETE FROM blocks WHERE id = :id", id=block_id) == 1


async def forget(tx: Transaction, actor_id: int) -> None:
    """Every block with this actor at one end is gone with it."""
    await tx.execute("DELETE FROM blocks WHERE blocker_id = :actor OR blocked_id = :actor", actor=actor_id)


async def of(tx: Transaction, blocker_id: int, blocked_id: int) -> Block | None:
    """The block of one by the other."""
    return await tx.one(
        Block,
        f"SELECT {_COLUMNS} FROM blocks WHERE blocker_id = :blocker AND blocked_id = :blocked",
        blocker=blocker_id,
        blocked=blocked_id,
    )


async def by_uri(tx: Transaction, blocker_id: int, uri: str) -> Block | None:
    """The block that this actor told of by the activity with this id."""
    return await tx.one(
        Block, f"SELECT {_COLUMNS} FROM blocks WHERE blocker_id = :blocker AND uri = :uri", blocker=blocker_id, uri=uri
    )


async def between(tx: Transaction, one: int, other: int) -> list[Block]:
    """The blocks of two actors against each other: none, one or both."""
    return await tx.all(
        Block,
        f"""
        SELECT {_COLUMNS} FROM blocks
        WHERE  (blocker_id = :one AND blocked_id = :other) OR (blocker_id = :other AND blocked_id = :one)
        """,
        one=one,
        other=other,
    )


async def blockers(tx: Transaction, blocked_id: int, among: Iterable[int]) -> set[int]:
    """Which of these actors have blocked this one."""
    found = await tx.all(
        int,
        "SELECT blocker_id FROM blocks WHERE blocked_id = :blocked AND blocker_id IN :ids*",
        blocked=blocked_id,
        ids=list(among),
    )
    return set(found)


async def page(tx: Transaction, blocker_id: int, page: Page) -> list[BlockView]:
    """Whom somebody has blocked, the latest first."""
    found = await tx.all(
        Block,
        f"""
        SELECT {_COLUMNS} FROM blocks
        WHERE  blocker_id = :blocker AND id < :below AND id > :above
        ORDER  BY id {"ASC" if page.upwards else "DESC"}
        LIMIT  :limit
        """,
        blocker=blocker_id,
        below=page.below,
        above=page.above,
        limit=page.limit,
    )
    known = await actors.by_ids(tx, [block.blocked_id for block in found])
    views = [BlockView(block, known[block.blocked_id]) for block in found if block.blocked_id in known]
    return views[::-1] if page.upwards else views

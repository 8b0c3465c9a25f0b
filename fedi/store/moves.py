"""Moves: who has gone where, and who of ours goes with her."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.models.actors import Actor
from fedi.models.moves import COOLDOWN_MS, Move
from fedi.store.actors import COLUMNS
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class LocalFollow:
    """A follow by one of ours, for going through them in order."""

    follow_id: int
    follower_id: int


async def record(tx: Transaction, actor_id: int, target_id: int) -> bool:
    """Somebody moves now; False if the last move is not long enough ago."""
    moved = await tx.execute(
        """
        INSERT INTO moves (actor_id, target_id, moved_at) VALUES (:actor, :target, :now)
        ON CONFLICT (actor_id) DO UPDATE SET target_id = excluded.target_id, moved_at = excluded.moved_at
        WHERE  moves.moved_at <= :before
        """,
        actor=actor_id,
        target=target_id,
        now=tx.now,
        before=tx.now - COOLDOWN_MS,
    )
    return moved == 1


async def of(tx: Transaction, actor_id: int) -> Move | None:
    """Somebody's last move."""
    return await tx.one(Move, "SELECT actor_id, target_id, moved_at FROM moves WHERE actor_id = :actor", actor=actor_id)


async def local_followers(tx: Transaction, actor_id: int, after: int, limit: int) -> list[LocalFollow]:
    """Who of ours follows an actor, or has asked to; by follows with ids above `after`."""
    return await tx.all(
        LocalFollow,
        """
        SELECT f.id AS follow_id, f.follower_id FROM follows f JOIN actors a ON a.id = f.follower_id
        WHERE  f.followed_id = :actor AND a.local AND f.id > :after
        ORDER  BY f.id
        LIMIT  :limit
        """,
        actor=actor_id,
        after=after,
        limit=limit,
    )


async def local_blockers(tx: Transaction, actor_id: int, limit: int) -> list[Actor]:
    """Who of ours has blocked an actor."""
    return await tx.all(
        Actor,
        f"""
        SELECT {COLUMNS} FROM actors
        WHERE  local AND id IN (SELECT blocker_id FROM blocks WHERE blocked_id = :actor)
        ORDER  BY id
        LIMIT  :limit
        """,
        actor=actor_id,
        limit=limit,
    )


async def carry_mutes(tx: Transaction, actor_id: int, target_id: int) -> None:
    """Whoever has muted an actor has muted her new account too."""
    for muter_id in await tx.all(int, "SELECT muter_id FROM mutes WHERE muted_id = :actor", actor=actor_id):
        await tx.execute(
            """
            INSERT INTO mutes (id, muter_id, muted_id, notifications, expires_at, created_at)
            SELECT CAST(:id AS $id), muter_id, CAST(:target AS $id), notifications, expires_at, CAST(:now AS $time)
            FROM   mutes
            WHERE  muter_id = :muter AND muted_id = :actor AND muter_id <> :target
            ON CONFLICT DO NOTHING
            """,
            id=tx.new_id(),
            muter=muter_id,
            actor=actor_id,
            target=target_id,
            now=tx.now,
        )

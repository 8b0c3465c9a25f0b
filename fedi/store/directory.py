"""The directory: people who have agreed to be found, here and elsewhere."""

from __future__ import annotations

from fedi.store.database import Transaction


async def page(
    tx: Transaction, viewer_id: int | None, *, local: bool, by_activity: bool, limit: int, offset: int
) -> list[int]:
    """A part of the directory: who wrote last first, or who came last. Nobody who is gone, has moved, or with whom the
    viewer is on no terms.
    """
    latest = "coalesce((SELECT max(p.id) FROM posts p WHERE p.actor_id = a.id AND p.circle = 'public'), 0)"
    return await tx.all(
        int,
        f"""
        SELECT a.id FROM actors a
        WHERE  a.discoverable AND a.kind IN ('Person', 'Service') AND a.moved_to IS NULL
        AND    a.suspended_at IS NULL AND a.deleted_at IS NULL AND (a.local OR NOT CAST(:local AS $bool))
        AND    NOT EXISTS (
                   SELECT 1 FROM blocks
                   WHERE  (blocker_id = :viewer AND blocked_id = a.id) OR (blocker_id = a.id AND blocked_id = :viewer)
               )
        ORDER  BY {f"{latest} DESC, " if by_activity else ""}a.id DESC
        LIMIT  :limit OFFSET :offset
        """,
        viewer=viewer_id or 0,
        local=local,
        limit=limit,
        offset=offset,
    )

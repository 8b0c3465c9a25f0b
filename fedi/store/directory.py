"""The directory: people who have agreed to be found, here and elsewhere."""

from __future__ import annotations

from fedi.store.database import Transaction


async def page(
    tx: Transaction, viewer_id: int | None, *, local: bool, by_activity: bool, limit: int, offset: int
) -> list[int]:
    """A part of the directory: who wrote last first, or who came last. Nobody who is gone, has moved, or with whom the
    viewer is on no terms.
    """
    statement = sql(local=local, by_activity=by_activity)
    return await tx.all(int, statement, viewer=viewer_id or 0, limit=limit, offset=offset)


def sql(*, local: bool, by_activity: bool) -> str:
    """Each of the four is a walk along an index of its own, that ends with the page."""
    return f"""
        SELECT a.id FROM actors a
        WHERE  a.discoverable {"AND a.local" if local else ""}
        AND    a.kind IN ('Person', 'Service') AND a.moved_to IS NULL
        AND    a.suspended_at IS NULL AND a.deleted_at IS NULL
        AND    NOT EXISTS (SELECT 1 FROM blocks WHERE blocker_id = CAST(:viewer AS $id) AND blocked_id = a.id)
        AND    NOT EXISTS (SELECT 1 FROM blocks WHERE blocker_id = a.id AND blocked_id = CAST(:viewer AS $id))
        ORDER  BY {"a.last_post_id DESC, " if by_activity else ""}a.id DESC
        LIMIT  :limit OFFSET :offset
    """

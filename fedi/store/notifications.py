"""Notifications: the rows, each once for what it tells of."""

from __future__ import annotations

from dataclasses import fields

from fedi.models.notifications import Notification, NotificationKind
from fedi.models.paging import Page
from fedi.store.database import Transaction

_COLUMNS = ", ".join(f"n.{field.name}" for field in fields(Notification))

# Whom the account has blocked, who has blocked her, and whom she does not want to hear of.
_UNWANTED = """(
    SELECT blocked_id FROM blocks WHERE blocker_id = :account
    UNION ALL
    SELECT blocker_id FROM blocks WHERE blocked_id = :account
    UNION ALL
    SELECT muted_id FROM mutes
    WHERE  muter_id = :account AND notifications AND (expires_at IS NULL OR expires_at > :now)
    UNION ALL
    SELECT a.id FROM muted_domains d JOIN actors a ON a.host = d.domain
    WHERE  d.account_id = :account
)"""
_WANTED = f"(n.kind = 'admin.report' OR n.actor_id NOT IN {_UNWANTED})"


async def insert(
    tx: Transaction,
    account_id: int,
    kind: NotificationKind,
    actor_id: int,
    post_id: int | None,
    report_id: int | None = None,
) -> bool:
    """Tell an account something, once; False if it was told before, does not want to hear it, or is not there."""
    changed = await tx.execute(
        f"""
        INSERT INTO notifications (id, account_id, kind, actor_id, post_id, report_id, created_at)
        SELECT CAST(:id AS $id), id, CAST(:kind AS TEXT), CAST(:actor AS $id), CAST(:post AS $id),
               CAST(:report AS $id), CAST(:now AS $time)
        FROM   accounts
        WHERE  id = :account AND disabled_at IS NULL
        AND    (CAST(:report AS $id) IS NOT NULL OR CAST(:actor AS $id) NOT IN {_UNWANTED})
        AND    NOT EXISTS (
                   SELECT 1 FROM muted_threads JOIN posts ON posts.thread_id = muted_threads.thread_id
                   WHERE  muted_threads.account_id = :account AND posts.id = CAST(:post AS $id)
               )
        ON CONFLICT DO NOTHING
        """,
        id=tx.new_id(),
        account=account_id,
        kind=kind,
        actor=actor_id,
        post=post_id,
        report=report_id,
        now=tx.now,
    )
    return changed == 1


async def delete(tx: Transaction, account_id: int, kind: NotificationKind, actor_id: int, post_id: int | None) -> None:
    """Take back what somebody has undone."""
    await tx.execute(
        """
        DELETE FROM notifications
        WHERE  account_id = :account AND kind = :kind AND actor_id = :actor
        AND    coalesce(post_id, 0) = coalesce(CAST(:post AS $id), 0)
        """,
        account=account_id,
        kind=kind,
        actor=actor_id,
        post=post_id,
    )


async def latest(tx: Transaction, account_id: int, page: Page) -> list[Notification]:
    """What an account was told, without what came from people who are gone, blocked or muted."""
    found = await tx.all(
        Notification,
        f"""
        SELECT {_COLUMNS}
        FROM   notifications n JOIN actors a ON a.id = n.actor_id
        WHERE  n.account_id = :account AND n.id < :below AND n.id > :above
        AND    a.suspended_at IS NULL AND a.deleted_at IS NULL AND {_WANTED}
        ORDER  BY n.id {"ASC" if page.upwards else "DESC"}
        LIMIT  :limit
        """,
        account=account_id,
        now=tx.now,
        below=page.below,
        above=page.above,
        limit=page.limit,
    )
    return found[::-1] if page.upwards else found


async def unread(tx: Transaction, account_id: int) -> int:
    """How many an account has not read."""
    counted: int = await tx.value(
        f"""
        SELECT count(*)
        FROM   notifications n JOIN actors a ON a.id = n.actor_id
        WHERE  n.account_id = :account AND n.read_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL
        AND    {_WANTED}
        """,
        account=account_id,
        now=tx.now,
    )
    return counted


async def mark_read(tx: Transaction, account_id: int, up_to: int) -> None:
    """Everything up to this notification has been read."""
    await tx.execute(
        "UPDATE notifications SET read_at = :now WHERE account_id = :account AND id <= :up_to AND read_at IS NULL",
        now=tx.now,
        account=account_id,
        up_to=up_to,
    )


async def prune(tx: Transaction, before: int) -> int:
    """Forget what was told before this moment (milliseconds); how many."""
    return await tx.execute("DELETE FROM notifications WHERE created_at < :before", before=before)

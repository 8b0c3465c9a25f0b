"""Notifications: the rows, each once for what it tells of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from fedi.ids import first_of
from fedi.models.notifications import EVERYTHING, Notification, NotificationGroup, NotificationKind, Wanted
from fedi.models.paging import Page
from fedi.store.database import Transaction
from fedi.store.pages import newest

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
    *,
    strike_id: int | None = None,
    collection_id: int | None = None,
    filtered: bool = False,
) -> int | None:
    """Tell an account something, once, and give its id; None if it was told before, does not want to hear it, or is not
    there.
    """
    return await tx.one(
        int,
        f"""
        INSERT INTO notifications
            (id, account_id, kind, actor_id, post_id, report_id, strike_id, collection_id, created_at, filtered)
        SELECT CAST(:id AS $id), id, CAST(:kind AS TEXT), CAST(:actor AS $id), CAST(:post AS $id),
               CAST(:report AS $id), CAST(:strike AS $id), CAST(:collection AS $id), CAST(:now AS $time),
               CAST(:filtered AS $bool)
        FROM   accounts
        WHERE  id = :account AND disabled_at IS NULL
        AND    (CAST(:report AS $id) IS NOT NULL OR CAST(:actor AS $id) NOT IN {_UNWANTED})
        AND    NOT EXISTS (
                   SELECT 1 FROM muted_threads JOIN posts ON posts.thread_id = muted_threads.thread_id
                   WHERE  muted_threads.account_id = :account AND posts.id = CAST(:post AS $id)
               )
        ON CONFLICT DO NOTHING
        RETURNING id
        """,
        id=tx.new_id(),
        account=account_id,
        kind=kind,
        actor=actor_id,
        post=post_id,
        report=report_id,
        strike=strike_id,
        collection=collection_id,
        now=tx.now,
        filtered=filtered,
    )


async def delete_of_people(tx: Transaction, told: Iterable[tuple[int, NotificationKind, int]]) -> None:
    """Take back what was told of people themselves, and of no post: to which account, of what kind, and by whom."""
    await tx.execute_many(
        """
        DELETE FROM notifications
        WHERE  account_id = :account AND kind = :kind AND actor_id = :actor AND post_id IS NULL
        """,
        [{"account": account_id, "kind": kind, "actor": actor_id} for account_id, kind, actor_id in told],
    )


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


_TOLD = f"""
        n.account_id = :account AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND {_WANTED}
"""
_FROM = "notifications n JOIN actors a ON a.id = n.actor_id"
_SPAN_MS = 12 * 60 * 60 * 1000
_KEY = f"""CASE
        WHEN n.kind IN :grouped* THEN n.kind || '-' || coalesce(n.post_id, 0) || '-' || (n.created_at / {_SPAN_MS})
        ELSE 'ungrouped-' || n.id
    END"""
_SAMPLE = 8


async def latest(tx: Transaction, account_id: int, page: Page, wanted: Wanted = EVERYTHING) -> list[Notification]:
    """What an account was told, without what came from people who are gone, blocked or muted."""
    narrowed, params = _narrowed(wanted)
    return await newest(
        tx,
        Notification,
        f"""
        SELECT {_COLUMNS}
        FROM   {_FROM}
        WHERE  {_TOLD} {narrowed}
        """,
        "n.id",
        page,
        account=account_id,
        now=tx.now,
        **params,
    )


def _narrowed(wanted: Wanted) -> tuple[str, dict[str, object]]:
    """What else a notification must fulfil, and its parameters."""
    conditions: dict[str, tuple[bool, object]] = {
        "n.kind IN :kinds*": (bool(wanted.kinds), list(wanted.kinds)),
        "n.kind NOT IN :without*": (bool(wanted.without), list(wanted.without)),
        "n.actor_id = :by": (wanted.actor_id is not None, wanted.actor_id),
        "NOT n.filtered": (not wanted.with_filtered, None),
    }
    asked = {condition: value for condition, (is_asked, value) in conditions.items() if is_asked}
    params = {condition.partition(":")[2].rstrip("*"): value for condition, value in asked.items() if ":" in condition}
    return "".join(f" AND {condition}" for condition in asked), params


async def one(tx: Transaction, account_id: int, notification_id: int) -> Notification | None:
    """One that an account was told."""
    return await tx.one(
        Notification,
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE {_TOLD} AND n.id = :id",
        account=account_id,
        now=tx.now,
        id=notification_id,
    )


async def groups(tx: Transaction, account_id: int, page: Page, wanted: Wanted) -> list[NotificationGroup]:
    """The same in groups, each where its newest stands."""
    order = "ASC" if page.upwards else "DESC"
    found = await _groups(
        tx,
        account_id,
        wanted,
        f"HAVING max(id) < :below AND max(id) > :above ORDER BY max(id) {order} LIMIT :limit",
        below=page.below,
        above=page.above,
        limit=page.limit,
    )
    return found[::-1] if page.upwards else found


async def group(tx: Transaction, account_id: int, key: str) -> NotificationGroup | None:
    """One group."""
    found = await _groups(tx, account_id, Wanted(with_filtered=True), "HAVING key = :key", key=key)
    return found[0] if found else None


async def _groups(
    tx: Transaction, account_id: int, wanted: Wanted, which: str, **params: object
) -> list[NotificationGroup]:
    narrowed, more = _narrowed(wanted)
    return await tx.all(
        NotificationGroup,
        f"""
        SELECT   key, kind, max(post_id) AS post_id, max(report_id) AS report_id, max(strike_id) AS strike_id,
                 max(collection_id) AS collection_id, count(*) AS size, max(id) AS newest, min(id) AS oldest,
                 max(created_at) AS newest_at
        FROM     (
                     SELECT {_COLUMNS}, {_KEY} AS key FROM {_FROM} WHERE {_TOLD} {narrowed}
                 ) told
        GROUP BY key, kind
        {which}
        """,
        account=account_id,
        now=tx.now,
        grouped=list(wanted.grouped),
        **params,
        **more,
    )


@dataclass(frozen=True, slots=True)
class Member:
    """One notification of a group, and who caused it."""

    key: str
    id: int
    actor_id: int


async def members(
    tx: Transaction, account_id: int, keys: Sequence[str], wanted: Wanted, limit: int = _SAMPLE
) -> list[Member]:
    """The newest of each of these groups, the newest first."""
    narrowed, params = _narrowed(wanted)
    return await tx.all(
        Member,
        f"""
        SELECT key, id, actor_id
        FROM   (
                   SELECT told.*, row_number() OVER (PARTITION BY key ORDER BY id DESC) AS place
                   FROM   (
                              SELECT n.id, n.actor_id, {_KEY} AS key FROM {_FROM} WHERE {_TOLD} {narrowed}
                          ) told
                   WHERE  key IN :keys*
               ) placed
        WHERE  place <= :most
        ORDER  BY id DESC
        """,
        account=account_id,
        now=tx.now,
        grouped=list(wanted.grouped),
        keys=list(keys),
        most=limit,
        **params,
    )


async def unread(tx: Transaction, account_id: int, wanted: Wanted = EVERYTHING) -> int:
    """How many an account has not read."""
    return await _count_unread(tx, account_id, wanted, "count(*)")


async def unread_groups(tx: Transaction, account_id: int, wanted: Wanted) -> int:
    """In how many groups they are."""
    return await _count_unread(tx, account_id, wanted, f"count(DISTINCT {_KEY})", grouped=list(wanted.grouped))


async def _count_unread(tx: Transaction, account_id: int, wanted: Wanted, what: str, **params: object) -> int:
    narrowed, more = _narrowed(wanted)
    counted: int = await tx.value(
        f"SELECT {what} FROM {_FROM} WHERE {_TOLD} AND n.read_at IS NULL {narrowed}",
        account=account_id,
        now=tx.now,
        **params,
        **more,
    )
    return counted


async def dismiss(tx: Transaction, account_id: int, ids: Sequence[int] | None = None) -> int:
    """Forget these notifications of an account, or all; how many there were."""
    return await tx.execute(
        "DELETE FROM notifications WHERE account_id = :account AND (CAST(:all AS $bool) OR id IN :ids*)",
        account=account_id,
        all=ids is None,
        ids=list(ids or ()),
    )


async def mark_read(tx: Transaction, account_id: int, up_to: int) -> None:
    """Everything up to this notification has been read."""
    await tx.execute(
        "UPDATE notifications SET read_at = :now WHERE account_id = :account AND id <= :up_to AND read_at IS NULL",
        now=tx.now,
        account=account_id,
        up_to=up_to,
    )


async def mark_unread(tx: Transaction, account_id: int, above: int) -> None:
    """Nothing above this notification has been read."""
    await tx.execute(
        "UPDATE notifications SET read_at = NULL WHERE account_id = :account AND id > :above AND read_at IS NOT NULL",
        account=account_id,
        above=above,
    )


async def prune(tx: Transaction, before: int) -> int:
    """Forget what was told before this moment (milliseconds); how many."""
    return await tx.execute("DELETE FROM notifications WHERE id < :end", end=first_of(before))

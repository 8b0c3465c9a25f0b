"""Of whom somebody wants to be told at once, and whose notifications are kept apart meanwhile."""

from __future__ import annotations

from dataclasses import asdict, fields

from fedi.models.notifications import HeldBack, NotificationPolicy
from fedi.models.paging import Page
from fedi.store.database import Transaction

_CHOICES = ", ".join(field.name for field in fields(NotificationPolicy))


async def of(tx: Transaction, account_id: int) -> NotificationPolicy | None:
    """A person's policy, if she has one."""
    return await tx.one(
        NotificationPolicy,
        f"SELECT {_CHOICES} FROM notification_policies WHERE account_id = :account",
        account=account_id,
    )


async def put(tx: Transaction, account_id: int, policy: NotificationPolicy) -> None:
    """Choose anew."""
    changes = ", ".join(f"{field.name} = excluded.{field.name}" for field in fields(NotificationPolicy))
    values = ", ".join(f":{field.name}" for field in fields(NotificationPolicy))
    await tx.execute(
        f"""
        INSERT INTO notification_policies (account_id, {_CHOICES}) VALUES (:account, {values})
        ON CONFLICT (account_id) DO UPDATE SET {changes}
        """,
        account=account_id,
        **asdict(policy),
    )


async def is_welcome(tx: Transaction, account_id: int, actor_id: int) -> bool:
    """Whether somebody is let through whatever the policy says."""
    found = await tx.value(
        "SELECT 1 FROM welcome_senders WHERE account_id = :account AND actor_id = :actor",
        account=account_id,
        actor=actor_id,
    )
    return found is not None


async def let_through(tx: Transaction, account_id: int, actor_id: int) -> None:
    """From now on somebody is let through, and what was kept apart of hers is told."""
    await tx.execute(
        "INSERT INTO welcome_senders (account_id, actor_id) VALUES (:account, :actor) ON CONFLICT DO NOTHING",
        account=account_id,
        actor=actor_id,
    )
    await tx.execute(
        "UPDATE notifications SET filtered = false WHERE account_id = :account AND actor_id = :actor AND filtered",
        account=account_id,
        actor=actor_id,
    )


async def drop(tx: Transaction, account_id: int, actor_id: int) -> None:
    """Forget what was kept apart of somebody."""
    await tx.execute(
        "DELETE FROM notifications WHERE account_id = :account AND actor_id = :actor AND filtered",
        account=account_id,
        actor=actor_id,
    )


_HELD_BACK = """
    SELECT   n.actor_id, count(*) AS size, max(n.id) AS newest, min(n.created_at) AS first_at,
             max(n.created_at) AS newest_at, max(n.post_id) AS post_id
    FROM     notifications n JOIN actors a ON a.id = n.actor_id
    WHERE    n.account_id = :account AND n.filtered AND a.suspended_at IS NULL AND a.deleted_at IS NULL
"""


async def held_back(tx: Transaction, account_id: int, page: Page) -> list[HeldBack]:
    """Whose notifications are kept apart, the latest first; pages are cut by the newest of each."""
    found = await tx.all(
        HeldBack,
        f"""
        {_HELD_BACK}
        GROUP BY n.actor_id
        HAVING   max(n.id) < :below AND max(n.id) > :above
        ORDER BY max(n.id) {"ASC" if page.upwards else "DESC"}
        LIMIT    :limit
        """,
        account=account_id,
        below=page.below,
        above=page.above,
        limit=page.limit,
    )
    return found[::-1] if page.upwards else found


async def held_back_of(tx: Transaction, account_id: int, actor_id: int) -> HeldBack | None:
    """What is kept apart of one person."""
    return await tx.one(
        HeldBack,
        f"{_HELD_BACK} AND n.actor_id = :actor GROUP BY n.actor_id",
        account=account_id,
        actor=actor_id,
    )

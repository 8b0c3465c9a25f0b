"""Schedules: which drafts publish themselves, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from fedi.models.paging import Page
from fedi.models.schedules import Schedule
from fedi.store.database import Transaction
from fedi.store.pages import newest

_COLUMNS = ", ".join(field.name for field in fields(Schedule))


async def put(tx: Transaction, schedule: Schedule) -> None:
    """Have a draft publish itself; a time it had before is forgotten."""
    await tx.execute(
        """
        INSERT INTO schedules (post_id, account_id, circle, run_at, failed)
        VALUES (:post, :account, :circle, :run_at, :failed)
        ON CONFLICT (post_id) DO UPDATE
        SET    circle = excluded.circle, run_at = excluded.run_at, failed = excluded.failed
        """,
        post=schedule.post_id,
        account=schedule.account_id,
        circle=schedule.circle,
        run_at=schedule.run_at,
        failed=schedule.failed,
    )


async def of_posts(tx: Transaction, post_ids: Iterable[int]) -> dict[int, Schedule]:
    """The schedules of these drafts, also of those that failed."""
    found = await tx.all(
        Schedule, f"SELECT {_COLUMNS} FROM schedules WHERE post_id IN :posts*", posts=list(set(post_ids))
    )
    return {each.post_id: each for each in found}


async def waiting(tx: Transaction, account_id: int, post_id: int) -> Schedule | None:
    """One draft of this account that has not been published yet, and will be."""
    return await tx.one(
        Schedule,
        f"SELECT {_COLUMNS} FROM schedules WHERE post_id = :post AND account_id = :account AND NOT failed",
        post=post_id,
        account=account_id,
    )


async def latest(tx: Transaction, account_id: int, page: Page) -> list[Schedule]:
    """Drafts of this account that will be published, the last written one first."""
    return await newest(
        tx,
        Schedule,
        f"SELECT {_COLUMNS} FROM schedules WHERE account_id = :account AND NOT failed",
        "post_id",
        page,
        account=account_id,
    )


async def due(tx: Transaction, post_id: int, run_at: int) -> Schedule | None:
    """The schedule of a draft, if this is still its time."""
    return await tx.one(
        Schedule,
        f"SELECT {_COLUMNS} FROM schedules WHERE post_id = :post AND run_at = :run_at AND NOT failed",
        post=post_id,
        run_at=run_at,
    )


async def count(tx: Transaction, account_id: int, since: int, until: int) -> tuple[int, int]:
    """How many drafts of this account wait for their time, and how many of them for one from `since` to `until`."""
    times = await tx.all(
        int, "SELECT run_at FROM schedules WHERE account_id = :account AND NOT failed", account=account_id
    )
    return len(times), sum(since <= each < until for each in times)


async def remove(tx: Transaction, post_id: int) -> None:
    """A draft publishes itself no more."""
    await tx.execute("DELETE FROM schedules WHERE post_id = :post", post=post_id)

"""Which servers have a post of ours. Only what was sent is written down, once a post; what has arrived is what neither
waits in the queue nor was given up.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from fedi.models.activities import SentActivity
from fedi.models.receipts import Progress, Receipt, Trouble, trouble_of
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json

SHOWN = 1000
"""So many servers of one post are told apart."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A post that was sent: by which activity, and to which servers."""

    post_id: int
    activity_id: int
    actor_id: int
    hosts: tuple[str, ...]
    sent_at: int


@dataclass(frozen=True, slots=True)
class _Lost:
    host: str
    reason: Trouble


@dataclass(frozen=True, slots=True)
class _Dropped:
    host: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Delivery:
    host: str
    attempts: int
    due_at: int | None
    dead_at: int | None
    error: str | None
    stopped_at: int | None


async def begin(
    tx: Transaction, activity: SentActivity, post_id: int, hosts: Collection[str], silent: Collection[str]
) -> None:
    """A post is sent to these servers; to the `silent` among them nothing goes."""
    await tx.execute(
        """
        INSERT INTO sendings (post_id, activity_id, actor_id, hosts, sent_at)
        VALUES (:post, :activity, :actor, :hosts, :now)
        ON CONFLICT (post_id) DO NOTHING
        """,
        post=post_id,
        activity=activity.id,
        actor=activity.actor_id,
        hosts=as_json(sorted(hosts)[:SHOWN]),
        now=tx.now,
    )
    for host in sorted(silent)[:SHOWN]:
        await _lose(tx, post_id, host, Trouble.SILENT)


async def _lose(tx: Transaction, post_id: int, host: str, reason: Trouble) -> None:
    await tx.execute(
        """
        INSERT INTO lost_deliveries (post_id, host, reason, lost_at) VALUES (:post, :host, :reason, :now)
        ON CONFLICT (post_id, host) DO NOTHING
        """,
        post=post_id,
        host=host,
        reason=reason,
        now=tx.now,
    )


async def lose_host(tx: Transaction, host: str, reason: Trouble) -> None:
    """What waits for a server is about to be dropped."""
    waiting = await tx.all(
        _Dropped, "SELECT host, args FROM jobs WHERE kind = 'deliver' AND host = :host AND dead_at IS NULL", host=host
    )
    await _lose_activities(tx, {int(each.args["activity"]) for each in waiting}, host, reason)


async def lose_job(tx: Transaction, job_id: int) -> None:
    """A delivery that was given up is about to be dropped."""
    found = await tx.all(
        _Dropped, "SELECT host, args FROM jobs WHERE id = :id AND kind = 'deliver' AND dead_at IS NOT NULL", id=job_id
    )
    for each in found:
        await _lose_activities(tx, {int(each.args["activity"])}, each.host, Trouble.DROPPED)


async def _lose_activities(tx: Transaction, activities: Collection[int], host: str, reason: Trouble) -> None:
    posts = await tx.all(
        int, "SELECT post_id FROM sendings WHERE activity_id IN :activities*", activities=sorted(activities)
    )
    for post_id in posts:
        await _lose(tx, post_id, host, reason)


async def of_post(tx: Transaction, post_id: int) -> list[Receipt] | None:
    """How a post stands with each server it was sent to, by name; None if it was sent to none, or too long ago."""
    sending = await _sending(tx, post_id)
    if sending is None:
        return None
    lost = await tx.all(_Lost, "SELECT host, reason FROM lost_deliveries WHERE post_id = :id", id=post_id)
    troubled = {each.host: Receipt(each.host, Progress.FAILED, each.reason) for each in lost}
    for delivery in await _undone(tx, sending):
        troubled[delivery.host] = _receipt(delivery)
    return [troubled.get(host, Receipt(host, Progress.DELIVERED)) for host in sending.hosts]


async def hosts_of(tx: Transaction, post_id: int) -> tuple[str, ...]:
    """To which servers a post was sent; none if it was sent to none, or too long ago."""
    sending = await _sending(tx, post_id)
    return sending.hosts if sending else ()


async def _sending(tx: Transaction, post_id: int) -> Sending | None:
    return await tx.one(
        Sending, "SELECT post_id, activity_id, actor_id, hosts, sent_at FROM sendings WHERE post_id = :id", id=post_id
    )


def _receipt(delivery: _Delivery) -> Receipt:
    if delivery.dead_at is not None:
        return Receipt(delivery.host, Progress.FAILED, trouble_of(delivery.error, final=True))
    if delivery.stopped_at is not None:
        return Receipt(delivery.host, Progress.WAITING, Trouble.STOPPED)
    trouble = trouble_of(delivery.error, final=False)
    return Receipt(delivery.host, Progress.WAITING, trouble, delivery.due_at if trouble else None)


async def _undone(tx: Transaction, sending: Sending) -> list[_Delivery]:
    """Deliveries of a post that wait or were given up: found by the threads of its author, which start with her id."""
    return await tx.all(
        _Delivery,
        """
        SELECT jobs.host, jobs.attempts, threads.due_at, jobs.dead_at, jobs.error, hosts.stopped_at
          FROM jobs
          LEFT JOIN threads ON threads.ordering_key = jobs.ordering_key
          LEFT JOIN hosts ON hosts.host = jobs.host
         WHERE jobs.ordering_key >= :first AND jobs.ordering_key < :last
           AND jobs.kind = 'deliver' AND jobs.args LIKE :activity
         ORDER BY jobs.id
        """,
        first=f"{sending.actor_id}>",
        last=f"{sending.actor_id}?",
        activity=f'{{"activity":{sending.activity_id},%',
    )


async def prune(tx: Transaction, before: int) -> None:
    """Forget what was sent before a moment (milliseconds)."""
    await tx.execute("DELETE FROM sendings WHERE sent_at < :before", before=before)
    await tx.execute("DELETE FROM lost_deliveries WHERE lost_at < :before", before=before)

"""Reads who of ours follows an actor by its own server's list, when that says otherwise than we do (FEP-8fcf)."""

from __future__ import annotations

from collections.abc import Sequence

from fedi.actions import synchronization
from fedi.activitypub.synchronization import Synchronization
from fedi.errors import FediError
from fedi.outbound import collections
from fedi.outbound.collections import Bounds
from fedi.outbound.fetching import Limited
from fedi.outbound.work import Work
from fedi.store import jobs
from fedi.store.database import Transaction
from fedi.store.jobs import Job

_REQUESTS = 12
_BOUNDS = Bounds(items=5_000, pages=10, requests=10)


async def run(work: Work) -> None:
    """Repair the follows of one actor: args `actor`, `collection`, `url` and `digest`. A list that cannot be read to
    its end changes nothing.
    """
    args = work.job.args
    said = Synchronization(args["collection"], args["url"], args["digest"])
    listed: Sequence[str] | None = None
    if await work.instance.db.read(synchronization.differs, args["actor"], said):
        listed = await _listed(work, said.url)
    await work.instance.db.write(_settle, work.job, args["actor"], listed)


async def _listed(work: Work, url: str) -> Sequence[str] | None:
    try:
        reading = await collections.read(work.instance, Limited(work.client, _REQUESTS), url, _BOUNDS)
    except FediError:
        return None
    return reading.uris if reading.complete else None


async def _settle(tx: Transaction, job: Job, actor_uri: str, listed: Sequence[str] | None) -> None:
    if listed is not None:
        await synchronization.repair(tx, actor_uri, listed)
    await jobs.finish(tx, job)

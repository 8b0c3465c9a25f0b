"""Whether somebody has agreed to stand in a peer's collection: her stamp, from her own server (FEP-7aa9)."""

from __future__ import annotations

from fedi.actions import featuring
from fedi.activitypub import featured_collections as wire
from fedi.activitypub.featured_collections import RemoteItem
from fedi.errors import Forbidden, Invalid, Malformed
from fedi.outbound import resolver
from fedi.outbound.failures import FetchFailed
from fedi.outbound.fetching import Limited
from fedi.outbound.work import Retry, Work
from fedi.store import featured_collections as stored
from fedi.store import jobs
from fedi.store.database import Transaction
from fedi.store.jobs import Job

_REQUESTS = 4
_PATIENCE = 3


async def verify(work: Work) -> None:
    """Settle one place: args `collection`, and those of a `RemoteItem`."""
    args = dict(work.job.args)
    made = await work.instance.db.read(stored.by_id, args.pop("collection"))
    named = RemoteItem(**args)
    agrees = made is not None and await _has_agreed(work, named, made.uri)
    await work.instance.db.write(_settle, work.job, named, agrees)


async def _has_agreed(work: Work, named: RemoteItem, collection_uri: str) -> bool:
    client, uri = Limited(work.client, _REQUESTS), named.authorization_uri
    if uri is None:
        return False
    try:
        stamp = await resolver.document(work.instance, client, uri)
        if not wire.is_stamp(stamp, uri, named.person_uri, collection_uri):
            return False
        await resolver.actor(work.instance, client, named.person_uri)
    except FetchFailed as failure:
        if not failure.permanent and work.job.attempts < _PATIENCE:
            raise Retry(str(failure)) from failure
        return False
    except (Forbidden, Invalid, Malformed):
        return False
    return True


async def _settle(tx: Transaction, job: Job, named: RemoteItem, agrees: bool) -> None:
    change = featuring.stands if agrees else featuring.stands_not
    await change(tx, job.args["collection"], named)
    await jobs.finish(tx, job)

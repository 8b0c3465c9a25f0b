"""Whether people have agreed to stand in a peer's collection: their stamps, each from its own server (FEP-7aa9)."""

from __future__ import annotations

from fedi.actions import featuring
from fedi.activitypub import featured_collections as wire
from fedi.errors import Forbidden, Invalid, Malformed
from fedi.models.featured_collections import RemoteItem
from fedi.outbound import resolver
from fedi.outbound.failures import FetchFailed
from fedi.outbound.fetching import Fetches, Limited
from fedi.outbound.work import Retry, Work
from fedi.store import featured_collections as stored
from fedi.store import jobs

_REQUESTS = 4 * featuring.MOST_ELSEWHERE
_PATIENCE = 3


async def verify(work: Work) -> None:
    """Settle who stands in a collection: arg `collection`."""
    db, collection_id = work.instance.db, work.job.args["collection"]
    made = await db.read(stored.by_id, collection_id)
    named = await db.read(featuring.unsettled, collection_id) if made is not None else []
    client, agreed, failures = Limited(work.client, _REQUESTS), list[RemoteItem](), list[FetchFailed]()
    for each in named:
        try:
            if made is not None and await _has_agreed(work, client, each, made.uri):
                agreed.append(each)
        except FetchFailed as failure:
            failures += [] if failure.permanent else [failure]
    await db.write(featuring.settle, collection_id, agreed)
    if failures and work.job.attempts < _PATIENCE:
        raise Retry(str(failures[0])) from failures[0]
    await db.write(jobs.finish, work.job)


async def _has_agreed(work: Work, client: Fetches, named: RemoteItem, collection_uri: str) -> bool:
    uri = named.authorization_uri or ""
    try:
        stamp = await resolver.document(work.instance, client, uri)
        if not wire.is_stamp(stamp, uri, named.person_uri, collection_uri):
            return False
        await resolver.actor(work.instance, client, named.person_uri)
    except (Forbidden, Invalid, Malformed):
        return False
    return True

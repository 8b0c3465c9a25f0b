"""The job that makes an activity take effect, exactly once.

A handler runs in one unit with the end of its job. What it lacks it names by raising `Missing`: the unit is undone, the
thing is fetched with no transaction open, and the handler runs again. One activity makes us fetch so much and no more.
"""

from __future__ import annotations

from dataclasses import replace

from fedi.activitypub import activities
from fedi.activitypub.decoding import decode_object
from fedi.errors import FediError, Unavailable
from fedi.federation.handlers import HANDLERS, HINTS
from fedi.federation.incoming import Ignored, Incoming, Missing, Need
from fedi.models.activities import Received
from fedi.outbound import resolver
from fedi.outbound.failures import FetchFailed
from fedi.outbound.fetching import Limited
from fedi.outbound.work import Retry, Work
from fedi.store import jobs, received
from fedi.store.database import Transaction
from fedi.store.jobs import Job

_REQUESTS = 20
_ROUNDS = 12
_PATIENCE = 3
"""How often an activity waits for a server that cannot be reached, before it is handled without."""


# A thread's older posts are welcome, but nothing waits for them.
_WAITED_FOR = (Need.ACTOR, Need.FRESH_ACTOR, Need.DOCUMENT)


async def run(work: Work) -> None:
    """Handle one received activity."""
    kept = await work.instance.db.read(received.by_id, work.job.args["received"])
    if kept is None or kept.json is None or kept.outcome is not None:
        await work.instance.db.write(jobs.finish, work.job)
        return
    incoming = Incoming(kept, activities.parse(decode_object(kept.json.encode())))
    client = Limited(work.client, _REQUESTS)
    for _ in range(_ROUNDS):
        try:
            await work.instance.db.write(_handle, work.job, incoming)
        except Missing as missing:
            incoming = await _fetch(work, client, incoming, missing)
        except Unavailable:
            raise
        except FediError as error:
            await work.instance.db.write(_conclude, work.job, kept, _reason(error))
            return
        else:
            return
    await work.instance.db.write(_conclude, work.job, kept, "ignored: too much to fetch for it")


async def _handle(tx: Transaction, job: Job, incoming: Incoming) -> None:
    table = HINTS if incoming.received.hint else HANDLERS
    handler = table.get(_key(incoming)) or table.get(incoming.activity.type)
    outcome = await handler(tx, incoming) if handler else "ignored: unknown"
    await _conclude(tx, job, incoming.received, outcome)


def _key(incoming: Incoming) -> str:
    """`Undo/Follow`, `Accept/Follow`: what a handler is found by before the bare type."""
    return f"{incoming.activity.type}/{incoming.activity.object_type}"


async def _conclude(tx: Transaction, job: Job, kept: Received, outcome: str) -> None:
    await received.conclude(tx, kept.id, outcome[:500])
    await jobs.finish(tx, job)


def _reason(error: FediError) -> str:
    return f"{'ignored' if isinstance(error, Ignored) else 'refused'}: {error}"


async def _fetch(work: Work, client: Limited, incoming: Incoming, missing: Missing) -> Incoming:
    """The same activity with one more thing tried; Retry if its server cannot be reached just now."""
    incoming = replace(incoming, tried=incoming.tried | {(missing.need, missing.uri)})
    try:
        return await _FETCHERS[missing.need](work, client, incoming, missing.uri)
    except FetchFailed as failure:
        if failure.absent:
            return replace(incoming, absent=incoming.absent | {missing.uri})
        if not failure.permanent and missing.need in _WAITED_FOR and work.job.attempts < _PATIENCE:
            raise Retry(str(failure)) from failure
        return incoming
    except Unavailable:
        raise
    except FediError:
        return incoming


async def _actor(work: Work, client: Limited, incoming: Incoming, uri: str) -> Incoming:
    await resolver.actor(work.instance, client, uri)
    return incoming


async def _fresh_actor(work: Work, client: Limited, incoming: Incoming, uri: str) -> Incoming:
    await resolver.actor(work.instance, client, uri, refresh=True)
    return incoming


async def _post(work: Work, client: Limited, incoming: Incoming, uri: str) -> Incoming:
    await resolver.post(work.instance, client, uri)
    return incoming


async def _document(work: Work, client: Limited, incoming: Incoming, uri: str) -> Incoming:
    document = await resolver.document(work.instance, client, uri)
    return replace(incoming, documents={**incoming.documents, uri: document})


_FETCHERS = {
    Need.ACTOR: _actor,
    Need.FRESH_ACTOR: _fresh_actor,
    Need.POST: _post,
    Need.DOCUMENT: _document,
    # That something is gone is learned by asking for it.
    Need.ABSENCE: _document,
}

"""The job that makes an activity take effect, exactly once.

A handler runs in one unit with the end of its job. What it lacks it names by raising `Missing`: the unit is undone, the
thing is fetched with no transaction open, and the handler runs again. One activity makes us fetch so much and no more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus

from fedi.activitypub import activities, jsonld
from fedi.activitypub.activities import Activity
from fedi.activitypub.decoding import decode_object
from fedi.errors import FediError
from fedi.federation import batches, passing
from fedi.federation.handlers import HANDLERS, HINTS
from fedi.federation.incoming import Findings, Ignored, Incoming, Missing, Need
from fedi.models.activities import Received
from fedi.outbound import proofs, resolver
from fedi.outbound.failures import FetchFailed
from fedi.outbound.fetching import Limited
from fedi.outbound.work import Retry, Work
from fedi.store import jobs, received
from fedi.store.database import ConstraintViolated, Transaction
from fedi.store.jobs import Job

_REQUESTS = 20
_REQUESTS_OF_BATCH = 180
_ROUNDS = 12
_OUTCOME_CHARS = 500
_PATIENCE = 3
"""How often an activity waits for a server that cannot be reached, before it is handled without."""


# A thread's older posts and the people a post names are welcome, but nothing waits for them.
_WAITED_FOR = (Need.ACTOR, Need.FRESH_ACTOR, Need.DOCUMENT)


async def run(work: Work) -> None:
    """Handle one received activity; of what a group brings together, one after the other."""
    job = await _handle_one(work, Limited(work.client, _REQUESTS))
    of_the_rest = Limited(work.client, _REQUESTS_OF_BATCH)
    while job is not None:
        job = await _handle_one(replace(work, job=job), of_the_rest)


async def _handle_one(work: Work, client: Limited) -> Job | None:
    """What is left of the job afterwards, if its activity has brought several."""
    found = Findings()
    for _ in range(_ROUNDS):
        try:
            return await work.instance.db.write(_handle, work.job, found)
        except Missing as missing:
            found = await _fetch(work, client, found, missing)
        except FediError as error:
            return await work.instance.db.write(_give_up, work.job, _outcome(error))
    return await work.instance.db.write(_give_up, work.job, "ignored: too much to fetch for it")


def _outcome(error: FediError) -> str:
    """What an activity came to that was refused; raises what is our own trouble, so that the job is tried again."""
    if isinstance(error, Ignored):
        return f"ignored: {error}"
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR or isinstance(error, jobs.LeaseLost | ConstraintViolated):
        raise error
    return f"refused: {error}"


async def _handle(tx: Transaction, job: Job, found: Findings) -> Job | None:
    current = await _current(tx, job)
    if current is None:
        await jobs.finish(tx, job)
        return None
    return await _conclude(tx, job, await _handled(tx, Incoming(current.kept, current.activity, found)), current.of)


@dataclass(frozen=True, slots=True)
class _Current:
    """What a job is about now: an activity as it came, or the next of several (`of` so many) that it brings."""

    kept: Received
    activity: Activity
    of: int


async def _current(tx: Transaction, job: Job) -> _Current | None:
    """None if it has taken effect, or is here no more."""
    kept = await received.by_id(tx, job.args["received"])
    if kept is None or kept.json is None or kept.outcome is not None:
        return None
    activity = activities.parse(decode_object(kept.json.encode()))
    brought = await batches.parts(tx, activity)
    if brought:
        number = len(_said(job))
        kept, activity = batches.one(kept, activity, number, brought[number])
    return _Current(kept, activity, len(brought))


def _said(job: Job) -> list[str]:
    """What became of those of a batch that were handled already."""
    return list(job.args.get("said", ()))


async def _give_up(tx: Transaction, job: Job, outcome: str) -> Job | None:
    current = await _current(tx, job)
    return await _conclude(tx, job, outcome, current.of if current else 0)


async def _conclude(tx: Transaction, job: Job, outcome: str, brought: int) -> Job | None:
    """The end of a job, or of one of several things it has `brought`: then the job that goes on with the next."""
    said = [*_said(job), outcome[:_OUTCOME_CHARS]]
    if len(said) < brought:
        return await jobs.go_on(tx, job, {**job.args, "said": said})
    whole = batches.outcome(said) if brought else outcome
    await received.conclude(tx, job.args["received"], whole[:_OUTCOME_CHARS])
    await jobs.finish(tx, job)
    return None


async def _handled(tx: Transaction, incoming: Incoming) -> str:
    table = HINTS if incoming.received.hint else HANDLERS
    # `Undo/Follow`, `Update/Person`: what both are decides before what the activity is.
    both = f"{incoming.activity.type}/{incoming.activity.object_type}"
    handler = table.get(both) or table.get(incoming.activity.type)
    if handler is None:
        return "ignored: unknown"
    passing_ = await passing.before(tx, incoming)
    outcome = await handler(tx, incoming)
    await passing.after(tx, incoming, passing_)
    return outcome


async def _fetch(work: Work, client: Limited, found: Findings, missing: Missing) -> Findings:
    """The findings with one more thing tried; Retry if its server cannot be reached just now."""
    found = replace(found, tried=found.tried | {(missing.need, missing.uri)})
    try:
        return await _FETCHERS[missing.need](work, client, found, missing.uri)
    except FetchFailed as failure:
        if failure.absent:
            return replace(found, absent=found.absent | {missing.uri})
        if not failure.permanent and missing.need in _WAITED_FOR and work.job.attempts < _PATIENCE:
            raise Retry(str(failure)) from failure
        return found
    except FediError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        return found


async def _actor(work: Work, client: Limited, found: Findings, uri: str) -> Findings:
    await resolver.actor(work.instance, client, uri)
    return found


async def _fresh_actor(work: Work, client: Limited, found: Findings, uri: str) -> Findings:
    await resolver.actor(work.instance, client, uri, refresh=True)
    return found


async def _post(work: Work, client: Limited, found: Findings, uri: str) -> Findings:
    await resolver.post(work.instance, client, uri, found.documents.get(uri))
    return found


async def _proof(work: Work, client: Limited, found: Findings, _: str) -> Findings:
    """What the activity carries, as far as whoever made it has signed it."""
    current = await work.instance.db.read(_current, work.job)
    carried = await proofs.carried(work.instance, client, current.activity.object) if current else []
    signed = {jsonld.text(each, "id"): each for each in carried}
    return replace(found, documents={**found.documents, **signed}, proven=found.proven | signed.keys())


async def _document(work: Work, client: Limited, found: Findings, uri: str) -> Findings:
    document = await resolver.document(work.instance, client, uri)
    return replace(found, documents={**found.documents, uri: document})


_FETCHERS = {
    Need.ACTOR: _actor,
    Need.FRESH_ACTOR: _fresh_actor,
    Need.MENTIONED: _actor,
    Need.POST: _post,
    Need.PROOF: _proof,
    Need.DOCUMENT: _document,
    # That something is gone is learned by asking for it.
    Need.ABSENCE: _document,
}

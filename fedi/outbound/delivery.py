"""Delivers activities to the inboxes of peers: one signed POST a job, and what its answer means for job and host."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
import structlog

from fedi.actions import actors as actor_actions
from fedi.actions import deliveries
from fedi.actions import synchronization as follower_lists
from fedi.activitypub import addressing, jsonld, synchronization
from fedi.models.activities import SentActivity
from fedi.outbound.client import Answer
from fedi.outbound.failures import FetchFailed
from fedi.outbound.work import NotDone, Work
from fedi.store import actors, hosts, jobs
from fedi.store.database import Transaction
from fedi.store.jobs import Job, Lane, NewJob

log = structlog.get_logger("fedi.traffic")

ATTEMPTS = 16
# 408 and 429 ask for patience; 401 may be a key the peer could not fetch just now.
_TRANSIENT = frozenset({401, 408, 425, 429})
_NOT_IMPLEMENTED = 501
_UNAUTHORIZED = 401
_GONE = 410


def job(activity_id: int, actor_id: int, inbox: str, host: str, *, holds: bool = False) -> NewJob:
    """The job that brings an activity to an inbox, behind what its actor sent to that host before."""
    args = {"activity": activity_id, "inbox": inbox}
    return NewJob("deliver", args, Lane.DELIVERY, host, f"{actor_id}>{host}", holds=holds)


def backoff_ms(attempts: int) -> int:
    """How long to wait after this many failures: fourth power, 15 seconds, and jitter, as Mastodon does."""
    seconds = attempts**4 + 15 + random.random() * 10 * (attempts + 1)
    return int(seconds * 1000)


async def queue(work: Work) -> None:
    """Queue the deliveries of what goes to many: args `activity`, `inboxes`, `former_key`."""
    job: Job | None = work.job
    while job is not None:
        job = await work.instance.db.write(deliveries.go_on, job)


async def run(work: Work) -> None:
    """Send one activity, and put its job away as the answer asks. NotDone: it has not arrived."""
    activity = await work.instance.sent.find(work.job.args["activity"])
    if activity is None:  # the school has erased what was to be sent
        await work.instance.db.write(jobs.finish, work.job)
        return
    sent = await _send(work, activity)
    _log(work, activity, sent)
    if sent.arrived:
        await work.instance.arrivals.put_away(work.instance.db, work.job)
        return
    await work.instance.db.write(_settle, work.job, sent)
    raise NotDone(sent.reason)


@dataclass(frozen=True, slots=True)
class _Sent:
    """What came of one POST: a status, or 0 and the reason why there was no answer. `took_ms` in milliseconds."""

    status: int
    reason: str
    retry_after_s: int | None
    refused: bool
    took_ms: int

    @property
    def arrived(self) -> bool:
        return 200 <= self.status < 300

    @property
    def final(self) -> bool:
        """Whether the same request would be refused again."""
        if self.status == 0:
            return self.refused
        return self.status == _NOT_IMPLEMENTED or (self.status < 500 and self.status not in _TRANSIENT)


async def _send(work: Work, activity: SentActivity) -> _Sent:
    headers = await _headers(work, activity)
    started = time.monotonic()
    try:
        answer = await _post(work, activity, headers)
    except FetchFailed as failure:
        return _Sent(0, str(failure), failure.retry_after_s, failure.permanent, _since(started))
    return _Sent(answer.status, _reason(answer), answer.retry_after_s, False, _since(started))


async def _headers(work: Work, activity: SentActivity) -> dict[str, str]:
    """With what is for followers goes who of them is at that server, as we know it (FEP-8fcf)."""
    if not _is_for_followers(activity):
        return {}
    said = await work.instance.db.read(follower_lists.statement, activity.actor_id, work.job.host)
    return {synchronization.HEADER: synchronization.header(said)} if said else {}


def _is_for_followers(activity: SentActivity) -> bool:
    said = _typed(activity)
    addressed = [*jsonld.ids(said.to), *jsonld.ids(said.cc)]
    return not addressing.is_public(addressed) and any(each.endswith("/followers") for each in addressed)


async def _post(work: Work, activity: SentActivity, headers: dict[str, str]) -> Answer:
    """One POST; two for the news that keys have changed, if the receiver does not know the old one."""
    inbox, body = work.job.args["inbox"], activity.json.encode()
    former = await work.instance.former_key(activity.actor_id) if work.job.args.get("former_key") else None
    if former is not None:
        answer = await work.client.post(inbox, body, former, headers=headers)
        if answer.status != _UNAUTHORIZED:
            return answer
    key = await work.instance.signing_key(activity.actor_id)
    return await work.client.post(inbox, body, key, headers=headers)


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)


def _reason(answer: Answer) -> str:
    return f"{answer.status}: {answer.body_excerpt[:300]}"


def _log(work: Work, activity: SentActivity, sent: _Sent) -> None:
    log.info(
        "sent",
        from_host=work.instance.school.host,
        to_host=work.job.host,
        type=activity.type,
        object_type=_object_type(activity),
        status=sent.status or sent.reason,
        ms=sent.took_ms,
    )


class _Typed(msgspec.Struct, frozen=True):
    to: Any = ()
    cc: Any = ()
    object: dict[str, Any] | str | list[Any] = ""


@lru_cache(maxsize=64)  # one activity goes to hundreds of servers
def _typed(activity: SentActivity) -> _Typed:
    return msgspec.json.decode(activity.json, type=_Typed)


def _object_type(activity: SentActivity) -> str:
    carried = _typed(activity).object
    return str(carried.get("type", "")) if isinstance(carried, dict) else ""


async def _settle(tx: Transaction, job: Job, sent: _Sent) -> None:
    """Put away a job that has not arrived."""
    if sent.status == _GONE:
        await _bury_gone(tx, job, sent)
    elif sent.final or job.attempts + 1 >= ATTEMPTS:
        await jobs.bury(tx, job, sent.reason)
        await _note_failure(tx, job, sent)
    else:
        await jobs.retry(tx, job, sent.reason, _delay_ms(job, sent))
        await _note_failure(tx, job, sent)
    await hosts.keep_stopped(tx, job.host)


async def _bury_gone(tx: Transaction, job: Job, sent: _Sent) -> None:
    """410 from somebody's own inbox is their server's word that the account is no more."""
    await jobs.bury(tx, job, sent.reason)
    actor = await actors.by_inbox(tx, job.args["inbox"])
    if actor is not None and not actor.local:
        await actor_actions.delete(tx, actor)


async def _note_failure(tx: Transaction, job: Job, sent: _Sent) -> None:
    if sent.status and sent.final:
        return  # the host is well: it answered, and did not want this one
    await hosts.failed(tx, job.host, sent.reason, unreachable=sent.status == 0)


def _delay_ms(job: Job, sent: _Sent) -> int:
    usual = backoff_ms(job.attempts)
    return max(usual, sent.retry_after_s * 1000) if sent.retry_after_s else usual

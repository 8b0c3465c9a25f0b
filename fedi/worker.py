"""Does the jobs of every school: claims what is due, runs it, and keeps, retries or buries what fails."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from fedi import schedule
from fedi.federation import process
from fedi.instances import Instance, Instances
from fedi.instances.crowd import Crowded
from fedi.outbound import (
    cards,
    delivery,
    featured_collections,
    followers,
    host_lists,
    mail,
    nodeinfo,
    partners,
    profile_links,
    profiles,
    push,
    questions,
    quotes,
    scheduled,
    threads,
    upkeep,
    uploads,
)
from fedi.outbound.client import Client
from fedi.outbound.work import GiveUp, NotDone, Retry, Work
from fedi.store import backlog, jobs, leases
from fedi.store.database import Transaction
from fedi.store.jobs import Job, Lane, LeaseLost

log = structlog.get_logger("fedi.worker")

JobFunction = Callable[[Work], Awaitable[None]]

JOBS: dict[str, JobFunction] = {
    "check-server": nodeinfo.check,
    "check-servers": nodeinfo.check_all,
    "close-polls": upkeep.close_polls,
    "deliver": delivery.run,
    "erase-posts": upkeep.erase_posts,
    "fan-out": upkeep.fan_out,
    "finish-file": uploads.finish,
    "let-in": upkeep.let_in,
    "mail": mail.run,
    "process": process.run,
    "prune": upkeep.prune,
    "publish-scheduled": scheduled.publish,
    "push": push.run,
    "read-card": cards.read,
    "read-partners": partners.read,
    "read-poll": questions.run,
    "read-profile": profiles.run,
    "read-thread": threads.run,
    "refresh-list": host_lists.refresh,
    "recheck-quotes": quotes.recheck,
    "refollow": upkeep.refollow,
    "send": delivery.queue,
    "sync-followers": followers.run,
    "tell-poll": upkeep.tell_poll,
    "verify-featured": featured_collections.verify,
    "verify-links": profile_links.verify,
    "verify-quote": quotes.verify,
}

# How many threads of a lane run at once. Deliveries mostly wait for others; the rest is our own work.
SLOTS = {Lane.LOCAL: 32, Lane.MAIL: 4, Lane.INBOX: 64, Lane.DELIVERY: 256, Lane.BULK: 4}
BUDGET = 64
TICK_S = 1.0
RENEW_S = leases.LEASE_MS / 1000 / 3
CROWDED_MS = 2_000
"""When to look again for a job that found too many waiting for other servers; it counts as no attempt."""

ATTEMPTS = 10
"""A job that has failed so often is given up; deliveries count their own."""


class Worker:
    """One worker of this process. `run` goes on until it is cancelled; `drain` does what is due and returns."""

    def __init__(self, instances: Instances, client: Client, functions: dict[str, JobFunction] | None = None) -> None:
        self._instances = instances
        self._client = client
        self._functions = JOBS if functions is None else functions
        self._running: dict[asyncio.Task[None], tuple[Instance, Job]] = {}
        self._busy: Counter[Lane] = Counter()
        self._schools: dict[str, _School] = {}
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled; then stop what runs and give its leases back, so that the next worker need not wait."""
        renewal = asyncio.create_task(self._renew_for_ever())
        try:
            while True:
                await self._round()
                await self._rest()
        finally:
            renewal.cancel()
            await self._stop()

    async def drain(self) -> None:
        """Run everything that is due, and what that makes due, until nothing is.

        A school whose database keeps failing is left after some tries.
        """
        while True:
            for school in self._schools.values():
                school.next_due = 0
            await self._round()
            if not self._running and not self._may_have_more():
                return
            await asyncio.gather(*self._running, return_exceptions=True)

    def _may_have_more(self) -> bool:
        """Whether something may have become due since a school was looked at in this round.

        What ran and ended meanwhile may have given an earlier school something to do, or opened one that is not
        listened to yet; and what could not be claimed is due still.
        """
        unheard = {each.school.host for each in self._instances.open_instances()} - self._schools.keys()
        failing = any(0 < school.failures < _TRIES for school in self._schools.values())
        return self._wake.is_set() or bool(unheard) or failing

    # --- rounds ---

    async def _round(self) -> None:
        """Start what is due in every school that may have work."""
        self._wake.clear()
        now = self._instances.clock()
        awake = [self._followed(instance) for instance in await self._instances.due(now)]
        # A school that fell asleep is woken by `due`; its time, long past, must not keep the worker from resting.
        self._schools = {school.instance.school.host: school for school in awake}
        for school in awake:
            await self._look_at(school, now)

    async def _look_at(self, school: _School, now: int) -> None:
        """Start what is due in one school. A database that fails costs that school a pause, and no other anything."""
        try:
            # Asked each time: a worker that always has work must hear of new keys and blocks too.
            if await school.instance.refresh() or school.next_due <= now:
                await self._serve(school)
            school.failures = 0
        except Exception:
            log.exception("cannot claim jobs", host=school.instance.school.host)
            school.failures += 1
            school.next_due = now + _PAUSE_MS

    def _followed(self, instance: Instance) -> _School:
        """What this worker knows of a school; from now on it is told of new jobs there."""
        known = self._schools.get(instance.school.host)
        if known is None or known.instance is not instance:
            known = self._schools[instance.school.host] = _School(instance)
            for topic in ("jobs", "missed"):
                instance.hub.subscribe(topic, lambda _, school=known: self._rouse(school))  # type: ignore[misc]
        return known

    async def _serve(self, school: _School) -> None:
        room = {lane: slots - self._busy[lane] for lane, slots in SLOTS.items()}
        school.next_due = _NEVER  # an announcement that comes while we claim sets it back
        claim = await school.instance.db.write(_claim, room)
        school.crowded = claim.left
        school.next_due = min(school.next_due, claim.next_due)
        for thread in claim.threads:
            self._start(school, thread)

    async def _rest(self) -> None:
        """Wait for an announcement, a free slot, the time of the next job, or a tick, whichever is first."""
        soonest = min((school.next_due for school in self._schools.values()), default=_NEVER)
        seconds = (soonest - self._instances.clock()) / 1000
        try:
            async with asyncio.timeout(max(0.0, min(TICK_S, seconds))):
                await self._wake.wait()
        except TimeoutError:
            return

    def _rouse(self, school: _School) -> None:
        school.next_due = 0
        self._wake.set()

    # --- one thread of jobs ---

    def _start(self, school: _School, thread: list[Job]) -> None:
        head = thread[0]
        self._busy[head.lane] += 1
        task = asyncio.create_task(self._run_thread(school.instance, thread))
        self._running[task] = (school.instance, head)
        task.add_done_callback(lambda done: self._ended(done, school, head))

    def _ended(self, task: asyncio.Task[None], school: _School, head: Job) -> None:
        del self._running[task]
        self._busy[head.lane] -= 1
        if school.crowded:
            self._rouse(school)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The lease is still held: the thread comes back by itself when that runs out.
            log.error("thread of jobs broke off", key=head.ordering_key, exc_info=error)

    async def _run_thread(self, instance: Instance, thread: list[Job]) -> None:
        with instance.held():
            for job in thread:
                if not await self._run(Work(instance, self._client, job)):
                    return

    async def _run(self, work: Work) -> bool:
        """Run one job; False if it failed, so that those behind it wait."""
        try:
            await self._functions.get(work.job.kind, _unknown_kind)(work)
        except LeaseLost as lost:
            log.warning("lease lost", job=work.job.id, kind=work.job.kind, reason=str(lost))
        except NotDone as reason:
            log.debug("job put away", job=work.job.id, kind=work.job.kind, reason=str(reason))
        except GiveUp as reason:
            await work.instance.db.write(jobs.bury, work.job, str(reason))
        except Crowded:
            await work.instance.db.write(jobs.wait, work.job, CROWDED_MS)
        except Retry as reason:
            await _try_again(work, str(reason), reason.after_s)
        except Exception as error:  # whatever it is, the job and its reason are kept
            log.exception("job failed", job=work.job.id, kind=work.job.kind)
            await _try_again(work, f"{type(error).__name__}: {error}", None)
        else:
            return True
        return False

    # --- leases ---

    async def _renew_for_ever(self) -> None:
        while True:
            await asyncio.sleep(RENEW_S)
            await self._for_leases(jobs.renew)

    async def _stop(self) -> None:
        held = dict(self._running)
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        self._running = held
        await self._for_leases(jobs.release)
        self._running = {}

    async def _for_leases(self, unit: Callable[[Transaction, list[Job]], Coroutine[Any, Any, None]]) -> None:
        """Run a unit in every school that has jobs running, with the heads of their threads."""
        heads: dict[str, tuple[Instance, list[Job]]] = {}
        for instance, head in self._running.values():
            heads.setdefault(instance.school.host, (instance, []))[1].append(head)
        for instance, running in heads.values():
            try:
                await instance.db.write(unit, running)
            except Exception as error:  # noqa: BLE001  those of other schools count too, and the next turn may be better
                log.warning("leases not changed", host=instance.school.host, reason=f"{type(error).__name__}: {error}")


_NEVER = 2**62
_PAUSE_MS = 5_000
_TRIES = 3


@dataclass(slots=True)
class _School:
    """A school with jobs: when to look again (milliseconds), whether due work was left for want of room, and how often
    in a row its jobs could not be claimed.
    """

    instance: Instance
    next_due: int = 0
    crowded: bool = False
    failures: int = 0


@dataclass(frozen=True, slots=True)
class _Claim:
    threads: list[list[Job]]
    next_due: int
    left: bool


async def _claim(tx: Transaction, room: Mapping[Lane, int]) -> _Claim:
    await schedule.enqueue_due(tx)
    threads = await jobs.claim(tx, room, BUDGET)
    due, later = await backlog.next_due(tx)
    next_due = tx.now if due and len(threads) >= BUDGET else later
    return _Claim(threads, _NEVER if next_due is None else next_due, due)


async def _try_again(work: Work, reason: str, after_s: int | None) -> None:
    if work.job.attempts + 1 >= ATTEMPTS:
        await work.instance.db.write(jobs.bury, work.job, reason)
        return
    delay_ms = after_s * 1000 if after_s is not None else delivery.backoff_ms(work.job.attempts)
    await work.instance.db.write(jobs.retry, work.job, reason, delay_ms)


async def _unknown_kind(work: Work) -> None:
    # Kept, not dropped: a newer version of fedi may have put it there.
    raise GiveUp(f"this version of fedi knows no job of the kind {work.job.kind!r}")

"""The job that publishes a scheduled post when its time has come."""

from __future__ import annotations

import functools

import structlog

from fedi.actions import scheduled
from fedi.errors import FediError
from fedi.outbound.work import Work
from fedi.store import jobs
from fedi.store.database import Transaction
from fedi.store.jobs import Job, LeaseLost

log = structlog.get_logger("fedi.scheduled")


async def publish(work: Work) -> None:
    """Publish a draft: args `post`, and `at`, its time; once that was changed, another job is for the new one.

    It is published and the job is done in one unit, so that it is published once. Whatever its author may not do now
    is told to her.
    """
    try:
        await work.instance.db.write(_publish, work.job)
    except LeaseLost:
        raise
    except FediError as error:
        if error.status >= 500:
            raise
        log.info("not published", post=work.job.args["post"], reason=str(error))
        by_letter = work.instance.config.mail is not None
        await work.instance.db.write(functools.partial(_give_up, by_letter=by_letter), work.job)


async def _publish(tx: Transaction, job: Job) -> None:
    await scheduled.publish_due(tx, job.args["post"], job.args["at"])
    await jobs.finish(tx, job)


async def _give_up(tx: Transaction, job: Job, *, by_letter: bool) -> None:
    await scheduled.give_up(tx, job.args["post"], job.args["at"], by_letter=by_letter)
    await jobs.finish(tx, job)

"""Asking a partner with which schools it has agreements."""

from __future__ import annotations

from fedi.actions import partners
from fedi.activitypub import collections, jsonld, uris
from fedi.activitypub.addressing import PARTNERS_PATH
from fedi.errors import Forbidden, Malformed
from fedi.outbound import resolver
from fedi.outbound.failures import FetchFailed
from fedi.outbound.work import Retry, Work
from fedi.store import jobs
from fedi.store.database import Transaction
from fedi.store.jobs import Job

_PATIENCE = 3


async def read(work: Work) -> None:
    """Job `read-partners`, arg `host`. While it cannot be had, what the school said before holds."""
    host = str(work.job.args["host"])
    uri = f"{work.instance.school.scheme_of(host)}://{host}{PARTNERS_PATH}"
    try:
        found = collections.parse(await resolver.document(work.instance, work.client, uri))
    except FetchFailed as failure:
        if not failure.permanent and work.job.attempts < _PATIENCE:
            raise Retry(str(failure)) from failure
        await work.instance.db.write(jobs.finish, work.job)
    except (Forbidden, Malformed):
        await work.instance.db.write(jobs.finish, work.job)
    else:
        named = [address for each in found.items if (address := jsonld.address(each))]
        await work.instance.db.write(_learned, work.job, host, [uris.host_of(each) for each in named])


async def _learned(tx: Transaction, job: Job, host: str, hosts: list[str]) -> None:
    await partners.learned(tx, host, hosts)
    await jobs.finish(tx, job)

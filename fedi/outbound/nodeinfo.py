"""Asking another server what it runs (NodeInfo, FEP-f1d5): two small requests, and a name and a version of them."""

from __future__ import annotations

from fedi.actions import host_lists, partners
from fedi.actions import servers as server_actions
from fedi.activitypub import content_types, discovery, uris
from fedi.errors import FediError, Malformed
from fedi.instances import Instance
from fedi.outbound.client import Client
from fedi.outbound.work import Work
from fedi.store import jobs, servers
from fedi.store.database import Transaction
from fedi.store.jobs import Job

_TYPES = frozenset({content_types.JSON, content_types.JRD})


async def check(work: Work) -> None:
    """Job `check-server`, arg `host`: keep what it runs, or why that cannot be learned; it is asked again in a week."""
    host = str(work.job.args["host"])
    try:
        software = await _software(work.instance, work.client, host)
    except FediError as error:
        await work.instance.db.write(_not_learned, work.job, host, str(error))
    else:
        await work.instance.db.write(_learned, work.job, host, software)


async def _software(instance: Instance, client: Client, host: str) -> tuple[str, str]:
    base = f"{instance.school.scheme_of(host)}://{host}"
    links = await client.get_json(f"{base}/.well-known/nodeinfo", content_types.JSON, _TYPES)
    address = discovery.nodeinfo_address(links.json)
    if address is None or not uris.same_origin(address, base):
        raise Malformed("its NodeInfo is not at its own address")
    return discovery.software_of((await client.get_json(address, content_types.JSON, _TYPES)).json)


async def _learned(tx: Transaction, job: Job, host: str, software: tuple[str, str]) -> None:
    await servers.checked(tx, host, *software)
    await jobs.finish(tx, job)


async def _not_learned(tx: Transaction, job: Job, host: str, trouble: str) -> None:
    await servers.not_checked(tx, host, trouble)
    await jobs.finish(tx, job)


async def check_all(work: Work) -> None:
    """Periodic job `check-servers`: ask a bounded number of those whose word is old, and partners for theirs, and read
    lists that are due.
    """
    await work.instance.db.write(server_actions.ask_unchecked)
    await work.instance.db.write(host_lists.ask_due)
    await work.instance.db.write(partners.ask_all)
    await work.instance.db.write(jobs.finish, work.job)

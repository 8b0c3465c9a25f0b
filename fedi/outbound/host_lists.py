"""Reading the lists of hosts that other schools keep: fetched from their own address, believed by their proof."""

from __future__ import annotations

import functools

from fedi.actions import host_lists as list_actions
from fedi.activitypub import host_lists as on_the_wire
from fedi.activitypub import uris
from fedi.errors import FediError, Malformed
from fedi.instances import Instance
from fedi.models.accounts import Account
from fedi.models.host_lists import HostList, ListMode, RemoteHostList
from fedi.outbound import proofs, resolver
from fedi.outbound.fetching import Fetches
from fedi.outbound.proofs import Verdict
from fedi.outbound.work import Work
from fedi.store import host_lists, jobs


async def fetch(instance: Instance, client: Fetches, url: str) -> RemoteHostList:
    """The list at an address; FetchFailed, Malformed or Forbidden if it cannot be had or its school has not signed."""
    document = await resolver.document(instance, client, url)
    remote = on_the_wire.parse(document)
    if not uris.same_origin(remote.owner_uri, remote.url):
        raise Malformed("the list and its owner are of different servers")
    if await proofs.judge(instance, client, document, remote.owner_uri) is not Verdict.VALID:
        raise Malformed("the list is not signed by its school")
    return remote


async def subscribe(instance: Instance, client: Fetches, by: Account | None, url: str, mode: ListMode) -> HostList:
    """Follow the list at an address, and decide by it if that is the mode. `by` None is the command line."""
    remote = await fetch(instance, client, url.strip())
    subscribed: HostList = await instance.db.write(list_actions.subscribe, by, remote, mode)
    await _apply(instance, subscribed.id)
    return subscribed


async def refresh(work: Work) -> None:
    """Job `refresh-list`, arg `list`: read a list again; what is wrong with it is kept for the administrator."""
    instance, list_id = work.instance, int(work.job.args["list"])
    known = await instance.db.read(host_lists.by_id, list_id)
    if known is not None:
        try:
            await instance.db.write(list_actions.renew, list_id, await fetch(instance, work.client, known.url))
        except FediError as error:
            await instance.db.write(list_actions.failed, list_id, str(error))
        else:
            await _apply(instance, list_id)
    await instance.db.write(jobs.finish, work.job)


async def _apply(instance: Instance, list_id: int) -> None:
    step = functools.partial(list_actions.apply_next, list_id=list_id)
    while await instance.db.write(step):
        pass

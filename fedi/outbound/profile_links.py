"""Whether the pages that somebody links to on her profile link back: then they are hers (`rel="me"`)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from io import BytesIO

from fedi import text
from fedi.actions import actors as actor_actions
from fedi.actions import cards
from fedi.actions.actors import MAX_FIELDS
from fedi.activitypub import jsonld, uris
from fedi.instances import Instance
from fedi.models.actors import Actor
from fedi.outbound.client import Client
from fedi.outbound.failures import FetchFailed
from fedi.outbound.work import Work
from fedi.store import actors, jobs
from fedi.store.database import Transaction
from fedi.store.jobs import Job

_MOST_BYTES = 1024 * 1024
_PATIENCE_S = 10
_PAGES = frozenset({"text/html", "application/xhtml+xml"})


async def verify(work: Work) -> None:
    """Look at the pages behind the lines of a profile: arg `actor`. What cannot be had says nothing."""
    actor = await work.instance.db.read(actors.by_id, work.job.args["actor"])
    is_ours = actor is not None and actor.local and not actor.gone
    found = await that_link_back(work.instance, work.client, actor) if actor is not None and is_ours else set()
    await work.instance.db.write(_conclude, work.job, found)


async def that_link_back(instance: Instance, client: Client, actor: Actor) -> set[str]:
    """Those of the first lines of a profile whose pages link back, by their values; Crowded if too many wait for other
    servers already. Hosts of which no card would be made are not asked.
    """
    found: set[str] = set()
    for line in actor.fields[:MAX_FIELDS]:
        link = text.first_link(line.value)
        if link is not None and await _may_ask(instance, link) and await _links_back(client, link, actor):
            found.add(line.value)
    return found


async def _may_ask(instance: Instance, url: str) -> bool:
    return jsonld.is_address(url) and await instance.db.read(cards.may_ask, uris.host_of(url))


async def _links_back(client: Client, url: str, actor: Actor) -> bool:
    page = BytesIO()
    with client.errands.joined(uris.host_of(url)), suppress(FetchFailed, TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            got = await client.stream_file(url, None, page, _MOST_BYTES)
        if got.media_type in _PAGES:
            return not {actor.url, actor.uri}.isdisjoint(text.links_to_me(page.getvalue().decode(errors="replace")))
    return False


async def _conclude(tx: Transaction, job: Job, values: set[str]) -> None:
    await actor_actions.note_verified(tx, job.args["actor"], values)
    await jobs.finish(tx, job)

"""Pages that open posts link to, each read once for all of them, for what they say about themselves."""

from __future__ import annotations

from fedi.actions import cards
from fedi.activitypub import uris
from fedi.errors import FediError
from fedi.instances import Instance
from fedi.models.actors import Actor
from fedi.models.cards import PageFacts
from fedi.models.peers import Standing
from fedi.outbound import oembed, page_heads, resolver
from fedi.outbound.client import Client, Page
from fedi.outbound.failures import FetchFailed
from fedi.outbound.fetching import Limited
from fedi.outbound.work import Work
from fedi.store import peers

MOST_BYTES = 512 * 1024
"""So much of a page is read; what it says about itself stands at its beginning."""

_ASKED_FOR_AUTHOR = 5


async def read(work: Work) -> None:
    """Read the page of a card: arg `card`. What cannot be had is remembered as a page that says nothing."""
    url = await work.instance.db.read(cards.wanted, work.job.args["card"])
    page = await _page(work.client, url) if url is not None else None
    facts = page_heads.read(page.url, page.content_type, page.beginning) if page else None
    if page is None or facts is None:
        await work.instance.db.write(cards.conclude, work.job, None, None, "")
        return
    host = uris.host_of(page.url).partition(":")[0]
    facts = await oembed.ask(work.instance, work.client, facts)
    named = await _creator(work.instance, work.client, host, facts)
    await work.instance.db.write(cards.conclude, work.job, facts, named, host)


async def _page(client: Client, url: str) -> Page | None:
    with client.errands.joined(uris.host_of(url)):
        try:
            return await client.get_page(url, MOST_BYTES)
        except FetchFailed:
            return None


async def _creator(instance: Instance, client: Client, host: str, facts: PageFacts) -> Actor | None:
    """Whom a page of this host says that it is by (`fediverse:creator`), with her own word as it is just now."""
    username, _, domain = (facts.creator or "").partition("@")
    try:
        found = await _named(instance, Limited(client, _ASKED_FOR_AUTHOR), username, domain, host) if domain else None
    except FediError:
        return None
    return found if found is not None and not found.gone else None


async def _named(instance: Instance, client: Limited, username: str, domain: str, host: str) -> Actor | None:
    if await instance.db.read(peers.standing, uris.canonical_host(domain)) is Standing.BLOCKED:
        return None
    found = await resolver.handle(instance, client, username, domain)
    if found is None or found.local or found.writes_at(host):
        return found
    # What we know of her may be older than her word about this site.
    return await resolver.actor(instance, client, found.uri, refresh=True)

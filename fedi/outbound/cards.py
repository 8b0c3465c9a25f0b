"""Pages that open posts link to, each read once for all of them, for what they say about themselves."""

from __future__ import annotations

from fedi.actions import cards
from fedi.activitypub import uris
from fedi.models.cards import PageFacts
from fedi.outbound import page_heads
from fedi.outbound.client import Client
from fedi.outbound.failures import FetchFailed
from fedi.outbound.work import Work

MOST_BYTES = 512 * 1024
"""So much of a page is read; what it says about itself stands at its beginning."""


async def read(work: Work) -> None:
    """Read the page of a card: arg `card`. What cannot be had is remembered as a page that says nothing."""
    url = await work.instance.db.read(cards.wanted, work.job.args["card"])
    facts = await _facts(work.client, url) if url is not None else None
    await work.instance.db.write(cards.conclude, work.job, facts)


async def _facts(client: Client, url: str) -> PageFacts | None:
    with client.errands.joined(uris.host_of(url)):
        try:
            page = await client.get_page(url, MOST_BYTES)
        except FetchFailed:
            return None
    return page_heads.read(page.url, page.content_type, page.beginning)

"""Cards of links: what a page that an open post links to says about itself.

Only what everybody may read has a card: nothing about any other post may make a request leave.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from zlib import crc32

from fedi import text
from fedi.actions import own_cards
from fedi.activitypub import uris
from fedi.models.actors import Actor
from fedi.models.cards import PageFacts
from fedi.models.files import File, FileKind, RemoteFile
from fedi.models.peers import Standing
from fedi.models.posts import NewPost, Post, PostKind
from fedi.policies.visibility import OPEN
from fedi.store import actors, cards, jobs, peers, posts, remote_files
from fedi.store.cards import Waiting
from fedi.store.database import Transaction
from fedi.store.jobs import Job, Lane, NewJob

_DAY_MS = 24 * 60 * 60 * 1000
GOOD_FOR_MS = 14 * _DAY_MS
"""A page is read again for a post that comes later than this; nobody's looking makes us ask."""

EMPTY_FOR_MS = _DAY_MS
"""The same for a page that could not be had, or that says nothing of itself."""

WAITING_OF_HOST = 20
WAITING_OF_ALL = 500
IN_A_DAY = 5_000
"""Beyond these a link stays a link: whoever writes addresses by the thousand makes nobody fetch them. No flood takes
the cards from our own: for posts of ours twice as many wait of one host, and the others hold for posts of peers only.
"""

LARGEST_PICTURE = 8 * 1024 * 1024
"""Bytes of a page's picture that are fetched; it is shown small."""

_LOOKED_AT = 5
"""So many links of one post: those to pages of ours that have no card are passed over."""

_PACE_MS = 2_000
_SPREAD_S = 60
_QUEUES = 16
_TOLD_AT_ONCE = 100
_WITH_CARDS = frozenset({PostKind.NOTE, PostKind.QUESTION})


async def tie(tx: Transaction, post: Post, new: NewPost) -> None:
    """Give a post that was published or edited the card of its first link; have it made if there is none."""
    card_id = await _card(tx, post, new) if _may_have_one(tx, post) else None
    if card_id != post.card_id:
        await cards.tie(tx, post.id, card_id)


def _may_have_one(tx: Transaction, post: Post) -> bool:
    """Materials and articles say themselves what they are about."""
    return tx.school.link_cards and post.circle in OPEN and post.kind in _WITH_CARDS


async def _card(tx: Transaction, post: Post, new: NewPost) -> int | None:
    """That of the first link that leads to a page elsewhere, or to a post of ours."""
    ours = {tx.school.host, tx.school.media_host, tx.school.account_domain}
    for url in islice(_links(tx, new, await _quoted(tx, new)), _LOOKED_AT):
        host = uris.host_of(url)
        if host not in ours:
            return await _elsewhere(tx, post, url, host)
        own = await own_cards.at(tx, url, not_of=post.id)
        if own is not None:
            return own
    return None


async def _elsewhere(tx: Transaction, post: Post, url: str, host: str) -> int | None:
    if not await may_ask(tx, host):
        return None
    await _ask(tx, post, url, host)
    return await cards.id_of(tx, url)


async def may_ask(tx: Transaction, host: str) -> bool:
    """Whether a page of this host may be read because somebody links to it: no server that is blocked is asked, and by
    a school that is tried out on one machine, as the demo is, nobody on the Internet.
    """
    is_beyond = tx.school.development and not uris.is_development_host(host)
    return not is_beyond and await peers.standing(tx, host) is not Standing.BLOCKED


async def _quoted(tx: Transaction, new: NewPost) -> set[str]:
    """The addresses of what a post quotes."""
    quoted = new.quoted
    if new.quote is not None:
        quoted = await posts.by_uri(tx, new.quote.uri)
    named = {new.quote.uri} if new.quote else set()
    return named | ({quoted.url, quoted.uri} if quoted else set())


def _links(tx: Transaction, new: NewPost, quoted: set[str]) -> Iterator[str]:
    """What a post links to; not the people it names and not what it quotes."""
    others = quoted | {address for each in new.mentions for address in (each.url, each.uri)}
    for link in text.links_of_post(new.content):
        if link not in others and uris.is_fetchable(link, development=tx.school.development):
            yield uris.wire_form(link)


async def _ask(tx: Transaction, post: Post, url: str, host: str) -> None:
    """Have a page read in a job, unless it was lately or too many wait. Those of one host wait for each other."""
    waiting = await cards.waiting(tx, host, tx.now - _DAY_MS)
    most = 2 * WAITING_OF_HOST if post.local else WAITING_OF_HOST
    if waiting.of_host >= most or (not post.local and await _is_too_much(tx, waiting)):
        return
    before = {"shown_before": tx.now - GOOD_FOR_MS, "empty_before": tx.now - EMPTY_FOR_MS}
    if await cards.ask(tx, url, host, **before):
        # A post of a peer reaches a thousand servers at once: not all of them knock in the same second.
        spread_ms = 0 if post.local else post.id % _SPREAD_S * 1000
        queue = f"card:{'ours' if post.local else 'theirs'}:{crc32(host.encode()) % _QUEUES}"
        run_at = tx.now + spread_ms + waiting.of_host * _PACE_MS
        args = {"card": await cards.id_of(tx, url)}
        await jobs.enqueue(tx, NewJob("read-card", args, Lane.INBOX, ordering_key=queue, run_at=run_at))


async def _is_too_much(tx: Transaction, waiting: Waiting) -> bool:
    return waiting.of_all >= WAITING_OF_ALL or await cards.are_many(tx, tx.now - _DAY_MS, IN_A_DAY)


async def wanted(tx: Transaction, card_id: int) -> str | None:
    """The address that is to be read; None if no post that everybody may read links to it any more."""
    return await cards.wanted(tx, card_id) if tx.school.link_cards else None


async def conclude(tx: Transaction, job: Job, facts: PageFacts | None, named: Actor | None, host: str) -> None:
    """A page of this host has been read, or could not be: those who read the posts that link to it are told. `named` is
    whom it says that it is by; she is its author if she says that she writes there. The page's word alone names nobody:
    it could be anybody's.
    """
    card_id: int = job.args["card"]
    if facts is None:
        await cards.nothing(tx, card_id)
    elif await _put(tx, card_id, facts, named, host):
        await _tell(tx, card_id)
    await jobs.finish(tx, job)


async def _put(tx: Transaction, card_id: int, facts: PageFacts, named: Actor | None, host: str) -> bool:
    picture_id = await _picture(tx, card_id, facts)
    agrees = named is not None and named.writes_at(host)
    return await cards.put(
        tx,
        card_id,
        facts,
        picture_id=picture_id,
        author_id=named.id if named and agrees else None,
        unconfirmed_id=named.id if named and named.local and not agrees else None,
    )


async def confirm(tx: Transaction, person: Actor) -> None:
    """One of ours has said where she writes: cards of pages there that have named her are by her from now on."""
    for card_id, host in await cards.unconfirmed(tx, person.id, _TOLD_AT_ONCE):
        if person.writes_at(host.partition(":")[0]):
            await cards.confirm(tx, card_id, person.id)
            await _tell(tx, card_id)


async def _tell(tx: Transaction, card_id: int) -> None:
    """To those who read the posts that link there."""
    for post_id in await cards.newest_posts(tx, card_id, _TOLD_AT_ONCE):
        tx.announce("edits", post_id)


async def _picture(tx: Transaction, card_id: int, facts: PageFacts) -> int | None:
    """A file without bytes, until somebody looks at it; the same as before, if the page names the same."""
    if facts.picture_url is None:
        return None
    known = await cards.picture_at(tx, card_id, facts.picture_url)
    if known is not None:
        return known
    width, height = facts.picture_size or (None, None)
    remote = RemoteFile(facts.picture_url, FileKind.IMAGE, "", "", "", width=width, height=height)
    return await remote_files.add(tx, (await actors.school_actor(tx)).id, remote)


async def picture(tx: Transaction, file_id: int) -> File | None:
    """The picture of a card that is shown; None for every other file."""
    return await cards.picture(tx, file_id) if tx.school.link_cards else None

"""People: the caller herself, and whoever she looks at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fedi.actions import profiles, timelines
from fedi.api import pagination, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import accounts
from fedi.api.showing import Entry
from fedi.errors import NotFound
from fedi.models.actors import Actor
from fedi.models.paging import Page, Sieve
from fedi.store import actors, follows, pins, shown
from fedi.store import people as listed
from fedi.store.database import Transaction
from fedi.text import fold_tag

_MOST_AT_ONCE = 40


async def verify_credentials(call: Call) -> Answer:
    """GET /api/v1/accounts/verify_credentials."""
    return answer(await own(call))


async def own(call: Call) -> accounts.Json:
    """The caller as she sees herself."""
    last, requests, goal = await call.read(_about, call.me)
    school = call.instance.school
    return accounts.credentials(school, call.account, call.me, last, requests) | accounts.moved(school, goal)


async def _about(tx: Transaction, me: Actor) -> tuple[int | None, int, Actor | None]:
    last = (await shown.last_posts(tx, [me.id])).get(me.id)
    goal = await actors.by_uri(tx, me.moved_to) if me.moved_to else None
    return last, len(await follows.requests(tx, me.id, Page(limit=100))), goal


async def by_id(call: Call) -> Answer:
    """GET /api/v1/accounts/:id."""
    return answer(await showing.person(call, known, call.id()))


async def known(tx: Transaction, actor_id: int) -> int:
    """The id of somebody who is there, if only suspended; NotFound."""
    actor = await actors.by_id(tx, actor_id)
    if actor is None or actor.deleted_at is not None:
        raise NotFound("There is nobody of this id")
    return actor.id


async def several(call: Call) -> Answer:
    """GET /api/v1/accounts?id[]=...; whoever does not exist is left out."""
    return answer(await showing.people(call, _several, call.params.several("id", _MOST_AT_ONCE)))


async def _several(tx: Transaction, ids: list[int]) -> list[int]:
    found = await actors.by_ids(tx, ids)
    return [each for each in dict.fromkeys(ids) if each in found and found[each].deleted_at is None]


async def lookup(call: Call) -> Answer:
    """GET /api/v1/accounts/lookup?acct=name@domain: somebody known here; nobody elsewhere is asked."""
    return answer(await showing.person(call, _by_handle, call.params.required("acct")))


async def _by_handle(tx: Transaction, acct: str) -> int:
    username, _, domain = acct.strip().removeprefix("@").partition("@")
    here = domain in ("", tx.school.host, tx.school.account_domain)
    actor = await actors.by_handle(tx, username, tx.school.account_domain if here else domain)
    if actor is None or actor.deleted_at is not None:
        raise NotFound("There is nobody of this name")
    return actor.id


async def posts(call: Call) -> Answer:
    """GET /api/v1/accounts/:id/statuses: what of hers the caller may see, or with `pinned` what she shows first."""
    params, page = call.params, pagination.asked(call)
    if params.flag("pinned"):
        return answer(await showing.posts(call, _pinned, call.viewer, call.id()))
    tagged = params.text("tagged")
    sieve = Sieve(
        only_media=bool(params.flag("only_media")),
        no_replies=bool(params.flag("exclude_replies")),
        no_boosts=bool(params.flag("exclude_reblogs")),
        all_tags=(fold_tag(tagged.removeprefix("#")),) if tagged else (),
    )
    return await showing.timeline(call, page, _posts, call.viewer, call.id(), page, sieve, always_next=False)


async def _posts(tx: Transaction, viewer: Actor | None, actor_id: int, page: Page, sieve: Sieve) -> list[int]:
    return await timelines.profile_ids(tx, viewer, await known(tx, actor_id), page, sieve)


async def _pinned(tx: Transaction, viewer: Actor | None, actor_id: int) -> list[int]:
    return [post.id for post in await pins.shown(tx, viewer, await known(tx, actor_id))]


async def followers(call: Call) -> Answer:
    """GET /api/v1/accounts/:id/followers."""
    return await related(call, _followers, call.id())


async def _followers(tx: Transaction, viewer: Actor | None, actor_id: int, page: Page) -> list[listed.Listed]:
    return await listed.followers(tx, viewer, actor_id, page) if await _shows_follows(tx, viewer, actor_id) else []


async def following(call: Call) -> Answer:
    """GET /api/v1/accounts/:id/following."""
    return await related(call, _following, call.id())


async def _following(tx: Transaction, viewer: Actor | None, actor_id: int, page: Page) -> list[listed.Listed]:
    return await listed.following(tx, viewer, actor_id, page) if await _shows_follows(tx, viewer, actor_id) else []


async def _shows_follows(tx: Transaction, viewer: Actor | None, actor_id: int) -> bool:
    person = await actors.by_id(tx, actor_id)
    return person is not None and profiles.shows_follows(person, viewer)


People = Callable[[Transaction, Actor | None, int, Page], Awaitable[list[listed.Listed]]]


async def related(call: Call, found: People, actor_id: int) -> Answer:
    """A page of people who stand to somebody as `found` says."""
    page = pagination.asked(call, pagination.ACCOUNTS)
    return await showing.people_page(call, page, _listed, found, call.viewer, actor_id, page)


async def _listed(tx: Transaction, found: People, viewer: Actor | None, actor_id: int, page: Page) -> list[Entry]:
    return [Entry(each.id, each.actor_id) for each in await found(tx, viewer, await known(tx, actor_id), page)]

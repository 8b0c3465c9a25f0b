"""Search: people, posts and hashtags at once, and whoever or whatever stands behind an address or a handle."""

from __future__ import annotations

from dataclasses import dataclass, replace

from msgspec import Raw

from fedi.actions import addresses
from fedi.actions.addresses import Found
from fedi.activitypub import discovery
from fedi.api import featured_collections, operators, pagination, painting, showing, tags
from fedi.api.call import Answer, Call, answer
from fedi.api.entities.featured_collections import collection
from fedi.api.featured_collections import Collected
from fedi.api.painting import Faces, Shown
from fedi.api.tags import Used
from fedi.errors import FediError, Unauthenticated
from fedi.instances.rates import Budget
from fedi.models.actors import Actor
from fedi.models.featured_collections import FeaturedCollection
from fedi.models.paging import Page
from fedi.models.posts import Post
from fedi.outbound import resolver
from fedi.store import actors, blocks, names, search, tag_uses, visibility
from fedi.store.database import Transaction
from fedi.text import fold_tag

LOOKUPS = Budget("lookups", 300, 5 * 60_000)
"""A client asks with each letter that is typed; each may make us ask another server."""

_BOUNDS = (20, 40)
_FURTHEST = 1_000
_LONGEST = 2_048
_KINDS = ("accounts", "statuses", "hashtags", "collections")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search; `found` is what stands behind the address that was typed, if it was one."""

    text: str
    kinds: tuple[str, ...]
    limit: int
    offset: int
    following: bool
    author_id: int | None
    older: int | None
    newer: int | None
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class _Results:
    people: list[int]
    faces: Faces
    shown: Shown
    hashtags: list[str]
    used: Used
    collections: list[Collected]


async def everything(call: Call) -> Answer:
    """GET /api/v2/search: all four lists, those that are not asked for empty."""
    asked = await _resolved(call, _asked(call))
    found = await call.read(_search, call, asked)
    painted, faces = showing.paint(call, found.shown), showing.paint_people(call, found.faces)
    return answer(
        {
            "accounts": [Raw(faces[each]) for each in found.people if each in faces],
            "statuses": [Raw(painted[each]) for each in found.shown.ids if each in painted],
            "hashtags": [tags.entity(call, found.used, each) for each in found.hashtags],
            "collections": [collection(call.instance.school, *each) for each in found.collections],
        }
    )


def _asked(call: Call) -> _Asked:
    params, kind = call.params, call.params.text("type")
    text = params.required("q").strip()[:_LONGEST]
    if call.viewer is None and params.flag("resolve"):
        raise Unauthenticated("Search queries that resolve remote resources are not supported without authentication")
    if call.viewer is None and params.text("offset"):
        raise Unauthenticated("Search queries pagination is not supported without authentication")
    return _Asked(
        text,
        (kind,) if kind in _KINDS else _KINDS,
        pagination.limit(call, *_BOUNDS),
        min(pagination.offset(call), _FURTHEST) if kind in _KINDS else 0,
        bool(params.flag("following")),
        params.id("account_id"),
        params.id("max_id"),
        params.id("min_id"),
    )


async def _resolved(call: Call, asked: _Asked) -> _Asked:
    """With what stands behind an address: a stranger's client, and one that does not say `resolve`, makes us ask nobody
    else.
    """
    if asked.offset or not (call.params.flag("resolve") or discovery.is_address(asked.text)):
        return asked
    found = await call.read(addresses.ours, call.viewer, asked.text)
    if found is None and call.params.flag("resolve"):
        found = await _elsewhere(call, asked.text)
    return replace(asked, found=found)


async def _elsewhere(call: Call, text: str) -> Found | None:
    try:
        return await resolver.lookup(call.instance, call.request.state.client, text)
    except FediError:
        # A server that does not answer, or that this school has nothing to do with, has nothing to be found.
        return None


async def _search(tx: Transaction, call: Call, asked: _Asked) -> _Results:
    viewer, memory = call.viewer, call.instance.rendered
    people = await _people(tx, viewer, asked) if "accounts" in asked.kinds else []
    posts = await _posts(tx, viewer, asked) if "statuses" in asked.kinds else []
    hashtags = await _hashtags(tx, viewer, asked) if "hashtags" in asked.kinds else []
    return _Results(
        people,
        await painting.read_people(tx, memory, people),
        await painting.read_posts(tx, viewer, memory, posts),
        hashtags,
        await tags.used(tx, viewer, hashtags),
        await _collections(tx, viewer, asked) if "collections" in asked.kinds else [],
    )


async def _collections(tx: Transaction, viewer: Actor | None, asked: _Asked) -> list[Collected]:
    """Found by their address alone, as with Mastodon; whom the owner has blocked finds none."""
    if not isinstance(asked.found, FeaturedCollection) or (
        viewer and await blocks.of(tx, asked.found.actor_id, viewer.id)
    ):
        return []
    return list((await featured_collections.read(tx, viewer, [asked.found.id])).values())


async def _people(tx: Transaction, viewer: Actor | None, asked: _Asked) -> list[int]:
    first = [asked.found.id] if isinstance(asked.found, Actor) and asked.found.deleted_at is None else []
    query = None if discovery.is_address(asked.text) else names.typed(_own(tx, asked.text), following=asked.following)
    found = await names.find(tx, viewer, query, asked.limit, asked.offset) if query else []
    return list(dict.fromkeys([*first, *found]))[: asked.limit]


def _own(tx: Transaction, text: str) -> str:
    """A handle of this school as its people are stored, under the domain of its accounts."""
    name, at, domain = text.rpartition("@")
    return f"{name}@{tx.school.account_domain}" if at and name and domain.lower() == tx.school.host else text


async def _posts(tx: Transaction, viewer: Actor | None, asked: _Asked) -> list[int]:
    if isinstance(asked.found, Post):
        return sorted(await visibility.visible_ids(tx, viewer, [asked.found.id]))
    if discovery.is_address(asked.text):
        return []
    typed = operators.parse(asked.text)
    author_id = asked.author_id if typed.author is None else await _author(tx, viewer, typed.author)
    query = replace(
        typed.query,
        author_id=author_id,
        older=_least(typed.query.older, asked.older),
        newer=max(typed.query.newer or 0, asked.newer or 0) or None,
    )
    found = await search.find(tx, viewer, query, Page(limit=asked.offset + asked.limit))
    return found[asked.offset :]


def _least(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)


async def _author(tx: Transaction, viewer: Actor | None, handle: str) -> int:
    """Whose posts are asked for; nobody's id is 0."""
    if handle == "me":
        return viewer.id if viewer else 0
    username, _, domain = _own(tx, handle).partition("@")
    found = await actors.by_handle(tx, username, domain or tx.school.account_domain)
    return found.id if found else 0


async def _hashtags(tx: Transaction, viewer: Actor | None, asked: _Asked) -> list[str]:
    folded = fold_tag(asked.text.removeprefix("#"))
    if not folded or "@" in folded or discovery.is_address(folded) or len(folded.split()) != 1:
        return []
    return await tag_uses.beginning(tx, viewer, folded, asked.limit, asked.offset)


async def accounts(call: Call) -> Answer:
    """GET /api/v1/accounts/search: who is meant by what is typed after an @."""
    text = (call.params.text("q") or "").strip()[:_LONGEST]
    asked = _Asked(
        text,
        ("accounts",),
        pagination.limit(call, *pagination.ACCOUNTS),
        min(pagination.offset(call), _FURTHEST),
        bool(call.params.flag("following")),
        None,
        None,
        None,
    )
    handle = isinstance(discovery.parse_resource(text), discovery.Account)
    if call.params.flag("resolve") and handle and not asked.offset:
        asked = replace(asked, found=await _elsewhere(call, text))
    return answer(await showing.people(call, _people, call.viewer, asked))

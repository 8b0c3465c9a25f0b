"""A person's page, and following them: from here, and from another server."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import follows, timelines
from fedi.errors import Gone, NotFound
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor, ActorKind
from fedi.models.follows import Relationship
from fedi.models.paging import Page
from fedi.models.posts import PostView
from fedi.store import actors
from fedi.store import follows as stored_follows
from fedi.store.database import Transaction
from fedi.web import lists
from fedi.web.forms import submitted
from fedi.web.visit import anyone, read, see_other, teachers, write

TABS = ("posts", "replies", "materials")


@dataclass(frozen=True, slots=True)
class _Profile:
    actor: Actor
    posts: list[PostView]
    relationship: Relationship | None


@anyone
async def page(request: Request) -> Response:
    """`/@name`, `/@name@host`, and `/users/<id>`, which leads to the name."""
    if "id" in request.path_params:
        person = await read(request, _by_id, request.path_params["id"])
        return see_other(render.profile_path(person))
    tab = request.query_params.get("show", "posts")
    tab = tab if tab in TABS else "posts"
    profile = await read(
        request, _profile, request.path_params["name"], render.reader(request).actor, tab, lists.asked(request)
    )
    return _page(request, profile, tab)


def _page(request: Request, profile: _Profile, tab: str) -> Response:
    person, next_page = profile.actor, lists.older(request, lists.post_ids(profile.posts))
    return render.page(
        request,
        "pages/profile.html",
        person=person,
        posts=profile.posts,
        relationship=profile.relationship,
        tab=tab,
        next=next_page,
        indexable=person.local and person.indexable and next_page is None,
        is_school=person.kind is ActorKind.APPLICATION,
    )


async def _by_id(tx: Transaction, actor_id: int) -> Actor:
    return _shown(await actors.by_id(tx, actor_id))


async def by_handle(tx: Transaction, handle: str) -> Actor:
    """The person under `name` (ours) or `name@domain`; NotFound, or Gone for one of ours who left."""
    name, _, domain = handle.partition("@")
    return _shown(await actors.by_handle(tx, name, domain or tx.school.account_domain))


def _shown(person: Actor | None) -> Actor:
    if person is None or (person.gone and not person.local):
        raise NotFound("no such person")
    if person.gone:
        raise Gone("this account was closed")
    return person


async def _profile(tx: Transaction, handle: str, viewer: Actor | None, tab: str, page: Page) -> _Profile:
    person = await by_handle(tx, handle)
    posts = await timelines.profile(
        tx, viewer, person, page, with_replies=tab == "replies", only_materials=tab == "materials"
    )
    relationship = None if viewer is None else await stored_follows.relationship(tx, viewer.id, person.id)
    return _Profile(person, posts, relationship)


@teachers
async def follow(request: Request, me: SignedIn) -> Response:
    """The follow button."""
    await submitted(request)
    return see_other(render.profile_path(await write(request, _follow, me.actor, request.path_params["name"])))


async def _follow(tx: Transaction, me: Actor, handle: str) -> Actor:
    person = await by_handle(tx, handle)
    await follows.follow(tx, me, person)
    return person


@teachers
async def unfollow(request: Request, me: SignedIn) -> Response:
    """The same button, pressed again."""
    await submitted(request)
    return see_other(render.profile_path(await write(request, _unfollow, me.actor, request.path_params["name"])))


async def _unfollow(tx: Transaction, me: Actor, handle: str) -> Actor:
    person = await by_handle(tx, handle)
    await follows.unfollow(tx, me, person)
    return person

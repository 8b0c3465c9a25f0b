"""A person's page: who they are, and what they have published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import featured_collections, pins, profiles, readings, sifting, timelines
from fedi.actions.readings import Wish
from fedi.actions.sifting import Sifted
from fedi.models.actors import Actor, ActorKind
from fedi.models.featured_collections import FeaturedCollection
from fedi.models.filters import FilterContext
from fedi.models.follows import Relationship
from fedi.models.paging import Page
from fedi.models.posts import PostView
from fedi.models.readings import Reading, ReadingKind
from fedi.store import actors, relationships
from fedi.store.database import Transaction
from fedi.web import lists
from fedi.web.visit import anyone, read, see_other, write

TABS = ("posts", "replies", "materials")


@dataclass(frozen=True, slots=True)
class _Profile:
    actor: Actor
    posts: Sifted
    pinned: list[PostView]
    moved_to: Actor | None
    relationship: Relationship | None
    collections: list[FeaturedCollection]
    wishes: list[Wish]
    reading: Reading | None

    @property
    def growing(self) -> bool:
        """Whether more of somebody elsewhere may come soon."""
        return bool(self.wishes) or self.reading is not None


@anyone
async def page(request: Request) -> Response:
    """`/@name`, `/@name@host`; `/users/<id>` and Mastodon's `/users/<name>` lead there."""
    if request.url.path.startswith("/users/"):
        person = await read(request, _named, request.path_params)
        return see_other(render.profile_path(person))
    tab = request.query_params.get("show", "posts")
    tab = tab if tab in TABS else "posts"
    profile = await read(
        request, _profile, request.path_params["name"], render.reader(request).actor, tab, lists.asked(request)
    )
    if profile.wishes:
        await write(request, readings.ask, profile.wishes)
    if profile.actor.kind is ActorKind.GROUP:
        return see_other(f"/communities/{request.path_params['name']}")
    return _page(request, profile, tab)


async def _named(tx: Transaction, path: Mapping[str, Any]) -> Actor:
    return await (profiles.by_id(tx, path["id"]) if "id" in path else profiles.by_handle(tx, path["name"]))


def _page(request: Request, profile: _Profile, tab: str) -> Response:
    person, next_page = profile.actor, lists.older(request, profile.posts.ids)
    return render.page(
        request,
        "pages/profile.html",
        person=person,
        posts=profile.posts.views,
        pinned=profile.pinned,
        moved_to=profile.moved_to,
        relationship=profile.relationship,
        collections=profile.collections,
        growing=profile.growing,
        tab=tab,
        next=next_page,
        indexable=person.local and person.indexable and next_page is None,
        is_school=person.kind is ActorKind.APPLICATION,
    )


async def _profile(tx: Transaction, handle: str, viewer: Actor | None, tab: str, page: Page) -> _Profile:
    person = await profiles.by_handle(tx, handle)
    posts = await timelines.profile(
        tx, viewer, person, page, with_replies=tab == "replies", only_materials=tab == "materials"
    )
    relationship = None if viewer is None else await relationships.between(tx, viewer.id, person.id)
    wishes = await readings.of_profile(tx, person) if viewer is not None else []
    running = None if person.local else await readings.running(tx, ReadingKind.PROFILE, person.id)
    pinned = await pins.pinned(tx, viewer, person) if tab == "posts" and page.before is None else []
    moved_to = await actors.by_uri(tx, person.moved_to) if person.moved_to else None
    sieve = await sifting.sieve(tx, viewer, FilterContext.ACCOUNT)
    shown = await featured_collections.of_person(tx, viewer, person.id)
    return _Profile(person, sieve.page(posts), sieve.posts(pinned), moved_to, relationship, shown, wishes, running)

"""Communities: the list, one with its posts and rules, and what its moderators do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import communities, reading, readings, sifting, timelines
from fedi.actions.communities import CommunityPage, NewCommunity
from fedi.actions.readings import Wish
from fedi.actions.sifting import Sifted
from fedi.activitypub import key_pairs
from fedi.errors import Conflict, Forbidden, Invalid, NotFound
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor, ProfileChange
from fedi.models.communities import Ban, Posting
from fedi.models.filters import FilterContext
from fedi.models.follows import Relationship
from fedi.models.paging import Page
from fedi.models.readings import Reading, ReadingKind
from fedi.store import communities as stored
from fedi.store import relationships
from fedi.store.database import Transaction
from fedi.text import typed
from fedi.web import lists
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import anyone, moderators, read, see_other, teachers, words, write


@anyone
async def page(request: Request) -> Response:
    """`/communities`: ours, and those of other servers that somebody here has joined."""
    found = await read(request, communities.listed, lists.asked(request))
    next_page = lists.older(request, [each.actor.id for each in found])
    return render.page(request, "pages/communities.html", communities=found, next=next_page, postings=_names(request))


@moderators
async def new(request: Request, me: SignedIn) -> Response:
    """`/communities/new`: open one."""
    if request.method == "GET":
        return _form(request, filled(posting=Posting.MEMBERS.value))
    form = await submitted(request)
    try:
        _check(form)
        keys = await asyncio.to_thread(key_pairs.generate)
        made = await write(request, communities.create, me.account, me.actor, _new(form, keys))
    except Invalid as error:
        return _form(request, translated(request, form, error))
    except Conflict:
        _ = words(request)
        form.fail("username", _("This name is taken already."))
        return _form(request, form)
    return see_other(_path(made.actor))


def _new(form: Form, keys: key_pairs.KeyPair) -> NewCommunity:
    return NewCommunity(
        username=form.value("username").strip(),
        name=form.value("name"),
        summary=form.value("summary"),
        rules=form.value("rules"),
        posting=Posting(form.value("posting")),
        keys=keys,
    )


def _check(form: Form) -> None:
    if form.value("posting") not in list(Posting):
        raise Invalid("Choose who may write", "posting")


def _path(community: Actor) -> str:
    return f"/communities/{community.username if community.local else community.handle}"


def _form(request: Request, form: Form, community: Actor | None = None, bans: list[Ban] | None = None) -> Response:
    return render.page(
        request,
        "pages/community_form.html",
        status=422 if form.errors else 200,
        form=form,
        community=community,
        bans=bans or [],
        postings=list(_names(request).items()),
        home=_path(community) if community else "/communities",
    )


def _names(request: Request) -> dict[str, str]:
    """Who may write, in words."""
    _: Callable[[str], str] = words(request)
    return {
        Posting.MEMBERS.value: _("Whoever has joined"),
        Posting.SCHOOL.value: _("Teachers of this school"),
        Posting.ANYBODY.value: _("Everyone"),
        Posting.MODERATORS.value: _("Only its moderators"),
    }


@dataclass(frozen=True, slots=True)
class _Shown:
    """A community, its posts, and how the reader stands to it."""

    found: CommunityPage
    posts: Sifted
    relationship: Relationship | None
    wishes: list[Wish]
    reading: Reading | None
    featured: frozenset[int] = frozenset()
    locked: frozenset[int] = frozenset()


@anyone
async def community(request: Request) -> Response:
    """`/communities/<name>`, with `@host` for one of another server."""
    viewer = render.reader(request).actor
    shown = await read(request, _shown, request.path_params["name"], viewer, lists.asked(request))
    if shown.wishes:
        await write(request, readings.ask, shown.wishes)
    return render.page(
        request,
        "pages/community.html",
        found=shown.found,
        community=shown.found.actor,
        posts=shown.posts.views,
        relationship=shown.relationship,
        featured=shown.featured,
        locked=shown.locked,
        growing=bool(shown.wishes) or shown.reading is not None,
        home=_path(shown.found.actor),
        postings=_names(request),
        next=lists.older(request, shown.posts.ids),
    )


async def _shown(tx: Transaction, name: str, viewer: Actor | None, page: Page) -> _Shown:
    found = await communities.page(tx, viewer, name)
    public = FilterContext.PUBLIC
    posts = await sifting.sifted(tx, viewer, public, timelines.profile, viewer, found.actor, page)
    relationship = await relationships.between(tx, viewer.id, found.actor.id) if viewer else None
    wishes = await readings.of_profile(tx, found.actor) if viewer else []
    running = await readings.running(tx, ReadingKind.PROFILE, found.actor.id)
    if not found.may_moderate:
        return _Shown(found, posts, relationship, wishes, running)
    about = [view.boost_of.post.id for view in posts.views if view.boost_of]
    locked = await stored.locked_among(tx, found.actor.id, about)
    featured = await stored.featured(tx, found.actor.id)
    return _Shown(found, posts, relationship, wishes, running, frozenset(featured), frozenset(locked))


@teachers
async def edit(request: Request, me: SignedIn) -> Response:
    """`/communities/<name>/edit`: what it says of itself, who may write, who moderates, and who is shut out."""
    found = await read(request, communities.page, me.actor, request.path_params["name"])
    if not found.may_moderate:
        raise Forbidden("This is for the moderators of the community")
    bans = await read(request, communities.bans, me.actor, found.actor.id)
    if request.method == "GET":
        return _form(request, _filled(found, me), found.actor, bans)
    form = await submitted(request)
    try:
        _check(form)
        await write(request, _change, me.actor, found.actor.id, form)
    except Invalid as error:
        return _form(request, translated(request, form, error), found.actor, bans)
    return see_other(_path(found.actor))


def _filled(found: CommunityPage, me: SignedIn) -> Form:
    others = [each.handle for each in found.moderators if each.id != me.actor.id]
    return filled(
        name=found.actor.name,
        summary=typed(found.actor.summary),
        rules=typed(found.community.rules),
        posting=found.community.posting.value,
        moderators=" ".join(others),
    )


async def _change(tx: Transaction, me: Actor, community_id: int, form: Form) -> None:
    profile = ProfileChange(name=form.value("name").strip(), summary=form.value("summary").strip())
    await communities.change(tx, me, community_id, profile, form.value("rules"), Posting(form.value("posting")))
    await communities.set_moderators(tx, me, community_id, form.value("moderators").split())


@teachers
async def moderate(request: Request, me: SignedIn) -> Response:
    """POST `/communities/<name>/moderate`: `do` with a `post` or a `person`."""
    form = await submitted(request)
    await write(request, _moderate, me.actor, request.path_params["name"], form)
    back = "/edit" if form.value("do") == "readmit" else ""
    return see_other(f"/communities/{request.path_params['name']}{back}")


async def _moderate(tx: Transaction, me: Actor, name: str, form: Form) -> None:
    found = await communities.page(tx, me, name)
    if not found.may_moderate:
        raise Forbidden("This is for the moderators of the community")
    if form.value("do") == "readmit":
        await communities.lift_ban(tx, me, found.actor, form.value("person"))
        return
    await _decide(tx, me, found, form)


async def _decide(tx: Transaction, me: Actor, found: CommunityPage, form: Form) -> None:
    view = await reading.post(tx, me, form.number("post") or 0)
    if view.post.community_id != found.actor.id:
        raise NotFound("There is no such post in the community")
    match form.value("do"):
        case "remove":
            await communities.remove(tx, me, view.post)
        case "lock" | "unlock":
            await communities.lock(tx, me, view.post, form.value("do") == "lock")
        case "feature" | "unfeature":
            await communities.feature(tx, me, view.post, form.value("do") == "feature")
        case "ban":
            await communities.ban(tx, me, found.actor, view.author.uri, removing=True)
        case other:
            raise Invalid(f"There is no action {other!r}", "do")

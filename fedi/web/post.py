"""A post or a material with its conversation, its history, and what can be clicked under it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import bookmarks, own_posts, pins, polls, quotes, reactions, reading, readings, sifting
from fedi.actions.reading import Thread
from fedi.actions.readings import Wish
from fedi.errors import Invalid, NotFound
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.filters import FilterContext
from fedi.models.posts import Circle, Post, PostView, Revision
from fedi.models.readings import ReadingKind
from fedi.paths import number_in
from fedi.store.database import Transaction
from fedi.web import drafting, learning_resource
from fedi.web.forms import Form, submitted
from fedi.web.visit import anyone, local_path, read, see_other, teachers, write

INDEXABLE = frozenset({Circle.PUBLIC})


@anyone
async def page(request: Request) -> Response:
    """`/@name/<id>` for ours, `/posts/<id>` for those of other servers; each leads to the right one."""
    opened = await read(request, _opened, render.reader(request).actor, request.path_params["id"])
    right = render.post_path(opened.thread.post.post, opened.thread.post.author)
    if request.url.path != right:
        return see_other(right)
    if opened.wishes:
        await write(request, readings.ask, opened.wishes)
    return _page(request, opened)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A thread, what of it is to be read from other servers for this reader, and whether more may come soon."""

    thread: Thread
    wishes: list[Wish]
    growing: bool


async def _opened(tx: Transaction, viewer: Actor | None, post_id: int) -> _Opened:
    thread = await reading.thread(tx, viewer, post_id)
    wishes = await readings.of_thread(tx, thread) if viewer is not None else []
    running = await readings.running(tx, ReadingKind.THREAD, thread.post.post.thread_id)
    asked = any(wish.kind is ReadingKind.THREAD for wish in wishes)
    sieve = await sifting.sieve(tx, viewer, FilterContext.THREAD)
    return _Opened(sieve.thread(thread), wishes, growing=asked or running is not None)


def _page(request: Request, opened: _Opened) -> Response:
    thread, view = opened.thread, opened.thread.post
    template = "pages/material.html" if view.material else "pages/post.html"
    return render.page(
        request,
        template,
        thread=thread,
        view=view,
        growing=opened.growing,
        key=drafting.new_key(),
        indexable=view.post.local and view.post.circle in INDEXABLE and view.author.indexable,
        json_ld=learning_resource.script(view, request.state.instance.school) if view.material else "",
    )


@anyone
async def history(request: Request) -> Response:
    """What the post said before it was edited."""
    viewer = render.reader(request).actor
    found = await read(request, _history, viewer, request.path_params["id"])
    before: list[Revision | None] = [None, *found.revisions[:-1]]
    versions = [(each, _changed(each, old) if old else None) for each, old in zip(found.revisions, before, strict=True)]
    return render.page(request, "pages/history.html", view=found.view, versions=versions)


def _changed(new: Revision, old: Revision) -> list[str]:
    """The parts in which a version differs from the one before; none: only in what versions do not keep."""
    return [part for part in _PARTS if getattr(new, part) != getattr(old, part)]


_PARTS = ("title", "summary", "content", "choices", "files", "sensitive")


@dataclass(frozen=True, slots=True)
class _History:
    view: PostView
    revisions: list[Revision]


async def _history(tx: Transaction, viewer: Actor | None, post_id: int) -> _History:
    view = await reading.post(tx, viewer, post_id)
    return _History(view, await reading.history(tx, viewer, post_id))


@teachers
async def delete(request: Request, me: SignedIn) -> Response:
    """Asks once, then takes the post back everywhere; with `do=anew` she goes on writing what it said."""
    post_id = request.path_params["id"]
    if request.method == "GET":
        return render.page(request, "pages/delete.html", view=await read(request, own_posts.view, me.actor, post_id))
    form = await submitted(request)
    anew = form.value("do") == "anew"
    try:
        return see_other(await (_taken_back if anew else _deleted)(request, me.actor, post_id))
    except NotFound:
        # Whoever presses twice is shown what the first time has done.
        return see_other("/drafts" if anew else render.profile_path(me.actor))


async def _taken_back(request: Request, me: Actor, post_id: int) -> str:
    view = await read(request, own_posts.view, me, post_id)
    draft = await write(request, own_posts.take_back, me, post_id)
    kind = "materials" if view.material else "posts"
    return f"/{kind}/{draft.id}/edit?circle={view.post.circle.value}"


async def _deleted(request: Request, me: Actor, post_id: int) -> str:
    view = await read(request, own_posts.view, me, post_id)
    await write(request, own_posts.delete, me, post_id)
    return "/drafts" if view.post.circle is Circle.DRAFT else render.profile_path(me)


@teachers
async def unquote(request: Request, me: SignedIn) -> Response:
    """Takes a post of hers out of somebody's quote."""
    form = await submitted(request)
    post_id = request.path_params["id"]
    await write(request, quotes.revoke, me.actor, post_id)
    return see_other(_back(form, post_id))


Reaction = Callable[[Transaction, Actor, Post], Awaitable[object]]


def reaction(action: Reaction) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a button under a post: it acts, and returns to where the button was."""

    @teachers
    async def endpoint(request: Request, me: SignedIn) -> Response:
        form = await submitted(request)
        post_id = request.path_params["id"]
        await write(request, _react, action, me.actor, post_id)
        return see_other(_back(form, post_id))

    return endpoint


async def _react(tx: Transaction, action: Reaction, me: Actor, post_id: int) -> None:
    await action(tx, me, (await reading.post(tx, me, post_id)).post)


def _back(form: Form, post_id: int) -> str:
    return local_path(form.value("back"), f"/posts/{post_id}") + f"#p{post_id}"


like = reaction(reactions.like)
unlike = reaction(reactions.unlike)
boost = reaction(reactions.boost)
unboost = reaction(reactions.unboost)
save = reaction(bookmarks.keep)
unsave = reaction(bookmarks.drop)
pin = reaction(pins.pin)
unpin = reaction(pins.unpin)


@teachers
async def vote(request: Request, me: SignedIn) -> Response:
    """A choice in a poll."""
    form = await submitted(request)
    post_id = request.path_params["id"]
    positions = [chosen for value in form.values_of("choice") if (chosen := number_in(value)) is not None]
    if not positions:
        raise Invalid("choose an answer first", "choice")
    with suppress(Invalid):  # it is over, or she has voted: she is shown the result
        await write(request, _vote, me.actor, post_id, positions)
    return see_other(_back(form, post_id))


async def _vote(tx: Transaction, me: Actor, post_id: int, positions: list[int]) -> None:
    await polls.vote(tx, me, (await reading.post(tx, me, post_id)).post, positions)

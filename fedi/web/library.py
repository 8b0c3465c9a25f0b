"""The library: materials and posts, searched and sifted; and the pages of tags."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import sifting, tags, timelines
from fedi.actions.sifting import Sifted
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.filters import FilterContext
from fedi.models.paging import Page
from fedi.models.posts import PostView
from fedi.render import vocabulary
from fedi.store import followed_tags, search, views
from fedi.store.database import Transaction
from fedi.store.search import Query
from fedi.text import fold_tag
from fedi.web import lists
from fedi.web.forms import Form, submitted
from fedi.web.visit import anyone, local_path, read, see_other, teachers, write

MAX_WORDS = 300
"""Characters of a search that are looked at."""


@anyone
async def page(request: Request) -> Response:
    """`/library`, with `?q=` and what sifts it."""
    reader = render.reader(request)
    form = Form({name: [value[:MAX_WORDS]] for name, value in request.query_params.items()})
    public, query, asked = FilterContext.PUBLIC, _query(form), lists.asked(request)
    found = await read(request, sifting.sifted, reader.actor, public, _find, reader.actor, query, asked)
    return render.page(
        request,
        "pages/library.html",
        form=form,
        posts=found.views,
        next=lists.older(request, found.ids),
        **vocabulary.choices(reader.language),
    )


def _query(form: Form) -> Query:
    return Query(
        text=form.value("q").strip(),
        kind=form.value("kind") or None,
        subject=form.value("subject") or None,
        class_=form.number("class"),
        language=form.value("language") or None,
        licence=form.value("licence") or None,
        max_minutes=form.number("minutes"),
        materials_only=form.value("in") != "all",
        saved=bool(form.value("saved")),
    )


async def _find(tx: Transaction, viewer: Actor | None, query: Query, page: Page) -> list[PostView]:
    found = await search.find(tx, viewer, query, page)
    return await views.full(tx, found, viewer.id if viewer else None)


@anyone
async def tag(request: Request) -> Response:
    """`/tags/<tag>`."""
    name = request.path_params["tag"]
    found, followed = await read(request, _tag, render.reader(request).actor, fold_tag(name), lists.asked(request))
    next_page = lists.older(request, found.ids)
    return render.page(request, "pages/tag.html", tag=name, posts=found.views, followed=followed, next=next_page)


async def _tag(tx: Transaction, reader: Actor | None, folded: str, page: Page) -> tuple[Sifted, bool]:
    found = await sifting.sifted(tx, reader, FilterContext.PUBLIC, timelines.tag, reader, folded, page)
    followed = reader is not None and folded in await followed_tags.among(tx, reader.id, [folded])
    return found, followed


@teachers
async def follow_tag(request: Request, me: SignedIn) -> Response:
    """What is written with a tag stands on her home page from now on."""
    return await _press(request, me, tags.follow)


@teachers
async def unfollow_tag(request: Request, me: SignedIn) -> Response:
    """... and no longer."""
    return await _press(request, me, tags.unfollow)


async def _press(
    request: Request, me: SignedIn, change: Callable[[Transaction, Actor, str], Awaitable[None]]
) -> Response:
    form = await submitted(request)
    meant = tags.named(request.path_params["tag"])
    await write(request, change, me.actor, meant.folded)
    return see_other(local_path(form.value("back"), f"/tags/{quote(meant.name)}"))

"""The library: materials and posts, searched and sifted; and the pages of tags."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import sifting, timelines
from fedi.models.actors import Actor
from fedi.models.filters import FilterContext
from fedi.models.paging import Page
from fedi.models.posts import PostView
from fedi.render import vocabulary
from fedi.store import search, views
from fedi.store.database import Transaction
from fedi.store.search import Query
from fedi.text import fold_tag
from fedi.web import lists
from fedi.web.forms import Form
from fedi.web.visit import anyone, read

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
        sifted=any(form.value(name) for name in ("kind", "subject", "class", "language", "minutes", "licence")),
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
    )


async def _find(tx: Transaction, viewer: Actor | None, query: Query, page: Page) -> list[PostView]:
    found = await search.find(tx, viewer, query, page)
    return await views.full(tx, found, viewer.id if viewer else None)


@anyone
async def tag(request: Request) -> Response:
    """`/tags/<tag>`."""
    name = request.path_params["tag"]
    reader, asked = render.reader(request).actor, lists.asked(request)
    public = FilterContext.PUBLIC
    found = await read(request, sifting.sifted, reader, public, timelines.tag, reader, fold_tag(name), asked)
    return render.page(
        request,
        "pages/tag.html",
        tag=name,
        posts=found.views,
        next=lists.older(request, found.ids),
    )

"""The school's front page: who we are, and the newest that is meant for everyone."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import sifting, timelines
from fedi.models.actors import Actor
from fedi.models.filters import FilterContext
from fedi.models.paging import Page
from fedi.models.posts import PostView
from fedi.store.database import Transaction
from fedi.web.visit import anyone, read

POSTS_SHOWN = 10
MATERIALS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class _Front:
    posts: list[PostView]
    materials: list[PostView]


@anyone
async def page(request: Request) -> Response:
    """`/`, the same for strangers and for teachers, but for what a teacher's filters fold."""
    instance = request.state.instance
    reader = render.reader(request)
    language, front = reader.language, await read(request, _front, reader.actor)
    return render.page(
        request,
        "pages/front.html",
        posts=front.posts,
        materials=front.materials,
        left=reader.actor is None and "left" in request.query_params,
        about=instance.school.description.get(language)
        or instance.school.description.get(instance.school.language, ""),
        school_handle=instance.school_actor.handle,
    )


async def _front(tx: Transaction, reader: Actor | None) -> _Front:
    newest = Page(limit=POSTS_SHOWN + MATERIALS_SHOWN)
    posts = (await sifting.sifted(tx, reader, FilterContext.PUBLIC, timelines.school, None, newest)).views
    materials = [view for view in posts if view.material is not None][:MATERIALS_SHOWN]
    shown = {view.post.id for view in materials}
    return _Front([view for view in posts if view.post.id not in shown][:POSTS_SHOWN], materials)

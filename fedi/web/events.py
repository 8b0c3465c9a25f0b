"""What comes: open lessons and meetings announced by those whom a teacher follows, and the files for her calendar."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import events, reading, sifting
from fedi.errors import Malformed, NotFound
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.filters import FilterContext
from fedi.models.posts import PostView
from fedi.paths import number_in
from fedi.render import calendar
from fedi.store.database import Transaction
from fedi.web.lists import PAGE_LENGTH
from fedi.web.visit import anyone, read, teachers


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/events`, the nearest first; `?start=&post=` go on after the last one seen."""
    views, kept = await read(request, _coming, me.actor, _after(request))
    return render.page(request, "pages/events.html", posts=kept, next=_next(views))


async def _coming(tx: Transaction, me: Actor, after: tuple[int, int]) -> tuple[list[PostView], list[PostView]]:
    """A page of events, and what of it she wants to see."""
    found = await events.coming(tx, me, after, PAGE_LENGTH)
    return found, (await sifting.sieve(tx, me, FilterContext.HOME)).posts(found)


def _after(request: Request) -> tuple[int, int]:
    asked = [request.query_params.get(name) for name in ("start", "post")]
    if asked == [None, None]:
        return events.BEGINNING
    start, post = (number_in(each or "") for each in asked)
    if start is None or post is None:
        raise Malformed("start and post are numbers")
    return start, post


def _next(views: list[PostView]) -> str | None:
    last = views[-1] if len(views) == PAGE_LENGTH else None
    if last is None or last.event is None or last.event.starts_at is None:
        return None
    return "?" + urlencode({"start": last.event.starts_at, "post": last.post.id})


@anyone
async def file(request: Request) -> Response:
    """`/posts/<id>/event.ics`, for whoever may see the post."""
    view = await read(request, reading.post, render.reader(request).actor, request.path_params["id"])
    written = calendar.file(view, view.event) if view.event else None
    if written is None:
        raise NotFound("There is no such event")
    headers = {"Content-Disposition": 'attachment; filename="event.ics"', "Cache-Control": "private, no-cache"}
    return Response(written, headers=headers, media_type=calendar.MEDIA_TYPE)

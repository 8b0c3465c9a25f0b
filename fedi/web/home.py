"""A teacher's home: what the people she follows have published, and what her school has."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import timelines
from fedi.models.accounts import SignedIn
from fedi.models.posts import PostView
from fedi.web import lists
from fedi.web.visit import read, teachers


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/home`."""
    views = await read(request, timelines.home, me.account.id, lists.asked(request))
    return _page(request, "home", views)


@teachers
async def school(request: Request, me: SignedIn) -> Response:
    """`/home/school`: everything of this school that she may see."""
    views = await read(request, timelines.school, me.actor, lists.asked(request))
    return _page(request, "school", views)


@teachers
async def network(request: Request, me: SignedIn) -> Response:
    """`/home/network`: public posts of all schools and servers known here."""
    views = await read(request, timelines.network, me.actor, lists.asked(request))
    return _page(request, "network", views)


def _page(request: Request, tab: str, views: list[PostView]) -> Response:
    next_page = lists.older(request, lists.post_ids(views))
    return render.page(request, "pages/home.html", tab=tab, posts=views, next=next_page)

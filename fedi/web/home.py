"""A teacher's home: what the people she follows have published, and what her school has."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import sifting, timelines
from fedi.actions.sifting import ChooseViews
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.filters import FilterContext
from fedi.web import lists
from fedi.web.visit import read, teachers


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/home`."""
    return await _page(request, me, "home", FilterContext.HOME, timelines.home, me.account.id)


@teachers
async def school(request: Request, me: SignedIn) -> Response:
    """`/home/school`: everything of this school that she may see."""
    return await _page(request, me, "school", FilterContext.PUBLIC, timelines.school, me.actor)


@teachers
async def network(request: Request, me: SignedIn) -> Response:
    """`/home/network`: public posts of all schools and servers known here."""
    return await _page(request, me, "network", FilterContext.PUBLIC, timelines.network, me.actor)


async def _page(
    request: Request, me: SignedIn, tab: str, context: FilterContext, choose: ChooseViews, whose: Actor | int
) -> Response:
    found = await read(request, sifting.sifted, me.actor, context, choose, whose, lists.asked(request))
    next_page = lists.older(request, found.ids)
    return render.page(request, "pages/home.html", tab=tab, posts=found.views, next=next_page)

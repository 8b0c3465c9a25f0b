"""What happened while she was in class."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import follows, notifications, sifting
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.filters import FilterContext
from fedi.models.follows import FollowView
from fedi.models.notifications import NotificationView
from fedi.models.paging import Page
from fedi.store import follows as stored_follows
from fedi.store.database import Transaction
from fedi.web import lists
from fedi.web.forms import submitted
from fedi.web.visit import read, see_other, teachers, write


@dataclass(frozen=True, slots=True)
class _News:
    views: list[NotificationView]
    ids: list[int]
    requests: list[FollowView]


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/notifications`."""
    news = await read(request, _news, me.actor, lists.asked(request))
    return render.page(
        request,
        "pages/notifications.html",
        news=news.views,
        newest=next(iter(news.ids), None),
        requests=news.requests,
        next=lists.older(request, news.ids),
    )


async def _news(tx: Transaction, me: Actor, page: Page) -> _News:
    requests = await stored_follows.requests(tx, me.id, Page()) if page.before is None else []
    found = await notifications.latest(tx, me.id, page)
    sieve = await sifting.sieve(tx, me, FilterContext.NOTIFICATIONS)
    return _News(sieve.news(found), [view.notification.id for view in found], requests)


@teachers
async def mark_read(request: Request, me: SignedIn) -> Response:
    """Everything up to the newest one she has seen counts as read."""
    form = await submitted(request)
    await write(request, notifications.mark_read, me.account.id, form.number("up_to") or 0)
    return see_other("/notifications")


@teachers
async def accept(request: Request, me: SignedIn) -> Response:
    """Let somebody follow her."""
    return await _decided(request, me, accepted=True)


@teachers
async def reject(request: Request, me: SignedIn) -> Response:
    """Do not let somebody follow her."""
    return await _decided(request, me, accepted=False)


async def _decided(request: Request, me: SignedIn, *, accepted: bool) -> Response:
    await submitted(request)
    await write(request, _decide, me.actor, request.path_params["id"], accepted)
    return see_other("/notifications")


async def _decide(tx: Transaction, me: Actor, follow_id: int, accepted: bool) -> None:
    await follows.decide(tx, me, await stored_follows.by_id(tx, follow_id), accepted=accepted)

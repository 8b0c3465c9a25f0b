"""What a teacher has marked for herself: posts and materials she saved, and those she thanked for. Only she sees it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import PostView
from fedi.store import bookmarks, views
from fedi.store.bookmarks import Marked
from fedi.store.database import Transaction
from fedi.web import lists
from fedi.web.visit import read, teachers

Marks = Callable[[Transaction, Actor, Page], Awaitable[list[Marked]]]


@teachers
async def saved(request: Request, me: SignedIn) -> Response:
    """`/saved`: what she saved, the latest first."""
    return await _page(request, me, "saved", bookmarks.bookmarked)


@teachers
async def thanked(request: Request, me: SignedIn) -> Response:
    """`/thanked`: what she thanked for, the latest first."""
    return await _page(request, me, "thanked", bookmarks.liked)


async def _page(request: Request, me: SignedIn, tab: str, marks: Marks) -> Response:
    found = await read(request, _found, me.actor, marks, lists.asked(request))
    return render.page(request, "pages/marked.html", tab=tab, posts=found.views, next=lists.older(request, found.ids))


@dataclass(frozen=True, slots=True)
class _Found:
    """A page of marks by their ids, and the posts they stand at."""

    ids: list[int]
    views: list[PostView]


async def _found(tx: Transaction, me: Actor, marks: Marks, page: Page) -> _Found:
    # Her filters leave these alone: she has chosen every one of them herself.
    marked = await marks(tx, me, page)
    return _Found([each.id for each in marked], await views.full(tx, [each.post_id for each in marked], me.id))

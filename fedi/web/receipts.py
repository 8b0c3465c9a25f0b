"""Which servers have a post of mine, which are still to get it, and why the others have not."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import own_posts
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.posts import PostView
from fedi.models.receipts import Progress, Receipt
from fedi.store import receipts
from fedi.store.database import Transaction
from fedi.web.visit import read, teachers


@dataclass(frozen=True, slots=True)
class _Page:
    view: PostView
    receipts: list[Receipt] | None


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/posts/<id>/receipts`, for its author."""
    found = await read(request, _page, me.actor, request.path_params["id"])
    by_progress = {each: [one for one in found.receipts or () if one.progress is each] for each in Progress}
    return render.page(
        request,
        "pages/receipts.html",
        view=found.view,
        known=found.receipts is not None,
        delivered=by_progress[Progress.DELIVERED],
        waiting=by_progress[Progress.WAITING],
        failed=by_progress[Progress.FAILED],
    )


async def _page(tx: Transaction, me: Actor, post_id: int) -> _Page:
    view = await own_posts.view(tx, me, post_id)
    return _Page(view, await receipts.of_post(tx, post_id))

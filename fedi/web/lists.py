"""Pages of lists: which part of a list is asked for, and the links to its neighbours."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request

from fedi.errors import Malformed
from fedi.models.paging import NEWEST, Page
from fedi.models.posts import PostView

PAGE_LENGTH = 20


def asked(request: Request, limit: int = PAGE_LENGTH) -> Page:
    """The page that `?before=` names, else the newest."""
    return Page(limit=limit, before=_id(request, "before"))


def _id(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 19):
        raise Malformed(f"{name} is a number")
    return min(int(text), NEWEST)


def older(request: Request, ids: list[int], limit: int = PAGE_LENGTH) -> str | None:
    """The address of the next older page; None where the list ends."""
    if len(ids) < limit:
        return None
    others = [(name, value) for name, value in request.query_params.multi_items() if name != "before"]
    return "?" + urlencode([*others, ("before", str(ids[-1]))])


def post_ids(views: list[PostView]) -> list[int]:
    """Ids of the entries as they stand in the list (of the boost, not of what it shows)."""
    return [view.post.id for view in views]

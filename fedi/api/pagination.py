"""Pages of lists: which part a client asks for, and the `Link` header that names its neighbours.

The cursor is the id of the relation a list is made of (of the follow, of the like), not of what is shown: clients
follow the links and look no further.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from fedi.api.call import Answer, Call, answer
from fedi.errors import Malformed
from fedi.models.paging import NEWEST, Page

STATUSES = (20, 40)
ACCOUNTS = (40, 80)
NOTIFICATIONS = (40, 80)
DOMAINS = (100, 200)
TAGS = (100, 200)
"""How many entries a page has unless a client asks for another number, and at most."""

_CURSORS = ("max_id", "min_id", "since_id", "limit", "access_token")


def limit(call: Call, default: int, cap: int) -> int:
    """How many entries are asked for; a number that is none, or 0, counts as not given."""
    asked = call.params.number("limit")
    return min(abs(asked), cap) if asked else default


def asked(call: Call, bounds: tuple[int, int] = STATUSES) -> Page:
    """The part of a list between `max_id` and either `min_id` (the page right above) or `since_id` (the newest)."""
    return Page(
        limit=limit(call, *bounds),
        before=_cursor(call, "max_id"),
        after=_cursor(call, "min_id"),
        since=_cursor(call, "since_id"),
    )


def _cursor(call: Call, name: str) -> int | None:
    text = call.params.text(name)
    if not text:
        return None
    number = call.params.number(name)
    # Nothing is older than what is no id, and nothing is newer than an id beyond all ids.
    return NEWEST if number is None and text.isdecimal() else max(0, number or 0)


def offset(call: Call) -> int:
    """Where a list that is counted, not cut by ids, begins; Malformed if that is before it."""
    start = call.params.number("offset") or 0
    if start < 0:
        raise Malformed("Offset must be positive")
    return start


def linked(
    call: Call,
    entries: object,
    cursors: Sequence[int],
    page: Page,
    *,
    always_next: bool = False,
    back: str = "min_id",
) -> Answer:
    """A page with its links; `cursors` are the ids of its relations, newest first.

    `next` stands there while the page is full, or with `always_next` whenever there is anything; `back` is the
    parameter that leads to newer entries.
    """
    links = []
    if cursors and (always_next or len(cursors) >= page.limit):
        links.append(_link(call, page, "next", "max_id", cursors[-1]))
    if cursors:
        links.append(_link(call, page, "prev", back, cursors[0]))
    return answer(entries, headers={"Link": ", ".join(links)} if links else None)


def counted(call: Call, entries: object, found: int, limit: int, offset: int) -> Answer:
    """A page of a list that is counted, not cut by ids; `found` is how many entries stand in it."""
    links = [_counted_link(call, "next", limit, offset + limit)] if found == limit else []
    links += [_counted_link(call, "prev", limit, max(0, offset - limit))] if offset else []
    return answer(entries, headers={"Link": ", ".join(links)} if links else None)


def _counted_link(call: Call, relation: str, limit: int, offset: int) -> str:
    return _to(call, urlencode({"limit": limit, "offset": offset}), relation)


def _link(call: Call, page: Page, relation: str, name: str, cursor: int) -> str:
    others = [pair for pair in call.params.flat() if pair[0] not in _CURSORS]
    query = urlencode([*others, ("limit", str(page.limit)), (name, str(cursor))])
    return _to(call, query, relation)


def _to(call: Call, query: str, relation: str) -> str:
    # A header holds Latin letters only, and the address of a hashtag holds any.
    path = quote(call.request.scope["path"])
    return f'<{call.instance.school.base_url}{path}?{query}>; rel="{relation}"'

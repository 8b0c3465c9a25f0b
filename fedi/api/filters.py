"""Filters: what the caller does not want to read, with keywords and posts."""

from __future__ import annotations

from fedi.actions import filters
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import filters as entities
from fedi.api.params import Params
from fedi.errors import Malformed
from fedi.models.filters import FilterChange, KeywordChange
from fedi.store import filters as stored

_SECOND_MS = 1000


async def several(call: Call) -> Answer:
    """GET /api/v2/filters: all of them, also those that have expired."""
    return answer([entities.rules(each) for each in await call.read(stored.of_account, call.me.id)])


async def by_id(call: Call) -> Answer:
    """GET /api/v2/filters/:id."""
    return answer(entities.rules(await call.read(filters.own, call.me, call.id())))


async def create(call: Call) -> Answer:
    """POST /api/v2/filters."""
    return answer(entities.rules(await call.write(filters.create, call.me, _asked(call.params))))


async def change(call: Call) -> Answer:
    """PUT /api/v2/filters/:id: what is left out stays."""
    return answer(entities.rules(await call.write(filters.change, call.me, call.id(), _asked(call.params))))


async def delete(call: Call) -> Answer:
    """DELETE /api/v2/filters/:id."""
    await call.write(filters.delete, call.me, call.id())
    return answer({})


def _asked(params: Params) -> FilterChange:
    return FilterChange(
        params.text("title"),
        contexts(params),
        params.text("filter_action"),
        *expiry(params),
        tuple(_keyword(each) for each in params.objects("keywords_attributes")),
    )


def contexts(params: Params) -> tuple[str, ...] | None:
    """Where a filter is to hold; None if that is not said."""
    return tuple(params.texts("context")) or None


def expiry(params: Params) -> tuple[bool, int | None]:
    """Whether it is said when a filter ends, and in how many milliseconds; an empty value is never."""
    seconds = params.number("expires_in")
    if seconds is not None:
        return True, seconds * _SECOND_MS
    return "expires_in" in params and not params.text("expires_in"), None


def _keyword(params: Params) -> KeywordChange:
    return KeywordChange(
        params.id("id"), params.text("keyword"), params.flag("whole_word"), bool(params.flag("_destroy"))
    )


# --- keywords ---------------------------------------------------------------------------------------


async def keywords(call: Call) -> Answer:
    """GET /api/v2/filters/:filter_id/keywords."""
    found = await call.read(filters.own, call.me, call.id("filter_id"))
    return answer([entities.keyword(each) for each in found.keywords])


async def keyword(call: Call) -> Answer:
    """GET /api/v2/filters/keywords/:id."""
    return answer(entities.keyword(await call.read(filters.keyword, call.me, call.id())))


async def add_keyword(call: Call) -> Answer:
    """POST /api/v2/filters/:filter_id/keywords."""
    asked = KeywordChange(None, call.params.text("keyword"), call.params.flag("whole_word"))
    return answer(entities.keyword(await call.write(filters.add_keyword, call.me, call.id("filter_id"), asked)))


async def change_keyword(call: Call) -> Answer:
    """PUT /api/v2/filters/keywords/:id."""
    asked = KeywordChange(call.id(), call.params.text("keyword"), call.params.flag("whole_word"))
    return answer(entities.keyword(await call.write(filters.change_keyword, call.me, asked)))


async def remove_keyword(call: Call) -> Answer:
    """DELETE /api/v2/filters/keywords/:id."""
    await call.write(filters.remove_keyword, call.me, call.id())
    return answer({})


# --- posts ------------------------------------------------------------------------------------------


async def posts(call: Call) -> Answer:
    """GET /api/v2/filters/:filter_id/statuses."""
    found = await call.read(filters.own, call.me, call.id("filter_id"))
    return answer([entities.post(each) for each in found.posts])


async def post(call: Call) -> Answer:
    """GET /api/v2/filters/statuses/:id."""
    return answer(entities.post(await call.read(filters.post, call.me, call.id())))


async def add_post(call: Call) -> Answer:
    """POST /api/v2/filters/:filter_id/statuses."""
    if not call.params.text("status_id"):
        raise Malformed("param is missing or the value is empty: status_id")
    chosen = call.params.id("status_id") or 0
    return answer(entities.post(await call.write(filters.add_post, call.me, call.id("filter_id"), chosen)))


async def remove_post(call: Call) -> Answer:
    """DELETE /api/v2/filters/statuses/:id."""
    await call.write(filters.remove_post, call.me, call.id())
    return answer({})

"""Filters as they were before they had several keywords: each keyword is one (behaviour 9.22)."""

from __future__ import annotations

from fedi.actions import filters
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import filters as entities
from fedi.api.filters import contexts, expiry
from fedi.models.filters import FilterAction, FilterChange, KeywordChange
from fedi.store import filters as stored


async def several(call: Call) -> Answer:
    """GET /api/v1/filters."""
    found = await call.read(stored.of_account, call.me.id)
    return answer([entities.single(each.filter, word) for each in found for word in each.keywords])


async def by_id(call: Call) -> Answer:
    """GET /api/v1/filters/:id."""
    return answer(entities.single(*await call.read(filters.single, call.me, call.id())))


async def create(call: Call) -> Answer:
    """POST /api/v1/filters."""
    return answer(entities.single(*await call.write(filters.create_single, call.me, _asked(call, new=True))))


async def change(call: Call) -> Answer:
    """PUT /api/v1/filters/:id."""
    return answer(entities.single(*await call.write(filters.change_single, call.me, call.id(), _asked(call))))


async def delete(call: Call) -> Answer:
    """DELETE /api/v1/filters/:id."""
    await call.write(filters.remove_single, call.me, call.id())
    return answer({})


def _asked(call: Call, *, new: bool = False) -> FilterChange:
    params = call.params
    hides, whole = params.flag("irreversible"), params.flag("whole_word")
    return FilterChange(
        None,
        contexts(params),
        None if hides is None else FilterAction.HIDE if hides else FilterAction.WARN,
        *expiry(params),
        (KeywordChange(None, params.text("phrase"), bool(whole) if new else whole),),
    )

"""What a teacher does not want to read: her filters among the settings. Those of her programs are the same."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import filters
from fedi.errors import Invalid
from fedi.models.accounts import SignedIn
from fedi.models.filters import FilterAction, FilterChange, FilterContext, KeywordChange
from fedi.store import filters as stored
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import read, see_other, teachers, words, write

_HOUR_MS = 60 * 60 * 1000
_DURATIONS = (24, 168)


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/settings/filters`."""
    return await _page(request, me, filled(whole=True, action=FilterAction.WARN.value))


async def _page(request: Request, me: SignedIn, form: Form) -> Response:
    _ = words(request)
    found = await read(request, stored.of_account, me.account.id)
    actions = {
        FilterAction.WARN: _("Folded, with a button to show them"),
        FilterAction.HIDE: _("Left out"),
        FilterAction.BLUR: _("Folded if they have pictures, else shown"),
    }
    return render.page(
        request,
        "pages/filters.html",
        status=422 if form.errors else 200,
        filters=found,
        form=form,
        actions=[(action.value, text) for action, text in actions.items()],
        now=request.state.instance.clock(),
    )


@teachers
async def add(request: Request, me: SignedIn) -> Response:
    """A new filter: one word or phrase a line; it holds everywhere."""
    form = await submitted(request)
    try:
        await write(request, filters.create, me.actor, _asked(form))
    except Invalid as error:
        return await _page(request, me, translated(request, form, error))
    return see_other("/settings/filters")


def _asked(form: Form) -> FilterChange:
    lines = [line.strip() for line in form.value("words").splitlines() if line.strip()]
    if not lines:
        raise Invalid("Keyword can't be blank", "keyword")
    hours = form.number("hours")
    return FilterChange(
        title=", ".join(lines)[: filters.LONGEST_TITLE],
        contexts=tuple(FilterContext),
        action=form.value("action"),
        sets_expiry=True,
        expires_in_ms=hours * _HOUR_MS if hours in _DURATIONS else None,
        keywords=tuple(KeywordChange(None, line, form.value("whole") == "1") for line in lines),
    )


@teachers
async def end(request: Request, me: SignedIn) -> Response:
    """She wants to read it again."""
    await submitted(request)
    await write(request, filters.delete, me.actor, request.path_params["id"])
    return see_other("/settings/filters")

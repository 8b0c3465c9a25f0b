"""What a teacher does not want to read: her filters among the settings. Those of her programs are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import filters
from fedi.errors import Invalid
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.filters import FilterAction, FilterChange, FilterContext, FilterKeyword, FilterRules, KeywordChange
from fedi.store import filters as stored
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import read, see_other, teachers, words, write

_HOUR_MS = 60 * 60 * 1000
_DURATIONS = (24, 168, 720)
_AS_IT_IS = "same"


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/settings/filters`."""
    return await _page(request, me, filled(action=FilterAction.WARN.value, context=list(FilterContext)))


async def _page(request: Request, me: SignedIn, form: Form) -> Response:
    found = await read(request, stored.of_account, me.account.id)
    return _shown(request, form, filters=found, times=_times(words(request)))


def _shown(
    request: Request,
    form: Form,
    *,
    times: list[tuple[str, str]],
    filters: list[FilterRules] | None = None,
    changing: FilterRules | None = None,
) -> Response:
    """The list with a form for a new one, or the form for `changing` one."""
    _ = words(request)
    return render.page(
        request,
        "pages/filters.html",
        status=422 if form.errors else 200,
        form=form,
        actions=_actions(_),
        contexts=_contexts(_),
        now=request.state.instance.clock(),
        times=times,
        filters=filters or [],
        changing=changing,
    )


def _actions(_: Callable[[str], str]) -> list[tuple[str, str]]:
    actions = {
        FilterAction.WARN: _("Folded, with a button to show them"),
        FilterAction.HIDE: _("Left out"),
        FilterAction.BLUR: _("Folded if they have pictures, else shown"),
    }
    return [(action.value, text) for action, text in actions.items()]


def _contexts(_: Callable[[str], str]) -> list[tuple[str, str]]:
    contexts = {
        FilterContext.HOME: _("On my home page"),
        FilterContext.NOTIFICATIONS: _("Among my news"),
        FilterContext.PUBLIC: _("Where many write: school, network, communities, library"),
        FilterContext.THREAD: _("Among answers"),
        FilterContext.ACCOUNT: _("On people's pages"),
    }
    return [(context.value, text) for context, text in contexts.items()]


def _times(_: Callable[[str], str]) -> list[tuple[str, str]]:
    return [("0", _("for good")), ("24", _("for a day")), ("168", _("for a week")), ("720", _("for a month"))]


@teachers
async def add(request: Request, me: SignedIn) -> Response:
    """A new filter."""
    form = await submitted(request)
    try:
        await write(request, filters.create, me.actor, _asked(form))
    except Invalid as error:
        return await _page(request, me, translated(request, form, error))
    return see_other("/settings/filters")


def _asked(form: Form, old: FilterRules | None = None) -> FilterChange:
    """What the form asks for; a filter without a title is called by its words."""
    typed = _typed(form)
    if not typed and not (old and old.posts):
        raise Invalid("Keyword can't be blank", "keyword")
    hours = form.number("hours")
    return FilterChange(
        title=form.value("title").strip() or ", ".join(typed)[: filters.LONGEST_TITLE],
        contexts=tuple(form.values_of("context")),
        action=form.value("action"),
        sets_expiry=form.value("hours") != _AS_IT_IS,
        expires_in_ms=hours * _HOUR_MS if hours in _DURATIONS else None,
        keywords=tuple(_keywords(typed, old.keywords if old else ())),
    )


def _typed(form: Form) -> dict[str, bool]:
    """Words and phrases, one a line, and whether each is looked for as a whole."""
    lines = dict.fromkeys(_lines(form.value("parts")), False)
    return lines | dict.fromkeys(_lines(form.value("words")), True)


def _lines(text: str) -> Iterator[str]:
    return (phrase for line in text.splitlines() if (phrase := " ".join(line.split())))


def _keywords(typed: dict[str, bool], old: tuple[FilterKeyword, ...]) -> Iterator[KeywordChange]:
    """What has to change so that a filter looks for what was typed."""
    left = dict(typed)
    for each in old:
        whole = left.pop(_phrase(each), None)
        yield KeywordChange(each.id, whole_word=whole, gone=whole is None)
    yield from (KeywordChange(None, phrase, whole) for phrase, whole in left.items())


def _phrase(keyword: FilterKeyword) -> str:
    """As it stands on a line of the form: programs may have put anything between its words."""
    return " ".join(keyword.keyword.split())


@teachers
async def edit(request: Request, me: SignedIn) -> Response:
    """`/settings/filters/<id>`: a filter of hers, to be changed."""
    found = await read(request, filters.own, me.actor, request.path_params["id"])
    if request.method == "GET":
        return _editing(request, found, _filled(found))
    form = await submitted(request)
    try:
        await write(request, _change, me.actor, found.filter.id, form)
    except Invalid as error:
        return _editing(request, found, translated(request, form, error))
    return see_other("/settings/filters")


def _editing(request: Request, found: FilterRules, form: Form) -> Response:
    _ = words(request)
    same = [(_AS_IT_IS, _("as it is now"))] if found.filter.expires_at is not None else []
    return _shown(request, form, changing=found, times=same + _times(_))


def _filled(found: FilterRules) -> Form:
    whole, parts = (
        [_phrase(each) for each in found.keywords if each.whole_word is is_whole] for is_whole in (True, False)
    )
    return filled(
        title=found.filter.title,
        words="\n".join(whole),
        parts="\n".join(parts),
        context=found.filter.contexts,
        action=found.filter.action.value,
        hours=_AS_IT_IS if found.filter.expires_at is not None else "0",
    )


async def _change(tx: Transaction, me: Actor, filter_id: int, form: Form) -> None:
    await filters.change(tx, me, filter_id, _asked(form, await filters.own(tx, me, filter_id)))


@teachers
async def end(request: Request, me: SignedIn) -> Response:
    """She wants to read it again."""
    await submitted(request)
    await write(request, filters.delete, me.actor, request.path_params["id"])
    return see_other("/settings/filters")

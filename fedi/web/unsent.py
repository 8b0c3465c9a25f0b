"""Forms that came too late: nobody is signed in any more, or somebody has signed in anew. What was typed is not lost.

It is kept in the next page's own fields, never here. Only a form of which the browser says that a page of ours sent it
is shown again: another site must not have somebody press a button below words that are not hers.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.web import forms
from fedi.web.forms import Form, Outdated, filled
from fedi.web.visit import count_news, local_path, meet

MOST_BYTES = 2 * 1024 * 1024
"""Of a form that somebody sends who has not signed in; more is not read."""

_TYPED = ("title", "text", "summary", "objectives", "comment", "description", "question", "note", "rules")
"""Inputs in which somebody writes; without a word in one of them there is nothing to lose."""

_WRITING = re.compile(r"/compose|/materials/new|/(?:posts|materials)/[0-9]+/edit")
"""Forms that can be shown as they were instead of being sent: these are gone on with."""


async def sign_in_first(request: Request) -> Response | None:
    """The answer to a form of somebody who is not signed in: a page to sign in on, from which she comes back to what
    she had typed. None if no page of ours can be shown to have sent it, or it is too large to be read.
    """
    if not forms.surely_ours(request) or not _is_small(request):
        return None
    await meet(request)
    try:
        form = await forms.received(request)
    finally:
        await request.close()
    kept = _kept(form) if any(_typed(form)) else None
    where = _address(request) if kept else forms.came_from(request)
    return render.page(request, "pages/login.html", status=401, form=filled(next=where, kept=kept), address="/login")


def _is_small(request: Request) -> bool:
    announced = request.headers.get("content-length", "")
    return announced.isascii() and announced.isdecimal() and int(announced[:20]) <= MOST_BYTES


async def again(request: Request, path: str, kept: str) -> Response:
    """What somebody had typed before she signed in, to go on with; as `Form.value("kept")` brought it along."""
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(kept, keep_blank_values=True)[: forms.MAX_FIELDS]:
        fields.setdefault(name, []).append(value)
    return await _page(request, path, Form(fields), 200)


async def outdated(request: Request, error: Outdated) -> Response | None:
    """The same for a form of a page that was opened before somebody signed in anew; None as above, and where a program
    asks to be let in: that is asked again, with what it may do, of whoever is signed in now.
    """
    if request.url.path.startswith("/oauth/") or not forms.surely_ours(request):
        return None
    return await _page(request, _address(request), error.form, 403)


def _address(request: Request) -> str:
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


async def _page(request: Request, path: str, form: Form, status: int) -> Response:
    await count_news(request)
    action = local_path(path, "/home")
    goes_on = _WRITING.fullmatch(urlsplit(action).path) is not None
    return render.page(
        request,
        "pages/unsent.html",
        status=status,
        action=action,
        goes_on=goes_on,
        typed=_typed(form),
        had_files=bool(form.value("had_files")) or _has_files(form),
        fields=[*_fields(form, but_for=("do",) if goes_on else ()), *([("do", "attach")] if goes_on else [])],
    )


def _typed(form: Form) -> list[str]:
    return [text for name in _TYPED for text in form.values_of(name) if text.strip()]


def _kept(form: Form) -> str:
    return urlencode([*_fields(form), *([("had_files", "1")] if _has_files(form) else [])])


def _has_files(form: Form) -> bool:
    return any(form.uploads(name) for name in form.files)


def _fields(form: Form, but_for: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """All that was typed and chosen, except for files, which browsers do not let a page keep, and passwords."""
    secret = ("csrf", "had_files", *but_for, *(name for name in form.values if "password" in name))
    return [(name, value) for name, values in form.values.items() if name not in secret for value in values]

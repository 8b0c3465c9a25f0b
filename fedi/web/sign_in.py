"""Signing in and out, and choosing a language."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import accounts
from fedi.auth import sessions
from fedi.auth.sign_in import sign_in
from fedi.errors import TooManyRequests, Unauthenticated
from fedi.models.accounts import SignedIn
from fedi.web import unsent
from fedi.web.forms import Form, filled, submitted
from fedi.web.visit import address_of, anyone, local_path, see_other, teachers, welcomed, words, write

_A_YEAR = 365 * 24 * 3600


@anyone
async def login(request: Request) -> Response:
    """`/login`; afterwards back to where she wanted to go."""
    if request.method == "GET":
        where = local_path(request.query_params.get("next"), "/home")
        return _page(request, filled(next=where, changed="changed" in request.query_params))
    form = await submitted(request)
    try:
        return await _sign_in(request, form)
    except Unauthenticated:
        _ = words(request)
        form.fail("", _("The name or the password is wrong."))
        return _page(request, form, 401)
    except TooManyRequests as error:
        _ = words(request)
        form.fail("", _("Too many wrong passwords. Wait a little and try again."))
        return _page(request, form, 429, {"Retry-After": str(error.retry_after)})


async def _sign_in(request: Request, form: Form) -> Response:
    instance = request.state.instance
    welcome = await sign_in(instance, form.value("name"), form.value("password"), address_of(request))
    where = local_path(form.value("next"), "/home")
    if form.value("kept"):
        await welcomed(request, welcome.token)
        response = await unsent.again(request, where, form.value("kept"))
    else:
        response = see_other(where)
    sessions.set_cookie(response, instance.school, welcome.token)
    return response


def _page(request: Request, form: Form, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    address = f"/login?{urlencode({'next': form.value('next')})}"
    return render.page(request, "pages/login.html", status=status, headers=headers, form=form, address=address)


@teachers
async def logout(request: Request, _me: SignedIn) -> Response:
    """Ends this browser's session."""
    await submitted(request)
    response = see_other("/")
    await sessions.sign_out(request, response)
    return response


@anyone
async def language(request: Request) -> Response:
    """`/language`: the switch at the foot of each page. The account remembers it, and for strangers a cookie."""
    form = await submitted(request)
    response = see_other(local_path(form.value("back"), "/"))
    wanted = form.value("language")
    if wanted in request.state.instance.school.languages:
        me: SignedIn | None = request.state.me
        if me is not None:
            await write(request, accounts.set_preferences, me.account, wanted, me.account.default_circle)
        response.set_cookie("language", wanted, max_age=_A_YEAR, samesite="lax", httponly=True)
    return response

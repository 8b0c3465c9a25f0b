"""The page on which a person lets a program act for her (RFC 6749, 4.1.1): no JavaScript, and good in web views."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fedi import render
from fedi.activitypub import uris
from fedi.auth import oauth
from fedi.auth.oauth import Prompt, Refused, ResponseMode
from fedi.models.accounts import Account, SignedIn
from fedi.models.oauth import App
from fedi.models.secrets import Secret, new_secret
from fedi.paths import number_in
from fedi.store.database import Transaction
from fedi.web import programs
from fedi.web.forms import Form, submitted
from fedi.web.visit import anyone, count_news, read, see_other, teachers, write

_Agree = Callable[[Transaction, Account, oauth.Request, Secret], Awaitable[None]]

_PARAMETERS = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "response_mode",
)
_LONGEST = 4_000
_TRUE = ("true", "1", "on")
_NO_STORE = {"Cache-Control": "no-store"}
_NATIVE = "/oauth/authorize/native"
# Only these words are shown: the address of that page is one that anybody can make.
_ERRORS = frozenset(
    {
        "access_denied",
        "consent_required",
        "invalid_code_challenge_method",
        "invalid_request",
        "invalid_scope",
        "login_required",
        "unsupported_response_type",
    }
)


@anyone
async def authorize(request: Request) -> Response:
    """`/oauth/authorize`: asks her, after she has signed in; with `force_login` or `prompt=login` she signs in anew."""
    if request.method == "POST":
        form = await submitted(request)
        return await _decided(request, {name: form.value(name)[:_LONGEST] for name in _PARAMETERS}, form)
    sent = {name: request.query_params.get(name, "").replace("\0", "")[:_LONGEST] for name in _PARAMETERS}
    _choose_language(request)
    try:
        app = await read(request, oauth.client, _asked(sent))
    except Refused as error:
        return _refused(request, error.code)
    try:
        prompts = oauth.prompts(request.query_params.get("prompt", "")[:_LONGEST])
    except Refused as error:
        return _back(request, _asked(sent), error)
    me: SignedIn | None = request.state.me
    if Prompt.NONE in prompts:
        return await _unasked(request, me, _asked(sent))
    if me is None or Prompt.LOGIN in prompts or request.query_params.get("force_login", "").lower() in _TRUE:
        return _to_sign_in(request, sent)
    return await _ask(request, me, app, sent)


async def _unasked(request: Request, me: SignedIn | None, asked: oauth.Request) -> Response:
    """`prompt=none`: a code at once or an error, and no page."""
    if me is None:
        return _back(request, asked, Refused("login_required", "The resource owner has not signed in."))
    return await _let_in(request, me, asked, oauth.agree_unasked)


def _to_sign_in(request: Request, sent: dict[str, str]) -> Response:
    response = see_other(f"/login?{urlencode({'next': f'/oauth/authorize?{urlencode(sent)}'})}")
    wanted = _language_asked_for(request)
    if wanted:
        # Whoever has not signed in yet is spoken to as her program speaks to her, until the window is closed.
        response.set_cookie("language", wanted, samesite="lax", httponly=True)
    return response


def _language_asked_for(request: Request) -> str | None:
    wanted = request.query_params.get("lang", "").partition("-")[0]
    return wanted if wanted in request.state.instance.school.languages else None


def _choose_language(request: Request) -> None:
    wanted = _language_asked_for(request)
    if wanted:
        request.state.reader = replace(render.reader(request), language=wanted)


def _asked(sent: dict[str, str]) -> oauth.Request:
    return oauth.Request(
        sent["client_id"],
        sent["redirect_uri"],
        sent["response_type"],
        sent["scope"],
        sent["state"],
        sent["code_challenge"],
        sent["code_challenge_method"],
        sent["response_mode"],
    )


def _refused(request: Request, error: str) -> Response:
    """What is wrong, for her to read: there is nobody to be sent to with it."""
    return render.page(request, "pages/program_refused.html", status=400, error=error)


async def _ask(request: Request, me: SignedIn, app: App, sent: dict[str, str]) -> Response:
    asked = _asked(sent)
    try:
        scopes = oauth.granted(app, asked)
    except Refused as error:
        return _back(request, asked, error)
    await count_news(request)
    return render.page(
        request,
        "pages/authorize.html",
        # The form ends at an address of the program's, whose scheme may be its own.
        submits_anywhere=True,
        app=app,
        me=me,
        sent=sent,
        hosts=programs.hosts_of([asked.redirect_uri]),
        gives_code=oauth.shows_code(asked.redirect_uri),
        address=f"/oauth/authorize?{urlencode(sent)}",
        again=f"/oauth/authorize?{urlencode({**sent, 'force_login': 'true'})}",
        allowed=programs.words_for(request, scopes),
    )


async def _decided(request: Request, sent: dict[str, str], form: Form) -> Response:
    me: SignedIn | None = request.state.me
    asked = _asked(sent)
    try:
        await read(request, oauth.client, asked)
    except Refused as error:
        return _refused(request, error.code)
    if me is None:
        return see_other(f"/oauth/authorize?{urlencode(sent)}")
    if form.value("decision") != "allow":
        denied = Refused("access_denied", "The resource owner or authorization server denied the request.")
        return _back(request, asked, denied)
    return await _let_in(request, me, asked, oauth.agree)


async def _let_in(request: Request, me: SignedIn, asked: oauth.Request, agree: _Agree) -> Response:
    """Back to the program, with a code or with why it gets none."""
    code = new_secret()
    try:
        await write(request, agree, me.account, asked, code)
    except Refused as error:
        return _back(request, asked, error)
    return _back(request, asked, code)


def _back(request: Request, asked: oauth.Request, outcome: Secret | Refused) -> Response:
    """Back to the program in the way it asks for, or to a page from which she copies the code."""
    answer = _answer(asked, outcome)
    if oauth.shows_code(asked.redirect_uri):
        return see_other(f"{_NATIVE}?{urlencode(answer)}")
    if asked.response_mode == ResponseMode.FORM_POST and oauth.takes_forms(asked.redirect_uri):
        return _by_form(request, asked, answer)
    joint = "#" if asked.response_mode == ResponseMode.FRAGMENT else "&" if "?" in asked.redirect_uri else "?"
    return RedirectResponse(f"{asked.redirect_uri}{joint}{urlencode(answer)}", 303, _NO_STORE)


def _answer(asked: oauth.Request, outcome: Secret | Refused) -> dict[str, str]:
    state = {"state": asked.state} if asked.state else {}
    if isinstance(outcome, Refused):
        return {"error": outcome.code, "error_description": str(outcome)} | state
    return {"code": outcome.text} | state


def _by_form(request: Request, asked: oauth.Request, answer: dict[str, str]) -> Response:
    """A page with a button that posts the answer: our pages run no script that would press it."""
    return render.page(
        request,
        "pages/back_to_program.html",
        headers=_NO_STORE,
        submits_anywhere=True,
        address="/oauth/authorize",
        program=asked.redirect_uri,
        host=uris.host_of(asked.redirect_uri),
        answer=answer,
    )


@teachers
async def native(request: Request, _me: SignedIn) -> Response:
    """`/oauth/authorize/native`: the code or what is wrong, for programs that cannot be sent anywhere."""
    await count_news(request)
    error, code = (request.query_params.get(name, "")[:_LONGEST] for name in ("error", "code"))
    if error or not code:
        return _refused(request, error if error in _ERRORS else "invalid_request")
    return render.page(request, "pages/authorization_code.html", code=code)


@teachers
async def end(request: Request, me: SignedIn) -> Response:
    """The button beside a program: it may not act for her any more."""
    form = await submitted(request)
    await programs.end(request, me, None if form.value("app") == "all" else number_in(form.value("app")) or 0)
    return see_other("/settings/programs?ended=1")


@teachers
async def listed(request: Request, me: SignedIn) -> Response:
    """`/settings/programs`: who may act for her."""
    await count_news(request)
    return render.page(
        request,
        "pages/programs.html",
        programs=await programs.of(request, me),
        ended="ended" in request.query_params,
    )

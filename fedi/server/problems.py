"""Errors become answers, here and nowhere else: a page for people, `{"error": ...}` for programs."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from fedi import render
from fedi.api.call import JSON
from fedi.api.dispatch import CORS
from fedi.errors import FediError, NotFound, TooManyRequests, Unauthenticated, Unavailable
from fedi.server.preflight import READABLE
from fedi.web import unsent
from fedi.web.forms import Outdated
from fedi.web.visit import meet

log = structlog.get_logger("fedi.server")

SIGN_IN = "/login"
_TRY_AGAIN_SECONDS = "30"
_CALLED = ("/api/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo")
"""What programs call: they are never answered with a page."""


async def answer_error(request: HTTPConnection, error: Exception) -> Response:
    """The answer to a `FediError`."""
    error = cast("FediError", error)
    if error.status >= 500:
        log.error("failed", error=str(error), kind=type(error).__name__, exc_info=error)
    if isinstance(request, Request) and _wants_page(request):
        another_page = await _instead(request, error)
        if another_page is not None:
            return another_page
    # What is hidden answers exactly like what does not exist, so the text of a NotFound never leaves.
    message = "Record not found" if isinstance(error, NotFound) else str(error)
    return _answer(request, error.status, message, _headers(error))


async def _instead(request: Request, error: FediError) -> Response | None:
    """A page that helps more than one about what went wrong."""
    if isinstance(error, Outdated):
        return await unsent.outdated(request, error)
    if isinstance(error, Unauthenticated) and request.method == "GET":
        return _to_sign_in(request)
    if isinstance(error, Unauthenticated) and request.method == "POST":
        return await unsent.sign_in_first(request)
    return None


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """The answer to what routing and parsing raise (no such path, wrong method, a body that is too large)."""
    error = cast("HTTPException", error)
    message = "Record not found" if error.status_code == HTTPStatus.NOT_FOUND else error.detail
    if _wants_page(request):  # no page has asked yet who this is
        await meet(request)
    return _answer(request, error.status_code, message, dict(error.headers or {}))


async def answer_crash(request: Request, error: Exception) -> Response:
    """The answer to an error nobody foresaw; what it was stands in the log only."""
    log.error("crashed", method=request.method, path=request.url.path, exc_info=error)
    return refuse(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here, and is in our log")


def refuse(request: HTTPConnection, status: int, message: str) -> Response:
    """An answer given before any face was asked."""
    return _answer(request, status, message, {})


def _answer(request: HTTPConnection, status: int, message: str, headers: dict[str, str]) -> Response:
    if not isinstance(request, Request) or not _wants_page(request):
        response: Response = JSONResponse({"error": message}, status, media_type=JSON)
    else:
        response = render.error_page(request, status, message)
    if _is_call(request):
        # Clients that run in a browser read errors, too, those that no operation answers.
        response.headers.update(CORS)
    elif request.url.path.startswith(READABLE):
        response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.update({"Cache-Control": "no-store", **headers})
    response.headers.add_vary_header("Accept")
    return response


def _wants_page(request: HTTPConnection) -> bool:
    return "text/html" in request.headers.get("accept", "") and not _is_call(request)


def _is_call(request: HTTPConnection) -> bool:
    return request.url.path.startswith(_CALLED)


def _to_sign_in(request: HTTPConnection) -> Response:
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN}?{urlencode({'next': target})}", HTTPStatus.SEE_OTHER)


def _headers(error: FediError) -> dict[str, str]:
    if isinstance(error, TooManyRequests):
        return {"Retry-After": str(error.retry_after)}
    return {"Retry-After": _TRY_AGAIN_SECONDS} if isinstance(error, Unavailable) else {}

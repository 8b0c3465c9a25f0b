"""The first thing a request meets: which school it is for, who sends it, and how much it may bring.

Nothing is read of the body here, and no database is asked.
"""

from __future__ import annotations

import math
import secrets
import time
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fedi import __version__
from fedi.config import MEBIBYTE, School
from fedi.errors import FediError
from fedi.instances import Instance, Instances
from fedi.outbound.client import Client
from fedi.server import problems, proxies

access = structlog.get_logger("fedi.access")

HEALTH = "/health"
BODY_BYTES = MEBIBYTE
"""What an activity or a call may weigh."""

FORM_BYTES = 2 * MEBIBYTE
"""What a form without files may weigh: a long text in Cyrillic takes six bytes a letter."""


_BEGINNINGS = ("http.response.start", "websocket.http.response.start", "websocket.accept")


class FrontDoor:
    """Finds the school by the Host header; puts it and the client for outgoing requests into `request.state`."""

    def __init__(self, app: ASGIApp, *, instances: Instances, client: Client) -> None:
        self.app = app
        self.instances = instances
        self.client = client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        visit = _Visit(scope, send)
        with structlog.contextvars.bound_contextvars(request_id=visit.id):
            try:
                await self._admit(scope, receive, visit.send)
            finally:
                visit.log()

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive) if scope["type"] == "http" else HTTPConnection(scope)
        if scope["path"] == HEALTH and scope["type"] == "http":
            await _health(self.instances)(scope, receive, send)
            return
        try:
            instance = await self.instances.by_host(request.headers.get("host", ""))
        except FediError as error:
            await (await problems.answer_error(request, error))(scope, receive, send)
            return
        if instance is None:
            refusal = problems.refuse(request, HTTPStatus.MISDIRECTED_REQUEST, "No school is served under this name")
            await refusal(scope, receive, send)
            return
        with instance.held():
            await self._pass_on(instance, request, receive, send)

    async def _pass_on(self, instance: Instance, request: HTTPConnection, receive: Receive, send: Send) -> None:
        scope = request.scope
        proxies.believe(scope, instance.config.trusted_proxies)
        request.state.instance = instance
        request.state.client = self.client
        refusal = _refusal(instance, request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        announced, limit = _announced(request), body_limit(scope, instance.school)
        if limit < announced < math.inf:
            app: ASGIApp = problems.refuse(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
        else:
            # The server reads no more of a body than was announced; only one of unknown length has to be counted.
            app = self.app if announced <= limit else RequestBodyLimitMiddleware(self.app, limit)
        await app(scope, receive, send)


class _Visit:
    """One request as the log tells it."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.id = secrets.token_hex(8)
        self._scope = scope
        self._send = send
        self._started = time.perf_counter()
        self._status = 0

    async def send(self, message: Message) -> None:
        if message["type"] in _BEGINNINGS:
            self._status = message.get("status", HTTPStatus.SWITCHING_PROTOCOLS.value)
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", self.id.encode())]
        await self._send(message)

    def log(self) -> None:
        # What peers send is in the table of received activities: a busy inbox would drown everything else.
        tell = access.debug if self._status == HTTPStatus.ACCEPTED else access.info
        tell(
            "request",
            method=self._scope.get("method", "GET"),
            # Without the query: it may hold the secret of a one-time link.
            path=self._scope["path"],
            status=self._status,
            ms=round((time.perf_counter() - self._started) * 1000, 1),
        )


def _announced(request: HTTPConnection) -> float:
    """How many bytes the request says its body has; infinity if that is not known."""
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit():
        return int(length[:20])
    has_none = request.scope["method"] in ("GET", "HEAD") and "transfer-encoding" not in request.headers
    return 0 if has_none else math.inf


def body_limit(scope: Scope, school: School) -> int:
    """How many bytes the body of a request may have. Faces read forms with files only of who has signed in."""
    content_type = Headers(scope=scope).get("content-type", "").lower()
    if content_type.startswith("multipart/form-data"):
        return school.limits.files_per_post * school.limits.file_bytes + FORM_BYTES
    return FORM_BYTES if content_type.startswith("application/x-www-form-urlencoded") else BODY_BYTES


def _refusal(instance: Instance, request: HTTPConnection) -> Response | None:
    """What is answered at the door: a school that has closed down, a path that its second name does not serve, or one
    that nothing can have.
    """
    if instance.closed_down:
        return problems.refuse(request, HTTPStatus.GONE, "This school has left the network")
    if not _serves(instance.school, request.headers.get("host", "").strip().lower(), request.scope["path"]):
        return problems.refuse(request, HTTPStatus.MISDIRECTED_REQUEST, f"The school is at {instance.school.base_url}")
    if "\0" in request.scope["path"]:
        # No engine keeps it, so nothing has it in its name.
        return problems.refuse(request, HTTPStatus.NOT_FOUND, "Record not found")
    return None


def _serves(school: School, host: str, path: str) -> bool:
    """Whether a school answers for `path` under `host`: its account domain finds people, its media host has files."""
    if host == school.host:
        return True
    finds_people = host == school.account_domain and path.startswith("/.well-known/")
    return finds_people or (host == school.media_host and path.startswith("/media/"))


def _health(instances: Instances) -> Response:
    return JSONResponse(
        {"status": "OK", "version": __version__, "schools": len(instances.hosts())},
        headers={"Cache-Control": "no-store"},
    )

"""Browsers of other sites' clients ask before they fetch what finds a school and its people, or a part of a film."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from fedi.api.dispatch import preflight

READABLE = ("/.well-known/", "/nodeinfo/", "/@", "/users/", "/media/", "/emoji/", "/cards/", "/static/")
"""Where such a browser may read what finds a school and its people, and their pictures; errors too."""


class Preflight:
    """Answers OPTIONS with `Access-Control-Request-Method` where anybody may read (behaviours 5.2 and 5.3)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http" and scope["method"] == "OPTIONS" and scope["path"].startswith(READABLE):
            request = Request(scope)
            if "access-control-request-method" in request.headers:
                app = preflight(request)
        await app(scope, receive, send)

"""Authorized fetch: where a school wants it, documents are given only to servers that say who they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from fedi.instances import Instance
from fedi.outbound.visitors import require_visitor

Endpoint = Callable[[Request], Awaitable[Response]]


def for_servers(document: Endpoint) -> Endpoint:
    """The same endpoint, which first asks who is there if the school says so (`authorized_fetch`).

    Whoever is refused learns nothing: it is decided before anything is looked up.
    """

    async def endpoint(request: Request) -> Response:
        instance: Instance = request.state.instance
        if not instance.school.authorized_fetch:
            return await document(request)
        await require_visitor(request)
        response = await document(request)
        # What one server may have, a proxy on the way must not give to another.
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return endpoint

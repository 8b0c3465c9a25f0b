"""Style sheets, icons and fonts: addresses that carry a hash of the content are kept by browsers for ever."""

from __future__ import annotations

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600"


class KeptFiles(StaticFiles):
    """Static files; `fedi.render.static_url` makes addresses with a hash after the question mark."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cache-Control"] = _FOR_EVER if scope["query_string"] else _FOR_AN_HOUR
        return response

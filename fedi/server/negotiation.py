"""One address, two faces: a page for people and an ActivityPub document for servers (ActivityPub, section 3.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from fedi.activitypub import content_types

Endpoint = Callable[[Request], Awaitable[Response]]


def by_accept(page: Endpoint, document: Endpoint) -> Endpoint:
    """An endpoint that answers with the document when it is asked for by its type, else with the page."""

    async def endpoint(request: Request) -> Response:
        chosen = document if wants_document(request.headers.get("accept", "")) else page
        response = await chosen(request)
        _vary_by_accept(response)
        # Anybody may read both: what a browser fetches for another site is asked for without cookies, as by strangers.
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
        return response

    return endpoint


def wants_document(accept: str) -> bool:
    """Whether an Accept header prefers ActivityPub (or plain JSON) to a page; `*/*` is a browser's or a script's."""
    best_document = best_page = 0.0
    for media_type, quality in _preferences(accept):
        if _is_document(media_type):
            best_document = max(best_document, quality)
        elif content_types.essence(media_type) in ("text/html", "application/xhtml+xml"):
            best_page = max(best_page, quality)
    return best_document > 0 and best_document >= best_page


def _is_document(media_type: str) -> bool:
    # Some servers ask for ld+json without the profile, or for bare JSON; what they get is ActivityPub all the same.
    return content_types.essence(media_type) in (content_types.ACTIVITY, "application/ld+json", content_types.JSON)


def _preferences(accept: str) -> list[tuple[str, float]]:
    return [(part, _quality(part)) for part in accept[:1000].split(",") if part.strip()]


def _quality(media_type: str) -> float:
    for parameter in media_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            return _number(value.strip())
    return 1.0


def _number(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0


def _vary_by_accept(response: Response) -> None:
    known = [name.strip().lower() for name in response.headers.get("vary", "").split(",")]
    if "accept" not in known:
        response.headers.add_vary_header("Accept")

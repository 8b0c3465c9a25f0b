"""What the school says of itself: about, rules, privacy, terms, contact."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.web.visit import anyone

NAMES = ("about", "rules", "privacy", "terms", "contact")


@anyone
async def page(request: Request) -> Response:
    """`/about` and so on."""
    topic = request.url.path.strip("/")
    return render.page(request, "pages/text.html", topic=topic, text="", text_language="en")

"""What the school says of itself: about, rules, privacy, terms, contact."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.render import public_pages
from fedi.web.visit import anyone, count_news

NAMES = public_pages.NAMES


@anyone
async def page(request: Request) -> Response:
    """`/about` and so on."""
    topic = request.url.path.strip("/")
    await count_news(request)
    found = public_pages.load(request.state.instance.config, topic, render.reader(request).language)
    return render.page(
        request, "pages/text.html", topic=topic, text=found.html, text_language=found.language, own=found.own
    )

"""What the school says of itself: about, rules, privacy, terms, contact."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import rules as house_rules
from fedi.render import public_pages
from fedi.web.visit import anyone, count_news, read

NAMES = public_pages.NAMES

_WITH_RULES = ("about", "rules")


@anyone
async def page(request: Request) -> Response:
    """`/about` and so on."""
    topic = request.url.path.strip("/")
    found = public_pages.load(request.state.instance.config, topic, render.reader(request).language)
    rules = await read(request, house_rules.current) if topic in _WITH_RULES else []
    if topic not in _WITH_RULES:
        await count_news(request)
    text = found.html
    if topic == "rules" and rules and not found.own:
        # Ours is for schools that have said nothing yet.
        text = ""
    elif topic == "rules" and rules == list(request.state.instance.school.rules):
        # Whoever has written them out on a page of the settings tells them there.
        rules = []
    return render.page(request, "pages/text.html", topic=topic, text=text, text_language=found.language, rules=rules)

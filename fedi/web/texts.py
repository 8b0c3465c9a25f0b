"""What the school says of itself: about, rules, privacy, terms, contact."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import rules as house_rules
from fedi.models.rules import Rule
from fedi.render import public_pages
from fedi.render.public_pages import PublicPage
from fedi.web.visit import anyone, count_news, read

NAMES = public_pages.NAMES

_WITH_RULES = ("about", "rules")


@anyone
async def page(request: Request) -> Response:
    """`/about` and so on."""
    topic = request.url.path.strip("/")
    found = public_pages.load(request.state.instance.config, topic, render.reader(request).language)
    text, rules = found.html, await _rules(request, found) if topic in _WITH_RULES else []
    if topic not in _WITH_RULES:
        await count_news(request)
    if topic == "rules" and rules and not found.own:
        # Ours is for schools that have said nothing yet.
        text = ""
    return render.page(request, "pages/text.html", topic=topic, text=text, text_language=found.language, rules=rules)


async def _rules(request: Request, found: PublicPage) -> list[Rule]:
    """What is asked of everybody; nothing where a page of the school's own says it and its settings repeat it."""
    rules: list[Rule] = await read(request, house_rules.current)
    repeated = found.own and rules == list(request.state.instance.school.rules)
    return [] if repeated and request.url.path.strip("/") == "rules" else rules

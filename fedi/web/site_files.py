"""Files that programs look for at fixed addresses: `robots.txt`, `security.txt`, icons, where a password is changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route

from fedi.config import School
from fedi.errors import NotFound
from fedi.instances import Instance
from fedi.render import STATIC

_A_DAY = {"Cache-Control": "public, max-age=86400"}
_VALID_FOR = timedelta(days=180)

# A teacher's pages say themselves whether they may be indexed (noindex by her consent): a crawler must be able to read
# that, so profiles and posts are not shut here. What only people who have signed in can use, is.
_ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /home
Disallow: /notifications
Disallow: /settings
Disallow: /search
Disallow: /inbox
Disallow: /oauth/
Crawl-delay: 5
"""


async def robots(_: Request) -> PlainTextResponse:
    """`/robots.txt` (RFC 9309)."""
    return PlainTextResponse(_ROBOTS, headers=_A_DAY)


async def security(request: Request) -> PlainTextResponse:
    """`/.well-known/security.txt` (RFC 9116); there is none without a contact."""
    instance: Instance = request.state.instance
    now = datetime.fromtimestamp(instance.clock() / 1000, UTC)
    return PlainTextResponse(_security_text(instance.school, now), headers=_A_DAY)


def _security_text(school: School, now: datetime) -> str:
    if not school.contact:
        raise NotFound("the school has set no contact")
    contact = school.contact if "://" in school.contact else f"mailto:{school.contact}"
    return (
        f"Contact: {contact}\n"
        f"Expires: {now + _VALID_FOR:%Y-%m-%dT00:00:00Z}\n"
        f"Preferred-Languages: {', '.join(school.languages)}\n"
        f"Canonical: {school.base_url}/.well-known/security.txt\n"
    )


async def icon(_: Request) -> FileResponse:
    """`/favicon.ico`: where browsers look that show a PDF, a picture or a document, as those name no icon."""
    return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml", headers=_A_DAY)


async def touch_icon(_: Request) -> FileResponse:
    """`/apple-touch-icon.png`: where telephones look that put a page on their home screen, and take no SVG."""
    return FileResponse(STATIC / "icon-192.png", headers=_A_DAY)


async def change_password(_: Request) -> RedirectResponse:
    """`/.well-known/change-password`: where programs that keep passwords send people (W3C)."""
    return RedirectResponse("/settings", 302)


ROUTES = [
    Route("/robots.txt", robots),
    Route("/.well-known/security.txt", security),
    Route("/.well-known/change-password", change_password),
    Route("/favicon.ico", icon),
    Route("/apple-touch-icon.png", touch_icon),
]

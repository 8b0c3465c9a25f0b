"""Forms that come from our own pages: a token of the session in each, and for strangers the browser's word."""

from __future__ import annotations

from hmac import compare_digest

from starlette.requests import Request

from fedi.errors import Forbidden
from fedi.instances import Instance
from fedi.models.accounts import SignedIn

FIELD = "csrf"
"""The name of the hidden field."""


def check(request: Request, person: SignedIn, token: object) -> None:
    """Forbidden unless the form carries the token of this very session."""
    check_origin(request)
    if not isinstance(token, str) or not compare_digest(token.encode(), person.session.csrf.encode()):
        raise Forbidden("This form has expired; go back, reload the page and send it again")


def check_origin(request: Request) -> None:
    """Forbidden if the browser says that another site sent the form: enough where nobody has signed in yet."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    instance: Instance = request.state.instance
    foreign = site not in ("same-origin", "none") if site else origin not in (None, instance.school.base_url)
    if foreign:
        raise Forbidden("This form was sent from another site")

"""The API that Mastodon's clients speak: one table of what is answered, and the ASGI application behind it."""

from __future__ import annotations

from starlette.routing import Route

from fedi.api import accounts, apps, instance, oauth, statuses, timelines
from fedi.api.dispatch import Dispatcher
from fedi.api.operations import ANYONE, CLIENT, PERSON, Operation

__all__ = ["OPERATIONS", "ROUTES"]

_V1_INSTANCE_GIVEN_UP = 1_668_384_000
"""When Mastodon 4.0 came (seconds)."""

OPERATIONS = [
    # --- programs and tokens ---
    Operation("POST", "/api/v1/apps", apps.register, ANYONE, budget=apps.REGISTRATIONS),
    Operation("GET", "/api/v1/apps/verify_credentials", apps.verify_credentials, CLIENT),
    Operation("POST", "/oauth/token", oauth.token, ANYONE),
    Operation("POST", "/oauth/revoke", oauth.revoke, ANYONE),
    Operation("GET", "/oauth/userinfo", oauth.userinfo, PERSON, "profile"),
    Operation("POST", "/oauth/userinfo", oauth.userinfo, PERSON, "profile"),
    Operation("GET", "/.well-known/oauth-authorization-server", oauth.metadata, ANYONE),
    # --- the school ---
    Operation("GET", "/api/v2/instance", instance.show, ANYONE),
    Operation("GET", "/api/v1/instance", instance.show_v1, ANYONE, deprecated=_V1_INSTANCE_GIVEN_UP),
    Operation("GET", "/api/v1/instance/rules", instance.rules, ANYONE),
    # --- people ---
    Operation(
        "GET", "/api/v1/accounts/verify_credentials", accounts.verify_credentials, PERSON, "profile read:accounts"
    ),
    Operation("GET", "/api/v1/accounts", accounts.several, ANYONE, "read:accounts"),
    Operation("GET", "/api/v1/accounts/lookup", accounts.lookup, ANYONE, "read:accounts"),
    Operation("GET", "/api/v1/accounts/:id", accounts.by_id, ANYONE, "read:accounts"),
    # --- posts ---
    Operation("GET", "/api/v1/statuses", statuses.several, ANYONE, "read:statuses"),
    Operation("GET", "/api/v1/statuses/:id", statuses.by_id, ANYONE, "read:statuses"),
    # --- timelines ---
    Operation("GET", "/api/v1/timelines/home", timelines.home, PERSON, "read:statuses"),
    Operation("GET", "/api/v1/timelines/public", timelines.public, ANYONE, "read:statuses"),
    Operation("GET", "/api/v1/timelines/tag/:hashtag", timelines.tag, ANYONE, "read:statuses"),
]
"""Everything the API answers; anything else under `/api/` is not found, in JSON."""

_dispatcher = Dispatcher(OPERATIONS)

ROUTES = [
    Route("/api/{rest:path}", _dispatcher),
    *(Route(path, _dispatcher) for path in sorted({each.path for each in OPERATIONS if "/api/" not in each.path})),
]
"""Addresses whose requests go through the table: all of `/api/`, and the rows that stand elsewhere."""

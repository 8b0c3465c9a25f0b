"""Application, CredentialApplication and Token."""

from __future__ import annotations

from typing import Any

from fedi.models.oauth import App, Token

Json = dict[str, Any]


def application(app: App, vapid_key: str) -> Json:
    """A client as everybody may know it."""
    return {
        "id": str(app.id),
        "name": app.name,
        "website": app.website,
        "scopes": list(app.scopes),
        "redirect_uris": list(app.redirect_uris),
        "redirect_uri": "\n".join(app.redirect_uris),
        "vapid_key": vapid_key,
    }


def credentials(app: App, secret: str, vapid_key: str) -> Json:
    """A client as it learns of itself, once."""
    return {
        **application(app, vapid_key),
        "client_id": app.client_id,
        "client_secret": secret,
        "client_secret_expires_at": 0,
    }


def token(held: Token, text: str) -> Json:
    """A token, told once. Tokens do not expire."""
    return {
        "access_token": text,
        "token_type": "Bearer",
        "scope": " ".join(held.scopes),
        "created_at": held.created_at // 1000,
    }

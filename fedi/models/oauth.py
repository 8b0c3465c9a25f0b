"""OAuth 2: programs that act for teachers, and what they were allowed (RFC 6749)."""

from __future__ import annotations

from dataclasses import dataclass

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
"""The redirect URI of programs without one: the code is shown on a page, to be copied."""


@dataclass(frozen=True, slots=True)
class App:
    """A registered client. Its secret is kept as a hash only."""

    id: int
    client_id: str
    secret_hash: str
    name: str
    website: str | None
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person has agreed to, and its client has not fetched yet: an authorization code, good once.

    `challenge` is the S256 code challenge (RFC 7636), if the client sent one.
    """

    code_hash: str
    app_id: int
    account_id: int
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str | None
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token; only its hash is stored. Without an `account_id` it speaks for the client alone."""

    id: int
    token_hash: str
    app_id: int
    account_id: int | None
    scopes: tuple[str, ...]
    created_at: int
    used_at: int
    revoked_at: int | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """A token of a person and the program that holds it, for her list of programs."""

    token: Token
    app: App

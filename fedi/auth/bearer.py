"""Bearer tokens (RFC 6750): who stands behind a call of the API."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from fedi.auth import oauth
from fedi.errors import Forbidden, Unauthenticated
from fedi.instances import Instance
from fedi.models.accounts import Account
from fedi.models.actors import Actor
from fedi.models.oauth import Token
from fedi.models.secrets import hash_of
from fedi.store import accounts, actors, tokens
from fedi.store.database import Transaction

_NOTE_EVERY_MS = 3600_000
_LONGEST = 512


class BadToken(Unauthenticated):
    """The access token is invalid, was revoked, or its person is gone. Clients sign the person out."""


class Denied(Forbidden):
    """The token is good, and not for this; clients know the words."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A valid token, and the person it acts for; a client's own token has none."""

    token: Token
    account: Account | None = None
    actor: Actor | None = None


def shown(request: HTTPConnection, parameter: str | None) -> str | None:
    """The token a request brings: in `Authorization`, whose scheme is written in any case, else as a parameter."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    found = value.strip() if scheme.lower() == "bearer" else parameter
    return found[:_LONGEST] if found else None


async def caller(instance: Instance, token_text: str) -> Caller:
    """Who shows this token; BadToken, or Denied for somebody who was suspended."""
    found = await instance.db.read(find, hash_of(token_text))
    if instance.clock() - found.token.used_at > _NOTE_EVERY_MS:
        await instance.db.write(oauth.note_use, found.token, found.account)
    return found


async def find(tx: Transaction, token_hash: str) -> Caller:
    """The same by the token's hash, in a unit."""
    token = await tokens.by_hash(tx, token_hash)
    if token is None:
        raise BadToken("The access token is invalid")
    if token.revoked_at is not None:
        raise BadToken("The access token was revoked")
    if token.account_id is None:
        return Caller(token)
    account, actor = await accounts.by_id(tx, token.account_id), await actors.by_id(tx, token.account_id)
    if account is None or actor is None or actor.deleted_at is not None:
        raise BadToken("The access token is invalid")
    if account.disabled_at is not None or actor.gone:
        raise Denied("Your login is currently disabled")
    return Caller(token, account, actor)

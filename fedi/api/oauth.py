"""The OAuth 2 endpoints that programs call; the page on which a person agrees is `fedi.web.oauth`."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Awaitable, Callable
from urllib.parse import unquote_plus

from fedi.api.call import Answer, Call, answer
from fedi.api.entities import accounts, applications
from fedi.auth import oauth
from fedi.auth.oauth import Client, Exchange, Refused
from fedi.auth.sign_in import check_password
from fedi.errors import Unauthenticated
from fedi.models.oauth import Token
from fedi.models.secrets import Secret, new_secret
from fedi.policies import scopes

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


async def token(call: Call) -> Answer:
    """POST /oauth/token: a token for a code, or for the client itself."""
    grant_type = call.params.text("grant_type")
    if not grant_type:
        raise Refused("invalid_request", "Missing required parameter: grant_type.")
    grants = _GRANTS | ({"password": _by_password} if call.instance.config.test_instance.password_grant else {})
    if grant_type not in grants:
        raise Refused(
            "unsupported_grant_type", "The authorization grant type is not supported by the authorization server."
        )
    secret = new_secret()
    made = await grants[grant_type](call, _client(call), secret)
    return answer(applications.token(made, secret.text), headers=_NO_STORE)


async def _by_code(call: Call, client: Client, secret: Secret) -> Token:
    sent = Exchange(_required(call, "code"), _required(call, "redirect_uri"), call.params.text("code_verifier") or "")
    made = await call.write(oauth.exchange, client, sent, secret)
    if made is None:
        raise Refused(
            "invalid_grant",
            "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in "
            "the authorization request, or was issued to another client.",
        )
    return made


async def _for_client(call: Call, client: Client, secret: Secret) -> Token:
    return await call.write(oauth.for_client, client, call.params.text("scope") or "", secret)


async def _by_password(call: Call, client: Client, secret: Secret) -> Token:
    """Test instances only: a person's name and password instead of her agreement."""
    try:
        account = await check_password(
            call.instance, _required(call, "username"), _required(call, "password"), call.address
        )
    except Unauthenticated as error:
        raise Refused("invalid_grant", "The name or the password is wrong") from error
    return await call.write(oauth.for_person, client, account, call.params.text("scope") or "", secret)


_GRANTS: dict[str, Callable[[Call, Client, Secret], Awaitable[Token]]] = {
    "authorization_code": _by_code,
    "client_credentials": _for_client,
}


def _required(call: Call, name: str) -> str:
    value = call.params.text(name)
    if not value:
        raise Refused("invalid_request", f"Missing required parameter: {name}.")
    return value


def _client(call: Call) -> Client:
    """The client's name and secret, from HTTP Basic (RFC 6749, 2.3.1) or from the body."""
    basic = _basic(call.request.headers.get("authorization", ""))
    return basic or Client(call.params.text("client_id") or "", call.params.text("client_secret") or "")


def _basic(authorization: str) -> Client | None:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = b64decode(value.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Client(unquote_plus(name), unquote_plus(secret))


async def revoke(call: Call) -> Answer:
    """POST /oauth/revoke: answers alike for a token that never was."""
    await call.write(oauth.revoke, _client(call), call.params.text("token") or "")
    return answer({}, headers=_NO_STORE)


async def userinfo(call: Call) -> Answer:
    """GET and POST /oauth/userinfo (OpenID Connect, 5.3)."""
    base, me = call.instance.school.base_url, call.me
    return answer(
        {
            "iss": f"{base}/",
            "sub": me.uri,
            "name": me.display_name,
            "preferred_username": me.username,
            "profile": me.url,
            "picture": accounts.picture(base, me.avatar_id),
        }
    )


async def metadata(call: Call) -> Answer:
    """GET /.well-known/oauth-authorization-server (RFC 8414); not kept, so that new scopes are seen."""
    base = call.instance.school.base_url
    password = ["password"] if call.instance.config.test_instance.password_grant else []
    return answer(
        {
            "issuer": f"{base}/",
            "authorization_endpoint": f"{base}/oauth/authorize",
            "token_endpoint": f"{base}/oauth/token",
            "revocation_endpoint": f"{base}/oauth/revoke",
            "userinfo_endpoint": f"{base}/oauth/userinfo",
            "app_registration_endpoint": f"{base}/api/v1/apps",
            "service_documentation": "https://docs.joinmastodon.org/",
            "scopes_supported": list(scopes.SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": list(oauth.ResponseMode),
            "prompt_values_supported": list(oauth.Prompt),
            "grant_types_supported": [*_GRANTS, *password],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        },
        headers={"Cache-Control": "no-store"},
    )

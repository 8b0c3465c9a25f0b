"""Our own OAuth 2 server (RFC 6749, 7636, 7009): clients register, people agree, codes become tokens.

Every error a client may get is a `Refused` with the code the standards give it. Secrets are made before the unit that
stores their hashes.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest

from fedi.actions import timelines
from fedi.activitypub import uris
from fedi.errors import FediError, Invalid
from fedi.models.accounts import Account
from fedi.models.oauth import OUT_OF_BAND, App, Grant, Token
from fedi.models.secrets import Secret, hash_of
from fedi.policies import scopes
from fedi.store import apps, tokens
from fedi.store.database import Transaction
from fedi.text import one_line

CODE_MS = 10 * 60_000

_LONGEST_NAME, _LONGEST_URI, _MOST_URIS = 60, 2000, 20
_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_\-]{43}")
# RFC 3986, 3.1; what a browser would run or take for a page is no address to come back to.
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*", re.IGNORECASE)
# An address of the machine itself: `localhost` is a name, which somebody else may answer for.
_LOOPBACK = re.compile(r"(?P<host>http://(?:127\.0\.0\.1|\[::1\]))(?::[0-9]{1,5})?(?P<rest>(?:[/?].*)?)")
_FORBIDDEN_SCHEMES = frozenset({"data", "javascript", "vbscript", "file", "about", "blob", "view-source"})


class ResponseMode(StrEnum):
    """How an answer comes back to the client (OAuth 2.0 Multiple Response Types 2.1; Form Post Response Mode)."""

    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


class Prompt(StrEnum):
    """What a client may want the person to be shown. The page of consent asks always, and names the account."""

    NONE = "none"
    LOGIN = "login"
    SELECT_ACCOUNT = "select_account"
    CONSENT = "consent"


class Refused(FediError):
    """What a client asked for is not given; `code` is the error of RFC 6749."""

    status = 400

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Registration:
    """What a client says of itself."""

    name: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks a person for (RFC 6749, 4.1.1), believed as far as `client` and `granted` have checked it."""

    client_id: str
    redirect_uri: str
    response_type: str
    scope: str = ""
    state: str = ""
    challenge: str = ""
    challenge_method: str = ""
    response_mode: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """How a client names itself at the token endpoint."""

    client_id: str
    secret: str


async def register(tx: Transaction, new: Registration, client_id: str, secret: Secret) -> App:
    """A client makes itself known; Invalid as Mastodon words it. People read its name beside our own words."""
    new = replace(new, name=one_line(new.name))
    _check_registration(new)
    app = App(
        tx.new_id(),
        client_id,
        secret.hash,
        new.name,
        new.website or None,
        new.redirect_uris,
        new.scopes,
        tx.now,
    )
    await apps.insert(tx, app)
    return app


def _check_registration(new: Registration) -> None:
    if not new.name:
        raise Invalid("Application name can't be blank", "client_name")
    if len(new.name) > _LONGEST_NAME:
        raise Invalid(f"Application name is too long (maximum is {_LONGEST_NAME} characters)", "client_name")
    if not new.redirect_uris:
        raise Invalid("Redirect URI can't be blank", "redirect_uris")
    if len(new.redirect_uris) > _MOST_URIS:
        raise Invalid(f"Redirect URI is too long (maximum is {_MOST_URIS} addresses)", "redirect_uris")
    for uri in new.redirect_uris:
        _check_return(uri)
    if new.website and not _is_of_the_web(new.website):
        raise Invalid("Application website is invalid", "website")
    if not scopes.known(new.scopes):
        raise Invalid("Scopes doesn't match configured on the server.", "scopes")


def _is_of_the_web(uri: str) -> bool:
    try:
        return len(uri) <= _LONGEST_URI and bool(uris.host_of(uri))
    except uris.BadUri:
        return False


def _check_return(uri: str) -> None:
    """Invalid, in doorkeeper's words, for what is no address to come back to."""
    scheme, colon, rest = uri.partition(":")
    if "#" in uri:
        fault = "cannot contain a fragment."
    elif scheme.lower() in _FORBIDDEN_SCHEMES:
        fault = "is forbidden by the server."
    elif len(uri) > _LONGEST_URI or not uri.isprintable() or " " in uri:
        fault = "must be a valid URI."
    elif not (colon and rest and _SCHEME.fullmatch(scheme)):
        fault = "must be an absolute URI."
    elif scheme.lower() in ("http", "https") and not _is_of_the_web(uri):
        fault = "must be a valid URI."
    else:
        return
    raise Invalid(f"Redirect URI {fault}", "redirect_uris")


async def client(tx: Transaction, asked: Request) -> App:
    """The client that asks, if it may be answered by a redirect; Refused is for a page, since nobody is trusted yet."""
    app = await apps.by_client_id(tx, asked.client_id)
    if app is None:
        raise Refused("invalid_client", "Client authentication failed due to unknown client", 401)
    if not _returns_there(app, asked.redirect_uri):
        raise Refused(
            "invalid_redirect_uri", "The requested redirect uri is malformed or doesn't match client redirect URI."
        )
    return app


def _returns_there(app: App, uri: str) -> bool:
    """Whether an address is one that the client has registered. On its person's own machine a program listens at
    whatever port is free: any will do there (RFC 8252, 7.3).
    """
    anywhere = _without_port(uri)
    return uri in app.redirect_uris or (anywhere is not None and anywhere in map(_without_port, app.redirect_uris))


def _without_port(uri: str) -> tuple[str, str] | None:
    found = _LOOPBACK.fullmatch(uri)
    return None if found is None else (found["host"], found["rest"])


def granted(app: App, asked: Request) -> tuple[str, ...]:
    """The scopes a client asks for; Refused goes back to the client."""
    wanted = scopes.parse(asked.scope)
    if not asked.response_type:
        raise Refused("invalid_request", "Missing required parameter: response_type.")
    if asked.response_type != "code":
        raise Refused("unsupported_response_type", "The authorization server does not support this response type.")
    if not scopes.known(wanted) or not scopes.within(wanted, app.scopes):
        raise Refused("invalid_scope", "The requested scope is invalid, unknown, or malformed.")
    _check_mode(asked)
    _check_challenge(asked)
    return wanted


def _check_mode(asked: Request) -> None:
    if asked.response_mode not in ("", *ResponseMode):
        raise Refused("invalid_request", "The response mode is not supported.")
    if asked.response_mode == ResponseMode.FORM_POST and not takes_forms(asked.redirect_uri):
        raise Refused("invalid_request", "A form is sent to an address of the web only.")


def prompts(asked: str) -> frozenset[Prompt]:
    """What a client wants the person to be shown; Refused goes back to the client (OpenID Connect, 3.1.2.1)."""
    wanted = asked.split()
    if not set(wanted) <= set(Prompt) or (Prompt.NONE in wanted and set(wanted) != {Prompt.NONE}):
        raise Refused("invalid_request", "The prompt is not supported.")
    return frozenset(map(Prompt, wanted))


async def agree_unasked(tx: Transaction, account: Account, asked: Request, code: Secret) -> None:
    """A code without a question, for a program that may do all this for her already; Refused if she has to be asked.

    Never for programs on a telephone: any other may have taken their address (RFC 8252, 8.6).
    """
    app = await client(tx, asked)
    wanted = granted(app, asked)
    held = [token.scopes for token in await tokens.of_account(tx, account.id) if token.app_id == app.id]
    if not asked.redirect_uri.startswith("https://") or not any(scopes.within(wanted, each) for each in held):
        raise Refused("consent_required", "The resource owner has to be asked.")
    await agree(tx, account, asked, code)


def _check_challenge(asked: Request) -> None:
    if not asked.challenge:
        return
    if asked.challenge_method != "S256":
        raise Refused("invalid_code_challenge_method", "The code challenge method must be S256.")
    if not _CHALLENGE.fullmatch(asked.challenge):
        raise Refused("invalid_request", "The code challenge is malformed.")


async def agree(tx: Transaction, account: Account, asked: Request, code: Secret) -> None:
    """A person lets the client act for her: `code` is what it exchanges for a token."""
    app = await client(tx, asked)
    grant = Grant(
        code.hash,
        app.id,
        account.id,
        asked.redirect_uri,
        granted(app, asked),
        asked.challenge or None,
        tx.now,
        tx.now + CODE_MS,
    )
    await apps.insert_grant(tx, grant)


async def authenticate(tx: Transaction, shown: Client) -> App:
    """The client with this name and secret; Refused if there is none."""
    app = await apps.by_client_id(tx, shown.client_id)
    if app is None or not compare_digest(app.secret_hash, hash_of(shown.secret)):
        raise _unknown_client()
    return app


def _unknown_client() -> Refused:
    return Refused(
        "invalid_client",
        "Client authentication failed due to unknown client, no client authentication included, or unsupported "
        "authentication method.",
        401,
    )


@dataclass(frozen=True, slots=True)
class Exchange:
    """A code on its way to become a token (RFC 6749, 4.1.3)."""

    code: str
    redirect_uri: str
    verifier: str = ""


async def exchange(tx: Transaction, shown: Client, sent: Exchange, secret: Secret) -> Token | None:
    """The token for a code. None: the code is worthless, now or from now on.

    A code is used up by the attempt, also by one that fails: that must be committed, so it is no error here. A client
    without its secret may come with a verifier instead (RFC 7636): telephones keep no secrets.
    """
    app = await apps.by_client_id(tx, shown.client_id)
    if app is None or (shown.secret and not compare_digest(app.secret_hash, hash_of(shown.secret))):
        raise _unknown_client()
    if not shown.secret and not sent.verifier:
        raise _unknown_client()
    grant = await apps.take_grant(tx, hash_of(sent.code))
    if grant is None or grant.app_id != app.id or grant.redirect_uri != sent.redirect_uri:
        return None
    if not _verified(grant, sent.verifier) or (not shown.secret and grant.challenge is None):
        return None
    return await _issue(tx, app, grant.account_id, grant.scopes, secret)


def _verified(grant: Grant, verifier: str) -> bool:
    if grant.challenge is None:
        # Somebody has taken the challenge out on its way (RFC 9700, 2.1.1).
        return not verifier
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
    return compare_digest(digest, grant.challenge)


async def for_client(tx: Transaction, shown: Client, scope: str, secret: Secret) -> Token:
    """A token that speaks for the client alone (RFC 6749, 4.4)."""
    app = await authenticate(tx, shown)
    return await _issue(tx, app, None, _asked(app, scope), secret)


async def for_person(tx: Transaction, shown: Client, account: Account, scope: str, secret: Secret) -> Token:
    """A token for somebody who has just proved who she is: after signing up, and on test instances by password."""
    app = await authenticate(tx, shown)
    return await issue(tx, app, account, _asked(app, scope), secret)


async def issue(tx: Transaction, app: App, account: Account, wanted: tuple[str, ...], secret: Secret) -> Token:
    """A token of `app` that acts for a person."""
    return await _issue(tx, app, account.id, wanted, secret)


def _asked(app: App, scope: str) -> tuple[str, ...]:
    wanted = scopes.parse(scope)
    if not scopes.known(wanted) or not scopes.within(wanted, app.scopes):
        raise Refused("invalid_scope", "The requested scope is invalid, unknown, or malformed.")
    return wanted


async def _issue(tx: Transaction, app: App, account_id: int | None, wanted: tuple[str, ...], secret: Secret) -> Token:
    token = Token(tx.new_id(), secret.hash, app.id, account_id, wanted, tx.now, tx.now)
    await tokens.insert(tx, token)
    return token


async def revoke(tx: Transaction, shown: Client, token_text: str) -> None:
    """A client gives a token back (RFC 7009); one that never was is none of anybody's business."""
    token = await tokens.by_hash(tx, hash_of(token_text))
    if token is None:
        return
    app = await apps.by_client_id(tx, shown.client_id)
    known = app is not None and (not shown.secret or compare_digest(app.secret_hash, hash_of(shown.secret)))
    if app is None or not known or app.id != token.app_id:
        raise Refused("unauthorized_client", "You are not authorized to revoke this token", 403)
    if await tokens.revoke(tx, token.id):
        tx.announce("tokens", token.id)


async def note_use(tx: Transaction, token: Token, account: Account | None) -> None:
    """A client is here, and so is the person behind it: after a long absence her home is written anew."""
    await tokens.used(tx, token.id)
    if account is not None:
        await timelines.welcome(tx, account)


def takes_forms(redirect_uri: str) -> bool:
    """Whether a form can be posted there."""
    return _is_of_the_web(redirect_uri)


def shows_code(redirect_uri: str) -> bool:
    """Whether the code is shown on a page instead of being sent anywhere."""
    return redirect_uri == OUT_OF_BAND

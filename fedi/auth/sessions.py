"""Sessions: the cookie of a browser that has signed in, and the person behind a request."""

from __future__ import annotations

from http.cookies import Morsel

from starlette.requests import Request
from starlette.responses import Response

from fedi.actions import timelines
from fedi.config import School
from fedi.errors import Forbidden, Unauthenticated
from fedi.instances import Instance
from fedi.models.accounts import Account, Role, Session, SignedIn
from fedi.models.secrets import Secret, hash_of
from fedi.store import accounts, actors, sessions
from fedi.store.database import Transaction

__all__ = ["SignedIn", "begin", "cookie_name", "find", "require", "set_cookie", "sign_out", "signed_in"]

LIFETIME_MS = 30 * 24 * 3600_000
"""Since she was last here."""

_EXTEND_EVERY_MS = 3600_000


async def signed_in(request: Request) -> SignedIn | None:
    """The person whose browser sent this request, if it has signed in and she may still be here."""
    instance: Instance = request.state.instance
    token = request.cookies.get(cookie_name(instance.school))
    if not token:
        return None
    found = await instance.db.read(find, hash_of(token))
    if found and instance.clock() - found.session.last_seen_at > _EXTEND_EVERY_MS:
        await instance.db.write(_extend, found)
    return found


async def require(request: Request, role: Role = Role.TEACHER) -> SignedIn:
    """The person behind the request; Unauthenticated if nobody has signed in, Forbidden without the role."""
    found = await signed_in(request)
    if found is None:
        raise Unauthenticated("Sign in first")
    if not found.account.role.covers(role):
        raise Forbidden(f"This is for people with the role {role}")
    return found


async def find(tx: Transaction, token_hash: str) -> SignedIn | None:
    """The person with this session, unless she was suspended or has gone."""
    session = await sessions.by_token_hash(tx, token_hash)
    account = await accounts.by_id(tx, session.account_id) if session else None
    if session is None or account is None or account.disabled_at is not None:
        return None
    actor = await actors.by_id(tx, account.id)
    return SignedIn(account, actor, session) if actor and not actor.gone else None


async def begin(tx: Transaction, account: Account, token: Secret, csrf: Secret) -> Session:
    """A new session; its cookie's value is the text of `token`. Both secrets are made before the unit."""
    session = Session(token.hash, account.id, csrf.text, tx.now, tx.now, tx.now + LIFETIME_MS)
    await sessions.insert(tx, session)
    await timelines.welcome(tx, account)
    return session


async def sign_out(request: Request, response: Response) -> None:
    """End the session of this browser, if it has one, and take its cookie away."""
    instance: Instance = request.state.instance
    token = request.cookies.get(cookie_name(instance.school))
    if token:
        await instance.db.write(sessions.end, hash_of(token))
    response.headers.append("Set-Cookie", _cookie(instance.school, "", 0))


def set_cookie(response: Response, school: School, token: Secret) -> None:
    """Let the browser show the token from now on. No script reads it, and no form of another site sends it."""
    response.headers.append("Set-Cookie", _cookie(school, token.text, LIFETIME_MS // 1000))


def cookie_name(school: School) -> str:
    """`__Host-` makes browsers refuse a cookie that a neighbour under the same domain has set; it demands https."""
    return "__Host-session" if school.scheme == "https" else "session"


def _cookie(school: School, value: str, max_age: int) -> str:
    morsel: Morsel[str] = Morsel()
    morsel.set(cookie_name(school), value, value)
    morsel.update({"path": "/", "max-age": str(max_age), "samesite": "Lax"})
    morsel["httponly"] = True
    morsel["secure"] = school.scheme == "https"
    return morsel.OutputString()


async def _extend(tx: Transaction, found: SignedIn) -> None:
    await sessions.extend(tx, found.session.token_hash, tx.now + LIFETIME_MS)
    await timelines.welcome(tx, found.account)

"""Who visits a page, what they may see of it, and the units of work done for them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fedi import i18n, render
from fedi.actions import moderation, notifications
from fedi.auth import sessions
from fedi.errors import Forbidden, Unauthenticated
from fedi.models.accounts import Role, SignedIn
from fedi.models.moderation import Waiting
from fedi.models.secrets import Secret
from fedi.render import Reader
from fedi.store.database import Transaction

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]
SignedInEndpoint = Callable[[Request, SignedIn], Awaitable[Response]]
Unit = Callable[..., Awaitable[T]]


def anyone(endpoint: Endpoint) -> Endpoint:
    """A page for everybody; the reader is made known to templates."""

    @wraps(endpoint)
    async def page(request: Request) -> Response:
        await meet(request)
        return await _closing(request, endpoint(request))

    return page


def people(role: Role) -> Callable[[SignedInEndpoint], Endpoint]:
    """A page for people of this school with at least `role`; strangers are sent to sign in and come back.

    The actions behind a page check again: this only spares others a form that they cannot use.
    """

    def decorate(endpoint: SignedInEndpoint) -> Endpoint:
        @wraps(endpoint)
        async def page(request: Request) -> Response:
            me = await meet(request)
            if me is None:
                raise Unauthenticated("Sign in first")
            if not me.account.role.covers(role):
                raise Forbidden(f"This is for people with the role {role}")
            return await _closing(request, endpoint(request, me))

        return page

    return decorate


teachers = people(Role.TEACHER)
moderators = people(Role.MODERATOR)
administrators = people(Role.ADMIN)


async def _closing(request: Request, answer: Awaitable[Response]) -> Response:
    # Uploads lie in temporary files until the form is closed.
    try:
        return await answer
    finally:
        await request.close()


async def meet(request: Request) -> SignedIn | None:
    """Find out who asks, once a request, and tell the templates."""
    if not hasattr(request.state, "reader"):
        request.state.me = await sessions.signed_in(request)
        request.state.reader = _reader(request, request.state.me)
    me: SignedIn | None = request.state.me
    return me


async def welcomed(request: Request, token: Secret) -> None:
    """Go on as the person who has just signed in with this request."""
    me = await request.state.instance.db.read(sessions.find, token.hash)
    request.state.me, request.state.reader = me, _reader(request, me)


def _reader(request: Request, me: SignedIn | None) -> Reader:
    if me is None:
        return Reader(render.language(request))
    language = render.language(request, me.account.language)
    return Reader(language, me.actor, me.account.role, me.session.csrf)


def words(request: Request) -> Callable[[str], str]:
    """gettext in the reader's language."""
    return i18n.translator(render.reader(request).language)


async def read(request: Request, unit: Unit[T], *args: Any) -> T:
    """One read for a whole page: the unit, and how much waits for the reader."""
    person = render.reader(request)
    if person.actor is None:
        found: T = await request.state.instance.db.read(unit, *args)
        return found
    found, unread, waiting = await request.state.instance.db.read(
        _with_news, person.actor.id, person.role or Role.TEACHER, unit, args
    )
    request.state.reader = replace(person, unread=unread, waiting=waiting)
    return found


async def _with_news(
    tx: Transaction, account_id: int, role: Role, unit: Unit[T], args: tuple[Any, ...]
) -> tuple[T, int, Waiting]:
    found = await unit(tx, *args)
    return found, await notifications.unread(tx, account_id), await moderation.waiting(tx, role)


async def count_news(request: Request) -> None:
    """For pages that ask the database for nothing else: how much news waits for the reader."""
    if render.reader(request).actor is not None:
        await read(request, _nothing)


async def _nothing(_tx: Transaction) -> None:
    """A unit that only the count of news is added to."""


async def write(request: Request, unit: Unit[T], *args: Any) -> T:
    """One write at the school that was asked."""
    done: T = await request.state.instance.db.write(unit, *args)
    return done


def see_other(path: str) -> RedirectResponse:
    """After a form: look there with GET (RFC 9110, 15.4.4)."""
    return RedirectResponse(path, 303)


def local_path(path: str | None, otherwise: str) -> str:
    """`path` if it leads nowhere but to this school: `//host` and `/\\host` are other hosts to a browser."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or urlsplit(path).netloc:
        return otherwise
    return path


def address_of(request: Request) -> str:
    """The address the request came from; the server has believed its proxies already."""
    return request.client.host if request.client else ""

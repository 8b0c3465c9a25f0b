"""Pages, parts of pages and letters, made from `templates/` in the language of whoever reads them.

The posts a school has lately shown (`entry`) are kept with it: they are the same for every reader of a language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from fedi import i18n
from fedi.config import LANGUAGES, School
from fedi.instances import Instance
from fedi.instances.fragments import Fragments
from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.moderation import Waiting
from fedi.models.posts import PostView
from fedi.render.addresses import (
    STATIC,
    card_picture_path,
    file_path,
    post_path,
    preview_path,
    profile_path,
    static_url,
)
from fedi.render.environment import template

__all__ = [
    "STATIC",
    "Reader",
    "card_picture_path",
    "entry",
    "error_page",
    "file_path",
    "language",
    "mail",
    "page",
    "post_path",
    "preview_path",
    "profile_path",
    "reader",
    "static_url",
]

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:{media}; media-src 'self'{media}; "
    "{forms}base-uri 'none'; frame-ancestors 'none'"
)

_OWN_FORMS = "form-action 'self'; "


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a page is made for. `actor` is None for a stranger; `csrf` is the token that forms carry."""

    language: str
    actor: Actor | None = None
    role: Role | None = None
    csrf: str = ""
    unread: int = 0
    waiting: Waiting = field(default_factory=Waiting)

    @property
    def administers(self) -> bool:
        return self.role is Role.ADMIN or self.role is Role.MODERATOR


def reader(request: Request) -> Reader:
    """The reader a face has found out, else a stranger with the language that the browser asks for."""
    known = getattr(request.state, "reader", None)
    return known if isinstance(known, Reader) else Reader(language(request))


def language(request: Request, account_language: str | None = None) -> str:
    """By the account, the switch on the page (a cookie), the browser, and at last the school."""
    school = _school(request)
    offered, default = (school.languages, school.language) if school else (LANGUAGES, "en")
    wanted = (account_language, request.cookies.get("language"))
    return i18n.choose(wanted, request.headers.get("accept-language", ""), offered, default)


def _school(request: Request) -> School | None:
    instance = getattr(request.state, "instance", None)
    return None if instance is None else instance.school


def page(
    request: Request,
    name: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    submits_elsewhere: bool = False,
    submits_anywhere: bool = False,
    **context: Any,
) -> HTMLResponse:
    """A whole page. `submits_elsewhere`: a form of it may end at another server (a follow from there);
    `submits_anywhere`: also at a program that has a scheme of its own, which no policy can name.
    """
    instance: Instance = request.state.instance
    person, school = reader(request), instance.school
    body = template(name, person.language).render(
        reader=person,
        school=school,
        path=request.url.path,
        here=_here(request),
        entry=lambda view: entry(view, school, person.language, instance.fragments),
        **context,
    )
    forms = "" if submits_anywhere else "form-action 'self' https: http:; " if submits_elsewhere else _OWN_FORMS
    return HTMLResponse(body, status, {**_headers(school, forms), **(headers or {})})


def _here(request: Request) -> str:
    """Where a button leads back to: the same search and the same page of a list."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _headers(school: School | None, forms: str = _OWN_FORMS) -> dict[str, str]:
    media = f" {school.media_host}" if school and school.media_host else ""
    return {
        "Content-Security-Policy": _POLICY.format(media=media, forms=forms),
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Accept-Language, Cookie",
    }


def error_page(request: Request, status: int, message: str = "") -> HTMLResponse:
    """What went wrong in the reader's language; `message` is added for the development host only."""
    school = _school(request)
    detail = message if school is not None and school.development else ""
    body = template("errors/error.html", reader(request).language).render(
        reader=reader(request), school=school, path=request.url.path, status=status, detail=detail
    )
    return HTMLResponse(body, status, _headers(school))


def mail(name: str, language: str, /, **context: Any) -> tuple[str, str]:
    """Subject and text of a letter: the first line of `emails/<name>.txt` and the rest."""
    text = template(f"emails/{name}.txt", language).render(**context)
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def entry(view: PostView, school: School, language: str, kept: Fragments) -> Markup:
    """A post as timelines show it, without what depends on who looks (buttons, counts, the poll)."""

    def make() -> Markup:
        return Markup(template("components/entry.html", language).render(view=view, school=school))  # noqa: S704

    return kept.find((language, *_version(view)), make)


def _version(view: PostView) -> tuple[object, ...]:
    """Changes when what a reader sees of the post changes: the text, its author, previews made later."""
    post, author = view.post, view.author
    previews = tuple(file.preview_key for file in view.files)
    return post.id, post.edited_at, post.circle, author.updated_at, author.avatar_id, previews, view.event

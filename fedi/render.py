"""Pages, parts of pages and letters, made from `templates/` in the language of whoever reads them.

Kept for the life of the process: one environment a language, because messages are looked up as templates run and parts
of templates know nothing of the request; the hashes of static files; and the last few thousand rendered posts
(`entry`), which are the same for every reader of a language.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from fedi import i18n, text
from fedi.config import School
from fedi.models.accounts import Role
from fedi.models.actors import Actor
from fedi.models.files import File
from fedi.models.posts import Post, PostView
from fedi.resources import templates_dir

STATIC = Path(__file__).parent / "web" / "static"

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:{media}; media-src 'self'{media}; "
    "form-action 'self'{forms}; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a page is made for. `actor` is None for a stranger; `csrf` is the token that forms carry."""

    language: str
    actor: Actor | None = None
    role: Role | None = None
    csrf: str = ""
    unread: int = 0

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
    offered, default = (school.languages, school.language) if school else (i18n.LANGUAGES, "en")
    wanted = (account_language, request.cookies.get("language"))
    return i18n.choose(wanted, request.headers.get("accept-language", ""), offered, default)


def _school(request: Request) -> School | None:
    instance = getattr(request.state, "instance", None)
    return None if instance is None else instance.school


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    submits_elsewhere: bool = False,
    **context: Any,
) -> HTMLResponse:
    """A whole page. `submits_elsewhere`: a form of it may end at another server (a follow from there)."""
    person, school = reader(request), request.state.instance.school
    body = _template(template, person.language).render(
        reader=person, school=school, path=request.url.path, url=str(request.url), **context
    )
    return HTMLResponse(body, status, {**_headers(school, submits_elsewhere), **(headers or {})})


def _headers(school: School | None, submits_elsewhere: bool) -> dict[str, str]:
    media = f" {school.media_host}" if school and school.media_host else ""
    forms = " https: http:" if submits_elsewhere else ""
    return {
        "Content-Security-Policy": _POLICY.format(media=media, forms=forms),
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Accept-Language, Cookie",
    }


def error_page(request: Request, status: int, message: str = "") -> HTMLResponse:
    """What went wrong in the reader's language; `message` is added for the development host only."""
    school = _school(request)
    detail = message if school is not None and school.development else ""
    body = _template("errors/error.html", reader(request).language).render(
        reader=reader(request), school=school, path=request.url.path, url=str(request.url), status=status, detail=detail
    )
    return HTMLResponse(body, status, _headers(school, submits_elsewhere=False))


def mail(template: str, language: str, **context: Any) -> tuple[str, str]:
    """Subject and text of a letter: the first line of `emails/<template>.txt` and the rest."""
    text = _template(f"emails/{template}.txt", language).render(**context)
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def entry(view: PostView, school: School, language: str) -> Markup:
    """A post as timelines show it, without what depends on who looks (buttons, counts, the poll)."""
    key = (school.host, language, *_version(view))
    made = _ENTRIES.get(key)
    if made is None:
        made = Markup(_template("components/entry.html", language).render(view=view, school=school))  # noqa: S704
        _ENTRIES[key] = made
        if len(_ENTRIES) > _ENTRIES_KEPT:
            _ENTRIES.popitem(last=False)
    else:
        _ENTRIES.move_to_end(key)
    return made


_ENTRIES: OrderedDict[tuple[object, ...], Markup] = OrderedDict()
_ENTRIES_KEPT = 4000
"""About 1.5 KB each."""


def _version(view: PostView) -> tuple[object, ...]:
    """Changes when what a reader sees of the post changes: the text, its author, previews made later."""
    post, author = view.post, view.author
    previews = tuple(file.preview_key for file in view.files)
    return post.id, post.edited_at, post.circle, author.updated_at, author.avatar_id, previews


def _template(name: str, language: str) -> Any:
    return _environment(language).get_template(name)


@lru_cache(maxsize=len(i18n.LANGUAGES))
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=lambda name: name is None or name.endswith(".html"),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.install_gettext_translations(i18n.translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(_globals(language))
    environment.filters.update(_filters(language))
    return environment


def _globals(language: str) -> dict[str, Any]:
    return {
        "language": language,
        "language_names": i18n.NAMES,
        "static": static_url,
        "profile_path": profile_path,
        "post_path": post_path,
        "file_path": file_path,
        "preview_path": preview_path,
        "entry": lambda view, school: entry(view, school, language),
    }


def _filters(language: str) -> dict[str, Any]:
    return {
        "day": lambda time, school: i18n.format_day(time, language, school.zone),
        "moment": lambda time, school: i18n.format_time(time, language, school.zone),
        "iso_time": i18n.iso_time,
        "file_size": lambda size: i18n.format_size(size, language),
        "stored_html": _stored_html,
        "plain": text.plain,
        "lines": _lines,
        "link_in": _link_in,
    }


def _stored_html(html: str) -> Markup:
    # Posts, names of fields and biographies are sanitised when they are stored (fedi.text), never when they are shown.
    return Markup(html)  # noqa: S704


def _lines(words: str) -> Markup:
    """Plain text with its line breaks."""
    return Markup("<br>").join(words.splitlines())


def _link_in(html: str) -> str | None:
    """The address that a field of a profile links to (for `rel=me`)."""
    found = _HREF.search(html)
    return None if found is None else unescape(found[1])


_HREF = re.compile(r'href="(https?://[^"]+)"')


@lru_cache(maxsize=64)
def static_url(name: str) -> str:
    """The address of a static file with a hash of its content, so that browsers may keep it for ever."""
    return f"/static/{name}?{sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def profile_path(actor: Actor) -> str:
    """Where this school shows a person: its own under their name, others under their whole handle."""
    return f"/@{actor.username}" if actor.local else f"/@{actor.handle}"


def post_path(post: Post, author: Actor) -> str:
    """Where this school shows a post."""
    return f"/@{author.username}/{post.id}" if post.local else f"/posts/{post.id}"


def file_path(file: File) -> str:
    """The file itself, from this origin whichever server it comes from."""
    return f"/media/{file.id}/{quote(file.name, safe='') or 'file'}"


def preview_path(file_id: int) -> str:
    """A small picture of the file (also of avatars)."""
    return f"/media/{file_id}/preview.webp"

"""Posts of this school on pages of others (oEmbed 1.0): a quotation with a link, without scripts or frames."""

from __future__ import annotations

import re
from html import escape

from fedi.actions import reading
from fedi.api.call import FIVE_MINUTES, Answer, Call, answer
from fedi.api.entities.accounts import Json
from fedi.config import School
from fedi.errors import NotFound
from fedi.models.posts import PostView
from fedi.paths import number_in
from fedi.policies.visibility import OPEN
from fedi.store.database import Transaction
from fedi.text import plain

_LONGEST = 500
_A_DAY_S = 86_400
_WIDTH = 400


async def oembed(call: Call) -> Answer:
    """GET /api/oembed?url=...: NotFound for whatever is not open to everybody."""
    view = await call.read(_asked_for, call.params.required("url"))
    return answer(_oembed(call.instance.school, view, _width(call)), headers=FIVE_MINUTES)


def _width(call: Call) -> int:
    asked = call.params.number("maxwidth")
    return asked if asked and 0 < asked < _WIDTH else _WIDTH


async def _asked_for(tx: Transaction, url: str) -> PostView:
    path = url.removeprefix(tx.school.base_url)
    found = re.fullmatch(r"/(?:posts|@[\w.-]+)/(\d+)/?", path) if path != url else None
    post_id = number_in(found[1]) if found else None
    if post_id is None:
        raise NotFound("This is no address of a post")
    view = await reading.post(tx, None, post_id)
    if not view.post.local or view.post.circle not in OPEN or view.post.boost_of_id is not None:
        raise NotFound("This post is not of this school")
    return view


def _oembed(school: School, view: PostView, width: int) -> Json:
    """OEmbed."""
    author, name = view.author, school.title(school.language)
    return {
        "type": "rich",
        "version": "1.0",
        "title": view.post.title or f"{author.display_name}: {_beginning(view, 60)}",
        "author_name": author.display_name,
        "author_url": author.url,
        "provider_name": name,
        "provider_url": f"{school.base_url}/",
        "cache_age": _A_DAY_S,
        "html": _quotation(view),
        "width": width,
        "height": None,
    }


def _quotation(view: PostView) -> str:
    post, author = view.post, view.author
    said = f"<strong>{escape(post.title)}</strong> {escape(post.summary)}" if post.title else escape(_shown(view))
    address = escape(post.url)
    return (
        f'<blockquote cite="{address}"><p>{said}</p><a href="{address}">{escape(author.display_name)}</a></blockquote>'
    )


def _shown(view: PostView) -> str:
    """What stands in the quotation: of a post with a warning, the warning."""
    return view.post.summary or _beginning(view, _LONGEST)


def _beginning(view: PostView, longest: int) -> str:
    text = plain(view.post.content)
    return text if len(text) <= longest else f"{text[:longest]}…"

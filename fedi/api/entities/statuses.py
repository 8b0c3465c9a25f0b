"""Status: what is the same for everybody. `fedi.api.painting` adds author, poll, and how the viewer stands to it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Raw, Struct

from fedi.activitypub import materials
from fedi.api.entities import circles
from fedi.api.entities.accounts import acct, emoji
from fedi.api.entities.cards import card
from fedi.api.entities.drawn import drawn
from fedi.api.entities.media import KeyOf, address, attachment
from fedi.api.entities.times import moment, moment_or_none
from fedi.config import School
from fedi.models.actors import Actor
from fedi.models.applications import Application
from fedi.models.files import File, FileKind
from fedi.models.posts import Post, PostView, Revision, Tag
from fedi.models.quotes import QuotePolicy
from fedi.text import plain

Json = dict[str, Any]

_AUTOMATIC = {
    QuotePolicy.EVERYONE: ["public"],
    QuotePolicy.FOLLOWERS: ["followers"],
    QuotePolicy.ASKED: [],
    QuotePolicy.NOBODY: [],
}
_MANUAL = {policy: ["public"] if policy is QuotePolicy.ASKED else [] for policy in QuotePolicy}
_encode = msgspec.json.Encoder().encode


def status(school: School, view: PostView, key_of: KeyOf | None) -> Json:
    """A post without `account`, `reblog`, `poll` and the viewer's flags. A boost has the content of what it shows.

    `key_of` opens the files of a post that not everybody may see.
    """
    post, shown = view.post, view.boost_of or view
    return {
        "id": str(post.id),
        "created_at": moment(post.published_at),
        "in_reply_to_id": None if post.in_reply_to_id is None else str(post.in_reply_to_id),
        "in_reply_to_account_id": None if view.parent is None else str(view.parent.id),
        "sensitive": shown.post.sensitive,
        "spoiler_text": spoiler_text(shown),
        "visibility": circles.visibility(post.circle),
        "circle": post.circle,
        "local_only": circles.local_only(post.circle, post.kept_within),
        "language": shown.post.language,
        "uri": post.uri,
        "url": post.url,
        "replies_count": shown.post.replies_count,
        "reblogs_count": shown.post.boosts_count,
        "favourites_count": shown.post.likes_count,
        "quotes_count": shown.post.quotes_count,
        "edited_at": moment_or_none(shown.post.edited_at),
        "content": content(school, shown, key_of),
        "media_attachments": [attachment(school, file, key_of) for file in shown.files],
        "mentions": [mention(school, actor) for actor in shown.mentions],
        "tags": [tag(school, each) for each in shown.tags],
        "emojis": [emoji(each) for each in shown.post.emojis],
        "card": card(school, shown.card) if shown.card else None,
        "tagged_collections": [],
    }


def spoiler_text(view: PostView) -> str:
    """The content warning; what an article has instead of one is its short description."""
    return "" if view.post.title else view.post.summary


def content(school: School, view: PostView, key_of: KeyOf | None) -> str:
    """HTML. An article begins with its title and what it is about, and ends with links to what clients cannot draw."""
    post = view.post
    text = drawn(post.content)
    if not post.title:
        return text
    about = materials.wire_summary(view) if view.material else "" if _is_excerpt(post) else _paragraph(post.summary)
    title = f"<p><strong>{escape(post.title)}</strong></p>"
    return title + about + text + "".join(_link(school, file, key_of) for file in view.files)


def _is_excerpt(post: Post) -> bool:
    """Whether the description of an article is the beginning of its text, as forums and blogs make it."""
    begins = " ".join(re.sub(r"(\[?(…|\.\.\.)\]?)$", "", post.summary.strip()).split())
    return bool(begins) and " ".join(plain(post.content).split()).startswith(begins)


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _link(school: School, file: File, key_of: KeyOf | None) -> str:
    if file.kind is not FileKind.DOCUMENT:
        return ""
    target = escape(address(school, file, key_of))
    return f'<p><a href="{target}" rel="nofollow noopener">{escape(file.name)}</a></p>'


@cache
def withheld(state: str, shallow: bool) -> bytes:
    """Quote, or ShallowQuote, of a post that is not shown: `state` says why."""
    return _encode({"state": state, ("quoted_status_id" if shallow else "quoted_status"): None})


@cache
def approval(policy: QuotePolicy, current_user: str) -> bytes:
    """QuoteApproval: whom the author lets quote a post, and what would become of a quote by the viewer."""
    return _encode({"automatic": _AUTOMATIC[policy], "manual": _MANUAL[policy], "current_user": current_user})


def mention(school: School, actor: Actor) -> Json:
    """Somebody a post names."""
    return {
        "id": str(actor.id),
        "username": actor.username,
        "url": actor.url or actor.uri,
        "acct": acct(school, actor),
    }


def application(written_with: Application) -> Json:
    """The program a post was written with."""
    return {"name": written_with.name, "website": written_with.website}


def tag(school: School, each: Tag) -> Json:
    """A hashtag of a post."""
    return {"name": each.folded, "url": f"{school.base_url}/tags/{quote(each.folded)}"}


def source(view: PostView) -> str:
    """What its author typed."""
    return plain(view.post.content) if view.post.source is None else view.post.source


class WithEmojis(Struct):
    """The emojis that a post shows, wherever they stand in it."""

    emojis: list[Json]


class Painted(Struct):
    """What every version of a post has as the post has it now: no edit changes who wrote it, or what it quotes."""

    account: Raw
    quote: Raw


def edit(school: School, view: PostView, said: Revision, account: Raw, quoted: Raw, key_of: KeyOf | None) -> Json:
    """StatusEdit: one version of a post."""
    post = replace(view.post, title=said.title, summary=said.summary, content=said.content)
    then = replace(view, post=post, files=said.files)
    poll = None if said.choices is None else {"options": [{"title": title} for title in said.choices]}
    return {
        "content": content(school, then, key_of),
        "spoiler_text": spoiler_text(then),
        "sensitive": said.sensitive,
        "created_at": moment(said.created_at),
        "account": account,
        "media_attachments": [attachment(school, file, key_of) for file in said.files],
        "emojis": [emoji(each) for each in said.emojis],
        "quote": quoted,
        **({} if poll is None else {"poll": poll}),
    }

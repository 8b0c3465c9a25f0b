"""PreviewCard: what a page that a post links to says about itself."""

from __future__ import annotations

from html import escape
from typing import Any

from fedi.api.entities import accounts
from fedi.api.entities.times import moment_or_none
from fedi.config import School
from fedi.models.cards import Card
from fedi.models.posts import CardView
from fedi.render import card_picture_path

Json = dict[str, Any]


ATTRIBUTED, NOT_ATTRIBUTED = b'"missing_attribution":false', b'"missing_attribution":true'
"""As they are encoded; in no text of anybody's, where the quotation marks would be escaped."""

# What Mastodon lets such a frame do.
_SANDBOX = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms"


def card(school: School, view: CardView) -> Json:
    """A card of a link: text, a picture from our own origin, and a frame that is ours but for its address. Whether she
    who looks is named by the page without her word is told to her by `painting`.
    """
    shown = view.card
    authors = _authors(school, view)
    first = authors[0] if authors else {"name": "", "url": ""}
    picture = None if shown.picture_id is None else school.base_url + card_picture_path(shown.picture_id)
    width, height = _size(shown)
    return {
        "url": shown.url,
        "title": shown.title,
        "description": shown.description,
        "language": shown.language,
        "type": shown.kind,
        "authors": authors,
        "author_name": first["name"],
        "author_url": first["url"],
        "provider_name": shown.site or shown.host,
        "provider_url": shown.site_url,
        "html": _frame(shown),
        "width": width,
        "height": height,
        "image": picture,
        "image_description": shown.picture_says,
        "embed_url": shown.embed_url,
        "blurhash": shown.blurhash,
        "published_at": moment_or_none(shown.published_at),
        "missing_attribution": False,
    }


def _size(shown: Card) -> tuple[int, int]:
    """Of the frame, or of the picture where there is none."""
    if shown.frame_url:
        return shown.frame_width, shown.frame_height
    return shown.width or 0, shown.height or 0


def _frame(shown: Card) -> str:
    if not shown.frame_url:
        return ""
    size = f' width="{shown.frame_width}" height="{shown.frame_height}"' if shown.frame_width else ""
    return f'<iframe src="{escape(shown.frame_url)}"{size} allowfullscreen="true" sandbox="{_SANDBOX}"></iframe>'


def _authors(school: School, view: CardView) -> list[Json]:
    """Whom the page names, with her account if she says that she writes there."""
    shown, author = view.card, view.author
    if author is not None:
        account = accounts.account(school, author, None)
        return [{"name": author.display_name, "url": author.url or author.uri, "account": account}]
    if shown.author_name or shown.author_url:
        return [{"name": shown.author_name, "url": shown.author_url, "account": None}]
    return []

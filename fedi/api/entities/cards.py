"""PreviewCard: what a page that a post links to says about itself."""

from __future__ import annotations

from typing import Any

from fedi.api.entities import accounts
from fedi.api.entities.times import moment_or_none
from fedi.config import School
from fedi.models.posts import CardView
from fedi.render import card_picture_path

Json = dict[str, Any]


def card(school: School, view: CardView) -> Json:
    """A card of a link: text and a picture from our own origin, and no markup of anybody's."""
    shown = view.card
    authors = _authors(school, view)
    first = authors[0] if authors else {"name": "", "url": ""}
    picture = None if shown.picture_id is None else school.base_url + card_picture_path(shown.picture_id)
    return {
        "url": shown.url,
        "title": shown.title,
        "description": shown.description,
        "language": shown.language,
        "type": "link",
        "authors": authors,
        "author_name": first["name"],
        "author_url": first["url"],
        "provider_name": shown.site or shown.host,
        "provider_url": "",
        "html": "",
        "width": shown.width or 0,
        "height": shown.height or 0,
        "image": picture,
        "image_description": shown.picture_says,
        "embed_url": "",
        "blurhash": shown.blurhash,
        "published_at": moment_or_none(shown.published_at),
    }


def _authors(school: School, view: CardView) -> list[Json]:
    """Whom the page names, with her account if she says that she writes there."""
    shown, author = view.card, view.author
    if author is not None:
        account = accounts.account(school, author, None)
        return [{"name": author.display_name, "url": author.url or author.uri, "account": account}]
    if shown.author_name or shown.author_url:
        return [{"name": shown.author_name, "url": shown.author_url, "account": None}]
    return []

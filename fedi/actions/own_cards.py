"""Cards of links to posts and materials of ours: made of the post as it reads now, with no request at all."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from fedi.models.cards import PageFacts
from fedi.models.posts import Post, PostKind, PostView
from fedi.paths import DIGITS
from fedi.policies.visibility import OPEN
from fedi.store import cards, posts, views
from fedi.store.database import Transaction
from fedi.text import plain

_TOLD_AT_ONCE = 100
_DESCRIPTION = 300
_PATH = re.compile(rf"/(?:@[^/]+|posts|users/[^/]+/statuses)/([0-9]{{1,{DIGITS}}})/?")


async def at(tx: Transaction, url: str, not_of: int) -> int | None:
    """The card of the post of ours at an address of ours; None if there is none that everybody may read. `not_of`: a
    post has no card of itself.
    """
    found = _PATH.fullmatch(urlsplit(url).path)
    post = await posts.by_id(tx, int(found[1])) if found else None
    if post is None or post.id == not_of or not _is_open(post):
        return None
    await cards.of_post(tx, post.url, tx.school.host, post.id)
    await _put(tx, post.id)
    return await cards.id_of(tx, post.url)


def _is_open(post: Post) -> bool:
    return post.local and post.circle in OPEN and post.kind is not PostKind.BOOST


async def reread(tx: Transaction, post: Post) -> None:
    """A post of ours reads otherwise now: so does its card, wherever it is shown."""
    if post.local and post.circle in OPEN and (card_id := await _put(tx, post.id)) is not None:
        for post_id in await cards.newest_posts(tx, card_id, _TOLD_AT_ONCE):
            tx.announce("edits", post_id)


async def _put(tx: Transaction, post_id: int) -> int | None:
    """The card of a post, if it has one and says something else now."""
    card_id = await cards.id_of_post(tx, post_id)
    if card_id is None:
        return None
    [view] = await views.full(tx, [post_id])
    facts, picture_id = _facts(tx, view), _picture(view)
    changed = await cards.put(tx, card_id, facts, picture_id=picture_id, author_id=view.author.id)
    return card_id if changed else None


def _facts(tx: Transaction, view: PostView) -> PageFacts:
    """What is behind a warning stays there."""
    post = view.post
    warned = bool(post.summary) and not post.title
    about = "" if warned else post.summary or " ".join(plain(post.content).split())
    return PageFacts(
        title=post.title or post.summary or view.author.display_name,
        description=about if len(about) <= _DESCRIPTION else f"{about[: _DESCRIPTION - 1]}…",
        site=tx.school.title(tx.school.language),
        language=post.language,
        published_at=post.published_at,
    )


def _picture(view: PostView) -> int | None:
    """The first file that has a small picture, unless they are covered."""
    shown = () if view.post.sensitive else view.files
    return next((file.id for file in shown if file.preview_key is not None), None)

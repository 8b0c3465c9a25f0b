"""Views: posts with everything that hangs on them, at most one query for each kind of thing.

Nothing here asks who may see a post; what reads for somebody's eyes chooses its posts with `fedi.store.visibility`.
Only quoted posts are chosen here, since nobody asked for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from fedi.models.actors import Actor
from fedi.models.cards import Card
from fedi.models.events import Event
from fedi.models.files import File
from fedi.models.materials import Material
from fedi.models.posts import CardView, Poll, Post, PostKind, PostView, QuoteView, Tag, Viewer
from fedi.models.quotes import Quote, QuoteState
from fedi.store import (
    actors,
    bookmarks,
    cards,
    events,
    files,
    likes,
    materials,
    pins,
    polls,
    posts,
    quotes,
    tags,
    visibility,
)
from fedi.store.database import Transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Link:
    """A post and the id of something that hangs on it."""

    post_id: int
    other_id: int


@dataclass(frozen=True, slots=True)
class _Standing:
    """How the viewer stands to a page of posts."""

    liked: frozenset[int] = frozenset()
    boosted: frozenset[int] = frozenset()
    votes: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    pinned: frozenset[int] = frozenset()
    saved: frozenset[int] = frozenset()

    def to(self, post_id: int) -> Viewer:
        return Viewer(
            liked=post_id in self.liked,
            boosted=post_id in self.boosted,
            voted=self.votes.get(post_id, ()),
            pinned=post_id in self.pinned,
            saved=post_id in self.saved,
        )


@dataclass(frozen=True, slots=True)
class _Quoting:
    """What a page of posts quotes, and those of the quoted posts that are shown."""

    made: Mapping[int, Quote] = field(default_factory=dict)
    shown: Mapping[int, Post] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Relations:
    """Everything a page of posts shows, by post id (actors: by their own)."""

    posts: Mapping[int, Post]
    actors: Mapping[int, Actor]
    parents: Mapping[int, int]
    mentions: Mapping[int, Sequence[int]]
    tags: Mapping[int, tuple[Tag, ...]]
    files: Mapping[int, tuple[File, ...]]
    polls: Mapping[int, Poll]
    materials: Mapping[int, Material]
    events: Mapping[int, Event]
    cards: Mapping[int, Card]
    quoting: _Quoting
    standing: _Standing


async def full(tx: Transaction, post_ids: Sequence[int], viewer_id: int | None = None) -> list[PostView]:
    """The posts with these ids, in this order; what does not exist is left out."""
    found = await posts.by_ids(tx, post_ids) if post_ids else {}
    return await of(tx, [found[post_id] for post_id in post_ids if post_id in found], viewer_id)


async def of(tx: Transaction, shown: Sequence[Post], viewer_id: int | None = None) -> list[PostView]:
    """The same for posts that have been read already."""
    if not shown:
        return []
    boosted_ids = {post.boost_of_id for post in shown if post.boost_of_id is not None}
    boosted = await posts.by_ids(tx, boosted_ids) if boosted_ids else {}
    wanted = {post.id: post for post in shown} | boosted
    quoting = await _quoting(tx, wanted, viewer_id)
    relations = await _relations(tx, {**quoting.shown, **wanted}, quoting, viewer_id)
    return [_view(post, relations) for post in shown]


async def _quoting(tx: Transaction, wanted: Mapping[int, Post], viewer_id: int | None) -> _Quoting:
    """What is shown inside of these posts: only what its author agrees to, and the viewer may see."""
    made = await quotes.of_posts(tx, [post.id for post in wanted.values() if post.kind is not PostKind.BOOST])
    agreed = [each.quoted_id for each in made.values() if each.quoted_id and each.state is QuoteState.ACCEPTED]
    if not agreed:
        return _Quoting(made)
    viewer = await actors.by_id(tx, viewer_id) if viewer_id is not None else None
    visible = await visibility.visible_ids(tx, viewer, agreed)
    return _Quoting(made | await quotes.of_posts(tx, visible), await posts.by_ids(tx, visible))


def _view(post: Post, relations: _Relations, *, inside: bool = False) -> PostView:
    """`inside`: the post is shown in one that quotes it; what it quotes itself is only named."""
    known = relations.actors
    boosted = relations.posts.get(post.boost_of_id) if post.boost_of_id is not None else None
    author, files_of_it = known[post.actor_id], relations.files.get(post.id, ())
    if author.sensitized_at is not None and files_of_it:
        post = replace(post, sensitive=True)
    return PostView(
        post,
        author,
        files=files_of_it,
        mentions=tuple([known[actor_id] for actor_id in relations.mentions.get(post.id, ())]),
        tags=relations.tags.get(post.id, ()),
        poll=relations.polls.get(post.id),
        material=relations.materials.get(post.id),
        parent=known.get(relations.parents.get(post.id, 0)),
        boost_of=_view(boosted, relations) if boosted else None,
        quote=_quote(post, relations, inside),
        community=_community(post, relations),
        event=relations.events.get(post.id),
        viewer=relations.standing.to(post.id),
        card=_card(post, relations),
    )


def _community(post: Post, relations: _Relations) -> Actor | None:
    found = relations.actors.get(post.community_id or 0)
    return None if found is None or found.gone else found


def _card(post: Post, relations: _Relations) -> CardView | None:
    found = relations.cards.get(post.card_id or 0)
    if found is None:
        return None
    author = relations.actors.get(found.author_id or 0)
    if author is not None and author.gone:
        author = None
    if found.post_id is not None:
        if author is None:
            return None
        if author.sensitized_at is not None:
            found = replace(found, picture_id=None)
    return CardView(found, author)


def _quote(post: Post, relations: _Relations, inside: bool) -> QuoteView | None:
    made = relations.quoting.made.get(post.id)
    if made is None:
        return None
    agreed = made.quoted_id if made.state is QuoteState.ACCEPTED and not inside else None
    quoted = relations.quoting.shown.get(agreed or 0)
    return QuoteView(made, _view(quoted, relations, inside=True) if quoted else None)


async def _relations(tx: Transaction, shown: dict[int, Post], quoting: _Quoting, viewer_id: int | None) -> _Relations:
    written = [post.id for post in shown.values() if post.kind is not PostKind.BOOST]
    questions = [post.id for post in shown.values() if post.kind is PostKind.QUESTION]
    articles = [post.id for post in shown.values() if post.kind is PostKind.ARTICLE]
    parents = await _parents(tx, shown.values())
    mentions = await _mentions(tx, written)
    communities = [post.community_id for post in shown.values() if post.community_id is not None]
    linked = await _cards(tx, shown.values())
    writers = [card.author_id for card in linked.values() if card.author_id is not None]
    authors = {post.actor_id for post in shown.values()}
    people = authors.union(parents.values(), communities, writers, *mentions.values())
    return _Relations(
        posts=shown,
        actors=await actors.by_ids(tx, people),
        parents=parents,
        mentions=mentions,
        tags=await _tags(tx, written),
        files=await _files(tx, written),
        polls=await polls.of_posts(tx, questions) if questions else {},
        materials=await materials.of_posts(tx, articles) if articles else {},
        events=await events.of_posts(tx, articles) if articles else {},
        cards=linked,
        quoting=quoting,
        standing=await _standing(tx, viewer_id, shown, questions) if viewer_id is not None else _Standing(),
    )


async def _cards(tx: Transaction, shown: Iterable[Post]) -> dict[int, Card]:
    """What stands behind the first links of posts, by the ids of cards."""
    card_ids = [post.card_id for post in shown if post.card_id is not None]
    return await cards.shown(tx, card_ids) if card_ids else {}


async def _parents(tx: Transaction, shown: Iterable[Post]) -> dict[int, int]:
    """Who wrote what each post answers."""
    answered = {post.id: post.in_reply_to_id for post in shown if post.in_reply_to_id is not None}
    if not answered:
        return {}
    links = await tx.all(
        _Link,
        "SELECT id AS post_id, actor_id AS other_id FROM posts WHERE id IN :ids*",
        ids=list(set(answered.values())),
    )
    authors = {link.post_id: link.other_id for link in links}
    return {post_id: authors[parent_id] for post_id, parent_id in answered.items() if parent_id in authors}


async def _mentions(tx: Transaction, post_ids: list[int]) -> dict[int, tuple[int, ...]]:
    links = await tx.all(
        _Link,
        """
        SELECT post_id, actor_id AS other_id FROM mentions WHERE post_id IN :ids* ORDER BY post_id, position, actor_id
        """,
        ids=post_ids,
    )
    return _grouped([(link.post_id, link.other_id) for link in links])


async def _tags(tx: Transaction, post_ids: list[int]) -> dict[int, tuple[Tag, ...]]:
    return _grouped([(tag.post_id, Tag(tag.name, tag.folded)) for tag in await tags.of_posts(tx, post_ids)])


async def _files(tx: Transaction, post_ids: list[int]) -> dict[int, tuple[File, ...]]:
    links = await tx.all(
        _Link,
        """
        SELECT post_id, file_id AS other_id FROM post_files WHERE post_id IN :ids* ORDER BY post_id, position
        """,
        ids=post_ids,
    )
    if not links:
        return {}
    found = await files.by_ids(tx, [link.other_id for link in links])
    return _grouped([(link.post_id, found[link.other_id]) for link in links])


async def _standing(tx: Transaction, viewer_id: int, shown: Mapping[int, Post], questions: list[int]) -> _Standing:
    post_ids = [post.id for post in shown.values() if post.kind is not PostKind.BOOST]
    own = [post_id for post_id in post_ids if shown[post_id].actor_id == viewer_id]
    votes = await polls.votes_of(tx, viewer_id, questions) if questions else []
    return _Standing(
        liked=frozenset(await likes.liked_by(tx, viewer_id, post_ids)),
        boosted=frozenset(await posts.boosted_by(tx, viewer_id, post_ids)),
        votes=_grouped([(vote.post_id, vote.position) for vote in votes]),
        pinned=frozenset(await pins.among(tx, own) if own else ()),
        saved=frozenset(await bookmarks.among(tx, viewer_id, post_ids)),
    )


def _grouped(pairs: Iterable[tuple[int, T]]) -> dict[int, tuple[T, ...]]:
    groups = defaultdict[int, list[T]](list)
    for post_id, value in pairs:
        groups[post_id].append(value)
    return {post_id: tuple(values) for post_id, values in groups.items()}

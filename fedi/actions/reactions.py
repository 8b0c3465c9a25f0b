"""Reactions: likes and boosts, by people here and elsewhere. A reaction to a boost is one to the boosted post."""

from __future__ import annotations

from fedi import ids
from fedi.actions import notifications, outbox, reading, timelines
from fedi.errors import Conflict, Forbidden, NotFound
from fedi.models.actors import Actor
from fedi.models.notifications import NotificationKind
from fedi.models.posts import Circle, Post, PostKind
from fedi.policies.visibility import is_counted, may_boost, narrowed
from fedi.store import actors, likes, post_counts, posts
from fedi.store import notifications as told
from fedi.store.database import Transaction


async def like(tx: Transaction, actor: Actor, post: Post, uri: str | None = None) -> None:
    """`actor` likes a post; again changes nothing. `uri`: the activity's, if a peer sent it. NotFound: it is hidden."""
    post, author = await _reacted_to(tx, actor, post)
    like_id = tx.new_id()
    uri = uri or (f"{tx.school.base_url}/activities/{like_id}" if actor.local else None)
    if not await likes.insert(tx, like_id, post.id, actor.id, uri):
        return
    await post_counts.likes(tx, post.id, 1)
    await notifications.notify(tx, author.id, NotificationKind.FAVOURITE, actor, post.id)
    if actor.local and uri is not None:
        await outbox.liked(tx, actor, uri, post, author)


async def unlike(tx: Transaction, actor: Actor, post: Post) -> None:
    """`actor` takes a like back; nothing happens if there is none."""
    post, author = await _original(tx, post)
    liked = await likes.by(tx, actor.id, post.id)
    if liked is None or not await likes.delete(tx, liked.id):
        return
    await post_counts.likes(tx, post.id, -1)
    await told.delete(tx, author.id, NotificationKind.FAVOURITE, actor.id, post.id)
    if actor.local and liked.uri is not None:
        await outbox.unliked(tx, actor, liked.uri, post, author)


async def boost(
    tx: Transaction,
    actor: Actor,
    post: Post,
    *,
    uri: str | None = None,
    circle: Circle = Circle.PUBLIC,
    published_at: int | None = None,
    quietly: bool = False,
) -> Post:
    """`actor` shows a post to her followers, in a circle no wider than its own; again gives the boost there is.

    `uri` and `published_at` are the activity's, if a peer sent it; `quietly`: we have asked for it, and nobody is told
    before it is sent to us.
    NotFound: the post is hidden from `actor`; Forbidden: it may not be passed on.
    """
    post, author = await _reacted_to(tx, actor, post)
    if actor.local and actor.moved_to is not None:
        raise Forbidden("This account has moved; pass it on with the new one, or take the move back first")
    if not may_boost(post, actor):
        raise Forbidden("Only public posts are passed on, and one's own to one's followers")
    made = _boost(tx, actor, post, uri, _boost_circle(circle, post), published_at)
    while not await posts.insert(tx, made):
        known = await posts.boost_by(tx, actor.id, post.id)
        if known is not None:
            if not quietly and await posts.is_to_be_told(tx, known.id):
                await _spread(tx, actor, known, post, author)
            return known
        if await posts.by_uri(tx, made.uri) is not None:
            raise Conflict("Another post has this address")
        made = _boost(tx, actor, post, uri, made.circle, published_at, made.id + 1)
    await _count(tx, made, post, 1)
    await post_counts.latest(tx, made)
    await (posts.keep_untold(tx, made.id) if quietly else _spread(tx, actor, made, post, author))
    return made


def _boost_circle(circle: Circle, post: Post) -> Circle:
    """Public, network or followers: a boost is for followers at least, whatever its activity says."""
    wanted = circle if circle in (Circle.PUBLIC, Circle.NETWORK) else Circle.FOLLOWERS
    return narrowed(wanted, post.circle)


def _boost(
    tx: Transaction,
    actor: Actor,
    post: Post,
    uri: str | None,
    circle: Circle,
    published_at: int | None,
    boost_id: int | None = None,
) -> Post:
    at = min(published_at or tx.now, tx.now)
    if boost_id is None:
        boost_id = tx.new_id() if uri is None else ids.remote_id(at, uri, tx.now)
    return Post(
        id=boost_id,
        uri=uri or f"{tx.school.base_url}/activities/{boost_id}",
        url=post.url,
        actor_id=actor.id,
        kind=PostKind.BOOST,
        local=actor.local,
        circle=circle,
        title="",
        summary="",
        content="",
        source=None,
        sensitive=False,
        language=None,
        in_reply_to_id=None,
        in_reply_to_uri=None,
        thread_id=boost_id,
        context=None,
        boost_of_id=post.id,
        replies_count=0,
        boosts_count=0,
        likes_count=0,
        published_at=at,
        edited_at=None,
    )


async def _spread(tx: Transaction, actor: Actor, made: Post, post: Post, author: Actor) -> None:
    await timelines.fan_out(tx, made, actor)
    if post.community_id != actor.id:  # whoever writes to a community knows that it shows what is written there
        await notifications.notify(tx, author.id, NotificationKind.REBLOG, actor, post.id)
    if actor.local:
        await outbox.boosted(tx, actor, made, post, author)


async def unboost(tx: Transaction, actor: Actor, post: Post) -> None:
    """`actor` takes a boost back; nothing happens if there is none."""
    post, author = await _original(tx, post)
    made = await posts.boost_by(tx, actor.id, post.id)
    if made is None:
        return
    await posts.delete(tx, made)
    tx.announce("deletions", made.id)
    await _count(tx, made, post, -1)
    await told.delete(tx, author.id, NotificationKind.REBLOG, actor.id, post.id)
    if actor.local:
        await outbox.unboosted(tx, actor, made, post, author)


async def _reacted_to(tx: Transaction, actor: Actor, post: Post) -> tuple[Post, Actor]:
    original, author = await _original(tx, post)
    if original.circle is Circle.DRAFT or author.gone:
        raise NotFound("There is no such post")
    await reading.require_contact(tx, actor, original)
    return original, author


async def _count(tx: Transaction, boost: Post, post: Post, by: int) -> None:
    if is_counted(boost.circle, post.circle):
        await post_counts.boosts(tx, post.id, by)


async def _original(tx: Transaction, post: Post) -> tuple[Post, Actor]:
    """The post itself, or what it boosts, with its author."""
    original = await posts.by_id(tx, post.boost_of_id) if post.boost_of_id is not None else post
    author = await actors.by_id(tx, original.actor_id) if original else None
    if original is None or author is None:
        raise NotFound("There is no such post")
    return original, author

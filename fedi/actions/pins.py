"""Pins: the posts somebody shows first on her page. Other servers read them in the `featured` collection, and hear of
changes by Add and Remove.
"""

from __future__ import annotations

from fedi.actions import outbox
from fedi.activitypub import activities
from fedi.activitypub.addressing import PUBLIC, Audience
from fedi.activitypub.jsonld import Json
from fedi.errors import Invalid
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Post, PostKind, PostView
from fedi.store import follows, pins, views
from fedi.store.database import Transaction

PINNED = 5
"""How many posts one of ours pins; as many as Mastodon takes."""

PINNED_ELSEWHERE = 20
"""How many we keep of an actor of another server."""

PINNABLE = frozenset({Circle.PUBLIC, Circle.NETWORK, Circle.FOLLOWERS})
"""The circles of posts that may be shown first: those with readers beyond this school and its partners."""


async def pin(tx: Transaction, actor: Actor, post: Post) -> None:
    """`actor` shows a post of hers first; again changes nothing. Invalid: another's, too many, or not for readers
    elsewhere.
    """
    _require_own(actor, post)
    if post.circle is Circle.DIRECT:
        raise Invalid("Posts that are only visible to mentioned users cannot be pinned", "circle")
    if post.circle not in PINNABLE:
        raise Invalid("Only what everyone or your followers may read is pinned", "circle")
    if await pins.insert(tx, actor.id, post.id, PINNED if actor.local else PINNED_ELSEWHERE):
        await _tell(tx, "Add", actor, post)
    elif post.id not in await pins.among(tx, [post.id]):
        raise Invalid("You have already pinned the maximum number of posts", "pins")


async def unpin(tx: Transaction, actor: Actor, post: Post) -> None:
    """`actor` shows it first no more; nothing happens if she did not."""
    if post.actor_id == actor.id and await pins.delete(tx, post.id):
        await _tell(tx, "Remove", actor, post)


def _require_own(actor: Actor, post: Post) -> None:
    if post.actor_id != actor.id:
        raise Invalid("Someone else's post cannot be pinned", "pins")
    if post.kind is PostKind.BOOST:
        raise Invalid("A boost cannot be pinned", "pins")


async def _tell(tx: Transaction, type_: str, actor: Actor, post: Post) -> None:
    tx.announce("pins", actor.id)
    followers = actor.followers or ""
    is_open = post.circle is not Circle.FOLLOWERS
    addressed = Audience((PUBLIC,), (followers,)) if is_open else Audience((followers,))
    await arranged(tx, type_, actor, post.uri, addressed)


async def arranged(tx: Transaction, type_: str, actor: Actor, object_: Json | str, audience: Audience) -> None:
    """Servers of followers hear that one of ours shows something on her page (Add), or no more (Remove)."""
    if not actor.local or actor.featured is None:
        return
    activity = activities.build(type_, outbox.new_uri(tx), actor.uri, object_, audience)
    activity["target"] = actor.featured
    await outbox.send(tx, actor, activity, None, await follows.follower_inboxes(tx, actor.id), public=False)


async def replace(tx: Transaction, actor: Actor, pinned: list[Post]) -> None:
    """An actor of another server shows exactly these of its posts first, in this order."""
    await pins.forget(tx, actor.id)
    own = [post for post in pinned if post.actor_id == actor.id and post.circle in PINNABLE]
    for post in reversed(own[:PINNED_ELSEWHERE]):
        await pins.insert(tx, actor.id, post.id, PINNED_ELSEWHERE)
    tx.announce("pins", actor.id)


async def pinned(tx: Transaction, viewer: Actor | None, actor: Actor) -> list[PostView]:
    """What somebody shows first, as far as `viewer` may see it, the latest pin first."""
    return await views.of(tx, await pins.shown(tx, viewer, actor.id), viewer.id if viewer else None)

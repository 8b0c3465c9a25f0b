"""What people do with posts of their own: change them, publish what was a draft, delete them."""

from __future__ import annotations

from fedi.actions import drafts, posts, reading
from fedi.actions.compose import compose
from fedi.errors import NotFound
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft, Post, PostView
from fedi.store.database import Transaction


async def view(tx: Transaction, author: Actor, post_id: int) -> PostView:
    """A post of this author; NotFound for anybody else's, and for boosts, which have nothing to change."""
    found = await reading.post(tx, author, post_id)
    if found.author.id != author.id or found.boost_of is not None:
        raise NotFound("There is no such post")
    return found


async def change(tx: Transaction, author: Actor, post_id: int, draft: Draft, *, was: PostView | None = None) -> Post:
    """Give a post another text. One that was kept as a draft is published, if the draft now names a circle.

    `was`: how it stood before something about its files was changed: it counts as edited though the text is the same.
    """
    old = await view(tx, author, post_id)
    new = await compose(tx, author, draft, editing=old.post)
    changed = await posts.edit(tx, old.post, new, was=was)
    if old.post.circle is Circle.DRAFT and draft.circle is not None and draft.circle is not Circle.DRAFT:
        return await drafts.publish(tx, changed, draft.circle)
    return changed


async def take_back(tx: Transaction, author: Actor, post_id: int) -> Post:
    """Take a post back everywhere, and keep what it says as a draft with its files; a draft is left alone."""
    old = await view(tx, author, post_id)
    if old.post.circle is Circle.DRAFT:
        return old.post
    draft = await drafts.anew(tx, old)
    await posts.delete(tx, old.post)
    return draft


async def delete(tx: Transaction, author: Actor, post_id: int) -> None:
    """Take a post back everywhere."""
    await posts.delete(tx, (await view(tx, author, post_id)).post)

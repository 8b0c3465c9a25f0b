"""What a person marks for herself: posts she keeps, conversations she wants to hear no more of. Nobody is told.

Who keeps a boost keeps the boosted post.
"""

from __future__ import annotations

from fedi.actions import reading
from fedi.models.actors import Actor
from fedi.models.posts import Post
from fedi.store import bookmarks
from fedi.store.database import Transaction


async def keep(tx: Transaction, me: Actor, post: Post) -> None:
    """Keep a post; NotFound if it is hidden. Again changes nothing."""
    await reading.require(tx, me, post)
    await bookmarks.insert(tx, me.id, post.boost_of_id or post.id)


async def drop(tx: Transaction, me: Actor, post: Post) -> None:
    """Keep it no longer; nothing happens if it was not kept."""
    await bookmarks.delete(tx, me.id, post.boost_of_id or post.id)


async def mute_thread(tx: Transaction, me: Actor, post: Post) -> None:
    """Nothing is told of the conversation a post stands in."""
    await reading.require(tx, me, post)
    await bookmarks.mute_thread(tx, me.id, post.thread_id)


async def unmute_thread(tx: Transaction, me: Actor, post: Post) -> None:
    """It is told of again."""
    await bookmarks.unmute_thread(tx, me.id, post.thread_id)

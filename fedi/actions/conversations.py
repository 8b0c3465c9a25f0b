"""Conversations: what people write each other directly, thread by thread."""

from __future__ import annotations

from collections.abc import Sequence

from fedi.errors import NotFound
from fedi.models.actors import Actor, ActorKind
from fedi.models.conversations import Conversation
from fedi.models.posts import Post
from fedi.store import conversations
from fedi.store.database import Transaction

_WITHOUT_ACCOUNT = (ActorKind.GROUP, ActorKind.APPLICATION)
"""Communities and the school read nothing, though a post may name them."""


async def take_up(tx: Transaction, post: Post, author: Actor, named: Sequence[Actor]) -> None:
    """A direct post goes on with the conversation of everybody here whom it is by or for."""
    await _put(tx, post, _readers((author, *named)))


async def rename(tx: Transaction, post: Post, before: Sequence[Actor], now: Sequence[Actor]) -> None:
    """An edit names others in a direct post: who is new has a conversation, who is left out loses this post of hers."""
    was, here = (_readers(named) - {post.actor_id} for named in (before, now))
    await _put(tx, post, here - was)
    await conversations.forget_post(tx, post, was - here)


def _readers(people: Sequence[Actor]) -> set[int]:
    return {actor.id for actor in people if actor.local and actor.kind not in _WITHOUT_ACCOUNT}


async def _put(tx: Transaction, post: Post, account_ids: set[int]) -> None:
    await conversations.put(tx, account_ids, post)
    for account_id in account_ids:
        tx.announce(f"conversations:{account_id}", post.thread_id)


async def own(tx: Transaction, person: Actor, thread_id: int) -> Conversation:
    """A conversation of hers; NotFound."""
    found = await conversations.one(tx, person, thread_id)
    if found is None:
        raise NotFound("There is no such conversation")
    return found


async def mark(tx: Transaction, person: Actor, thread_id: int, *, unread: bool) -> None:
    """She has read a conversation, or wants to come back to it; NotFound."""
    await conversations.mark(tx, person.id, (await own(tx, person, thread_id)).thread_id, unread=unread)


async def hide(tx: Transaction, person: Actor, thread_id: int) -> None:
    """Take a conversation out of her list until somebody writes in it again; NotFound. The posts stay."""
    await conversations.hide(tx, person.id, (await own(tx, person, thread_id)).thread_id)

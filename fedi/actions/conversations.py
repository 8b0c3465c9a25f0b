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
    here = {actor.id for actor in (author, *named) if actor.local and actor.kind not in _WITHOUT_ACCOUNT}
    await conversations.put(tx, here, post)
    for account_id in here:
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

"""Standing in a community: who may write there, and how a post comes into it.

The lower half of `communities`: what `posts` needs of it.
"""

from __future__ import annotations

from dataclasses import replace

from fedi.actions import reactions
from fedi.errors import Forbidden, Invalid, NotFound
from fedi.models.actors import Actor, ActorKind
from fedi.models.posts import Circle, NewPost, Post
from fedi.policies.communities import may_write
from fedi.policies.visibility import OPEN
from fedi.store import communities
from fedi.store.database import Transaction


async def may(tx: Transaction, author: Actor, community: Actor, *, answer: bool) -> bool:
    """Whether somebody may write to a community of ours; those of other servers decide themselves, but bans are known.

    A group never writes to a group: the two could go on for ever.
    """
    standing = await communities.standing(tx, community.id, author)
    if standing is None or author.kind is ActorKind.GROUP or community.gone:
        return False
    return may_write(standing, answer=answer) if community.local else not standing.banned


async def chosen(tx: Transaction, author: Actor, community_id: int, circle: Circle) -> Actor:
    """The community somebody here wants to write to; NotFound, Forbidden, or Invalid for what is not for everybody."""
    community = await communities.of_post(tx, community_id)
    if community is None or await communities.by_id(tx, community_id) is None:
        raise NotFound("There is no such community")
    if not await may(tx, author, community, answer=False):
        raise Forbidden("You may not write to this community; perhaps you have to join it first")
    if circle not in OPEN and circle is not Circle.DRAFT:
        raise Invalid("What is written to a community is for everyone to read", "circle")
    return community


async def tied(tx: Transaction, author: Actor, new: NewPost) -> NewPost:
    """Settle in which community a post about to be published stands: the one it is written to, else that of its thread.

    None for what not everybody may read: nothing of the school's, or of its partners', is passed on by a community.
    """
    if new.circle is Circle.DRAFT:
        return new
    community = await _community(tx, author, new) if new.circle in OPEN else None
    return new if community is new.community else replace(new, community=community)


async def _community(tx: Transaction, author: Actor, new: NewPost) -> Actor | None:
    parent = new.in_reply_to
    community = new.community or (await communities.of_post(tx, parent.community_id) if parent else None)
    if community is None or not await may(tx, author, community, answer=parent is not None):
        return None
    if new.uri and await communities.is_removed(tx, community.id, new.uri):
        return None
    return None if parent is not None and await communities.is_locked(tx, parent) else community


async def take_up(tx: Transaction, stored: Post, community: Actor | None) -> None:
    """A community of ours shows a new post to its followers; answers it only brings on with their activities."""
    if community is None or not community.local or not await communities.take_up(tx, community.id, stored.uri):
        return
    if stored.in_reply_to_uri is None:
        await reactions.boost(tx, community, stored, circle=stored.circle)


async def let_go(tx: Transaction, post: Post) -> None:
    """A post is going: the community of ours that shows it does so no more."""
    community = await communities.of_post(tx, post.community_id)
    if community is not None and community.local:
        await reactions.unboost(tx, community, post)

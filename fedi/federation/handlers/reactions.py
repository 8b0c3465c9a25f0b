"""Like and Announce, and taking them back. An emoji reaction counts as a like."""

from __future__ import annotations

from fedi.actions import blocks as block_actions
from fedi.actions import follows as follow_actions
from fedi.actions import reactions
from fedi.activitypub import jsonld, uris
from fedi.activitypub.addressing import circle_of
from fedi.federation.incoming import Ignored, Incoming, Need
from fedi.models.actors import Actor
from fedi.models.posts import Post, PostKind
from fedi.store import actors, blocks, follows, likes, posts, relays
from fedi.store.database import Transaction

_CARRIERS = ("Create", "Update")


async def liked(tx: Transaction, incoming: Incoming) -> str:
    """Somebody elsewhere likes a post that we know."""
    post = await _known(tx, incoming.activity.object_uri)
    await reactions.like(tx, await incoming.actor(tx), post, incoming.received.uri)
    return "liked"


async def announced(tx: Transaction, incoming: Incoming) -> str:
    """Somebody elsewhere shows a post to her followers; a group does so with the activity that carries it."""
    uri = _announced_uri(incoming)
    post = await posts.by_uri(tx, uri)
    # Nobody here can follow somebody unknown: who it is matters only if it is about a post that we have.
    sender = await (incoming.actor(tx) if post else incoming.acquaintance(tx))
    if await relays.is_relay(tx, sender.uri):
        return await _relayed(incoming, post, uri)
    if post is None:
        post = await _brought_in(tx, incoming, sender, uri)
    boosted = await reactions.boost(
        tx,
        sender,
        post,
        uri=incoming.received.uri,
        circle=circle_of(incoming.activity.audience.to, incoming.activity.audience.cc, sender.followers, ""),
        published_at=jsonld.time_ms(incoming.activity.json.get("published")),
    )
    tx.announce("posts", boosted.id)
    return "boosted"


async def _relayed(incoming: Incoming, post: Post | None, uri: str) -> str:
    """A relay passes a post on: it is fetched and stands in the timeline of the network, and is nobody's boost."""
    if post is None and jsonld.is_address(uri):
        incoming.require(Need.POST, uri)
    return "relayed"


def _announced_uri(incoming: Incoming) -> str:
    carried = incoming.activity.object
    if jsonld.type_of(carried) in _CARRIERS:
        return jsonld.id_of(carried.get("object")) or ""
    return incoming.activity.object_uri


async def _brought_in(tx: Transaction, incoming: Incoming, sender: Actor, uri: str) -> Post:
    """The announced post, fetched from its own server if anybody here reads the one who shows it."""
    if not jsonld.is_address(uri) or uris.host_of(uri) == tx.school.host:
        raise Ignored("there is no such post")
    if not await follows.has_local_follower(tx, sender.id):
        raise Ignored("nobody here follows who shows it")
    incoming.require_proof()
    incoming.require(Need.POST, uri)
    return await _known(tx, uri)


async def unliked(tx: Transaction, incoming: Incoming) -> str:
    """A like is taken back."""
    post = await _known(tx, jsonld.id_of(incoming.activity.object.get("object")) or "")
    await reactions.unlike(tx, await incoming.acquaintance(tx), post)
    return "unliked"


async def unannounced(tx: Transaction, incoming: Incoming) -> str:
    """A boost is taken back; also if it only names the Announce."""
    sender = await incoming.acquaintance(tx)
    made = await posts.by_uri(tx, incoming.activity.object_uri)
    if made is None or made.kind is not PostKind.BOOST:
        made = await _known(tx, jsonld.id_of(incoming.activity.object.get("object")) or "")
    await reactions.unboost(tx, sender, made)
    return "unboosted"


async def undone(tx: Transaction, incoming: Incoming) -> str:
    """Something is taken back of which only the id is sent."""
    sender = await incoming.acquaintance(tx)
    uri = incoming.activity.object_uri
    follow = await follows.by_uri(tx, uri)
    if follow is not None and follow.follower_id == sender.id:
        followed = await actors.by_id(tx, follow.followed_id)
        if followed is not None:
            await follow_actions.unfollow(tx, sender, followed)
        return "unfollowed"
    liked_post = await posts.by_id(tx, await likes.liked_as(tx, sender.id, uri) or 0)
    if liked_post is not None:
        await reactions.unlike(tx, sender, liked_post)
        return "unliked"
    block = await blocks.by_uri(tx, sender.id, uri)
    if block is not None:
        return await _unblocked(tx, sender, block.blocked_id)
    return await unannounced(tx, incoming)


async def _unblocked(tx: Transaction, sender: Actor, blocked_id: int) -> str:
    blocked = await actors.by_id(tx, blocked_id)
    if blocked is not None:
        await block_actions.unblock(tx, sender, blocked)
    return "unblocked"


async def _known(tx: Transaction, uri: str) -> Post:
    post = await posts.by_uri(tx, uri)
    if post is None:
        raise Ignored("there is no such post")
    return post

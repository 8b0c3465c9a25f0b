"""Add and Remove: what somebody elsewhere shows first on her page, and the hashtags that she shows there."""

from __future__ import annotations

from fedi.actions import pins as pin_actions
from fedi.actions import tags as tag_actions
from fedi.activitypub import jsonld
from fedi.activitypub.links import hashtags
from fedi.federation.incoming import Ignored, Incoming, Need
from fedi.models.actors import Actor
from fedi.models.posts import Post
from fedi.store import follows, posts
from fedi.store.database import Transaction

_HASHTAG = "Hashtag"


async def added(tx: Transaction, incoming: Incoming) -> str:
    """She pins a post; one that is not known is fetched if anybody here reads her."""
    sender = await _of_own_collection(tx, incoming)
    if incoming.activity.object_type == _HASHTAG:
        await tag_actions.shown(tx, sender, hashtags(incoming.activity.object))
        return "hashtag shown"
    await pin_actions.pin(tx, sender, await _post(tx, incoming, sender))
    return "pinned"


async def removed(tx: Transaction, incoming: Incoming) -> str:
    """... or takes it off."""
    sender = await _of_own_collection(tx, incoming)
    if incoming.activity.object_type == _HASHTAG:
        await tag_actions.shown_no_longer(tx, sender, hashtags(incoming.activity.object))
        return "hashtag taken off"
    post = await posts.by_uri(tx, incoming.activity.object_uri)
    if post is None:
        raise Ignored("there is no such post")
    await pin_actions.unpin(tx, sender, post)
    return "unpinned"


async def _of_own_collection(tx: Transaction, incoming: Incoming) -> Actor:
    """The sender, if it is her own page that she changes: nobody arranges the pages of others. Hashtags are added to
    `featured` too, by Mastodon at least.
    """
    sender = await incoming.acquaintance(tx)
    target = jsonld.id_of(incoming.activity.json.get("target"))
    own = (sender.featured, sender.featured_tags) if incoming.activity.object_type == _HASHTAG else (sender.featured,)
    if target is None or target not in own:
        raise Ignored("it is not about what its sender features")
    return sender


async def _post(tx: Transaction, incoming: Incoming, sender: Actor) -> Post:
    uri = incoming.activity.object_uri
    known = await posts.by_uri(tx, uri)
    if known is not None:
        return known
    if not incoming.trusts(uri) or not await follows.has_local_follower(tx, sender.id):
        raise Ignored("there is no such post of the sender")
    incoming.require(Need.POST, uri)
    raise Ignored("there is no such post")

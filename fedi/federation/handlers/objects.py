"""Create, Update and Delete of posts, and Delete of people; votes, which come as nameless posts."""

from __future__ import annotations

from fedi.actions import actors as actor_actions
from fedi.actions import forwarding, readings, remote_posts
from fedi.actions import posts as post_actions
from fedi.activitypub import addressing, jsonld, uris
from fedi.activitypub import remote_posts as posts_on_the_wire
from fedi.federation.incoming import Ignored, Incoming, Need
from fedi.models.actors import Actor
from fedi.models.posts import Post, RemotePost
from fedi.store import actors, follows, posts, relays, tombstones
from fedi.store.database import Transaction

_CHOICES = 100
_MENTIONED = 4
"""How many people that nobody here has met are fetched because one post names them."""

_STALE_MS = 7 * 24 * 60 * 60 * 1000
"""Whose profile is older than that is asked for it again when something of hers comes in."""


async def created(tx: Transaction, incoming: Incoming) -> str:
    """A post by somebody elsewhere, if anybody here has a reason to get it."""
    remote = incoming.post()
    author = await _author(tx, incoming, remote)
    if remote.vote:
        for each in _votes(incoming, remote):
            await remote_posts.vote(tx, author, each)
        return "voted"
    return await _publish(tx, incoming, author, remote)


def _votes(incoming: Incoming, first: RemotePost) -> list[RemotePost]:
    """The choices of one vote: GoToSocial carries all of them in one activity, others send one each."""
    if not incoming.is_own_word():
        return [first]
    carried = list(jsonld.objects(incoming.activity.json.get("object")))[:_CHOICES]
    found = [posts_on_the_wire.parse(each) for each in carried if posts_on_the_wire.is_post(each)]
    return [each for each in found if each.vote and each.author_uri == first.author_uri and incoming.trusts(each.uri)]


async def _author(tx: Transaction, incoming: Incoming, remote: RemotePost) -> Actor:
    author = await actors.by_uri(tx, remote.author_uri)
    if author is None:
        # Nobody is fetched, and kept, for what would be ignored anyway.
        await _require_concern(tx, incoming, remote)
        author = await incoming.known_actor(tx, remote.author_uri)
    if author.local:
        raise Ignored("its author is one of ours")
    if author.gone:
        raise Ignored(f"{remote.author_uri} is suspended or gone")
    return author


async def _publish(tx: Transaction, incoming: Incoming, author: Actor, remote: RemotePost) -> str:
    if not await remote_posts.is_relevant(tx, author, remote) and not await _is_relayed(tx, incoming, remote):
        raise Ignored("nobody here follows its author, and it is addressed to nobody here")
    await _require_parent(tx, incoming, remote)
    await _require_mentioned(tx, incoming, remote)
    stored = await remote_posts.receive(tx, author, remote)
    await forwarding.forward(tx, incoming.received, incoming.activity, stored)
    if tx.now - (author.fetched_at or 0) > _STALE_MS:
        await readings.ask(tx, await readings.of_profile(tx, author))
    return "created"


async def _require_concern(tx: Transaction, incoming: Incoming, remote: RemotePost) -> None:
    if not await remote_posts.may_concern(tx, remote) and not await _is_relayed(tx, incoming, remote):
        raise Ignored("nobody here follows its author, and it is addressed to nobody here")


async def _is_relayed(tx: Transaction, incoming: Incoming, remote: RemotePost) -> bool:
    """Whether a relay of ours has brought something that is for everybody."""
    return addressing.is_public(remote.to) and await relays.is_relay_host(tx, incoming.received.host)


async def _require_parent(tx: Transaction, incoming: Incoming, remote: RemotePost) -> None:
    """What a post answers is fetched first, so that readers find the thread; without it, the answer stands alone."""
    above = remote.in_reply_to_uri
    if above and uris.host_of(above) != tx.school.host and await posts.by_uri(tx, above) is None:
        incoming.require(Need.POST, above)


async def _require_mentioned(tx: Transaction, incoming: Incoming, remote: RemotePost) -> None:
    """The people a post names are fetched, so that they are linked; of many strangers only the first ones."""
    known = {actor.uri for actor in await actors.by_uris(tx, remote.mention_uris)} if remote.mention_uris else set()
    strangers = [uri for uri in remote.mention_uris if uri not in known and uris.host_of(uri) != tx.school.host]
    for uri in strangers[:_MENTIONED]:
        incoming.require(Need.MENTIONED, uri)


async def updated(tx: Transaction, incoming: Incoming) -> str:
    """What a post says now. One that we do not know is treated as new: its Create may have been lost."""
    remote = incoming.post()
    author = await _author(tx, incoming, remote)
    known = await posts.by_uri(tx, remote.uri)
    if known is None:
        return await _publish(tx, incoming, author, remote)
    await remote_posts.edit(tx, author, known, remote)
    await forwarding.forward(tx, incoming.received, incoming.activity, known)
    return "updated"


async def deleted(tx: Transaction, incoming: Incoming) -> str:
    """A post is gone, or a person with everything of hers. Only who made a thing deletes it."""
    uri = incoming.activity.object_uri
    if uri == incoming.activity.actor:
        return await _delete_actor(tx, uri)
    known = await posts.by_uri(tx, uri)
    if known is None:
        return await _remember(tx, incoming, uri)
    sender = await actors.by_uri(tx, incoming.activity.actor)
    if sender is None or sender.id != known.actor_id:
        return await vanished(tx, incoming)
    await forwarding.forward(tx, incoming.received, incoming.activity, known)
    return await _delete_post(tx, known)


async def vanished(tx: Transaction, incoming: Incoming) -> str:
    """Somebody says that a thing is gone which is not hers to delete: its own server is asked."""
    uri = incoming.activity.object_uri
    known = await posts.by_uri(tx, uri)
    actor = await actors.by_uri(tx, uri)
    if (known is None or known.local) and (actor is None or actor.local):
        raise Ignored("it is not known here, or not theirs to delete")
    incoming.require(Need.ABSENCE, uri)
    if uri not in incoming.found.absent:
        raise Ignored("it is still there")
    return await _delete_post(tx, known) if known else await _delete_actor(tx, uri)


async def _delete_post(tx: Transaction, known: Post) -> str:
    if known.local:
        raise Ignored("it is one of ours")
    await post_actions.delete(tx, known)
    return "deleted"


async def _delete_actor(tx: Transaction, uri: str) -> str:
    actor = await actors.by_uri(tx, uri)
    if actor is None or actor.local:
        raise Ignored("nobody is known here by that name")
    await actor_actions.delete(tx, actor)
    return "deleted"


async def _remember(tx: Transaction, incoming: Incoming, uri: str) -> str:
    """A Delete may overtake its Create, which then must not bring the post back; kept only for people read here."""
    sender = await actors.by_uri(tx, incoming.activity.actor)
    if sender is None or not incoming.trusts(uri) or not await follows.has_local_follower(tx, sender.id):
        raise Ignored("it is not known here")
    await tombstones.remember(tx, uri, sender.uri)
    return "remembered"

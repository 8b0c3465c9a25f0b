"""What a group announces (FEP-1b12): the activities of others, in its name and about what stands in it.

That it is announced is the group's word; what was done is believed of whoever did it only as far as the origin allows:
the group's own server speaks for its people, others have signed it (FEP-8b32), or are asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fedi.actions import communities as community_actions
from fedi.actions import posts as post_actions
from fedi.actions import reactions, remote_posts
from fedi.activitypub import activities, groups, jsonld, uris
from fedi.activitypub import remote_posts as posts_on_the_wire
from fedi.activitypub.activities import Activity
from fedi.federation.incoming import Ignored, Incoming, Need
from fedi.models.activities import NewReceived
from fedi.models.actors import Actor, ActorKind
from fedi.models.posts import Circle, Post
from fedi.store import actors, communities, follows, posts, received
from fedi.store.database import Transaction

_REACTIONS = ("Like", "EmojiReact")


async def is_from_group(tx: Transaction, incoming: Incoming) -> bool:
    """Whether an Announce is a group's: of anybody else, it shows a post."""
    return (await incoming.actor(tx)).kind is ActorKind.GROUP


@dataclass(frozen=True, slots=True)
class _Announced:
    """An activity that a group brings: the group, what it brings, and who did it."""

    group: Actor
    inner: Activity
    incoming: Incoming

    async def doer(self, tx: Transaction) -> Actor:
        """Who did it; Ignored for our own people, who did it here."""
        found = await self.incoming.known_actor(tx, jsonld.normal_id(self.inner.actor))
        if found.local:
            raise Ignored("one of ours did it, here")
        return found

    async def believed(self, tx: Transaction) -> Activity:
        """The activity as its doer's server knows it: by its proof, else asked for, unless that is the group's own."""
        if uris.same_origin(self.inner.actor, self.group.uri):
            return self.inner
        if not jsonld.is_address(self.inner.id) or not uris.same_origin(self.inner.id, self.inner.actor):
            raise Ignored("nobody stands for what it brings")
        if self.is_proven():
            await self._only_once(tx)
            return self.inner
        self.incoming.require(Need.DOCUMENT, self.inner.id)
        given = self.incoming.found.documents.get(self.inner.id)
        found = activities.parse(given) if given else None
        if found is None or (found.type, found.actor) != (self.inner.type, self.inner.actor):
            raise Ignored("its doer's server knows nothing of it")
        return found

    def is_proven(self) -> bool:
        """Whether whoever did it has signed it."""
        self.incoming.require_proof()
        return self.inner.id in self.incoming.found.proven

    async def _only_once(self, tx: Transaction) -> None:
        """A proof does not grow old: what has come before, its doer may have taken back since."""
        brought = self.incoming.received
        new = NewReceived(self.inner.id, 0, self.inner.actor, self.inner.type[:100], brought.host, False, False, "")
        if await received.has(tx, self.inner.id):
            raise Ignored("it has come before")
        kept = await received.record(tx, new)
        await received.conclude(tx, kept or 0, "brought by a group")


async def _announced(tx: Transaction, incoming: Incoming) -> _Announced:
    group = await incoming.actor(tx)
    if not await follows.has_local_follower(tx, group.id):
        raise Ignored("nobody here has joined the group")
    return _Announced(group, activities.parse(incoming.activity.object), incoming)


async def published(tx: Transaction, incoming: Incoming) -> str:
    """Announce of a Create: something new stands in the group."""
    announced = await _announced(tx, incoming)
    post = await _post(tx, announced)
    await _take_up(tx, announced, post)
    return "taken up"


async def _post(tx: Transaction, announced: _Announced) -> Post:
    """The post, as its author has signed it or fetched from its origin, with what it answers, unless it is known."""
    uri = announced.inner.object_uri
    if await communities.is_removed(tx, announced.group.id, uri):
        raise Ignored("its moderators have removed it")
    known = await posts.by_uri(tx, uri)
    if known is None and jsonld.is_address(uri) and uris.host_of(uri) != tx.school.host:
        announced.incoming.require_proof()
        announced.incoming.require(Need.POST, uri)
    if known is None:
        raise Ignored("there is no such post")
    return known


async def _take_up(tx: Transaction, announced: _Announced, post: Post) -> None:
    """What begins a thread is shown to those who have joined; answers stand in the thread."""
    if post.community_id == announced.group.id:
        await communities.take_up(tx, announced.group.id, post.uri)
    if post.in_reply_to_uri is None:
        published_at = jsonld.time_ms(announced.incoming.activity.json.get("published"))
        uri = announced.incoming.received.uri
        await reactions.boost(tx, announced.group, post, uri=uri, circle=Circle.PUBLIC, published_at=published_at)


async def edited(tx: Transaction, incoming: Incoming) -> str:
    """Announce of an Update: what a post says now, as its author has signed it or its own server says it."""
    announced = await _announced(tx, incoming)
    if announced.inner.object_type in activities.PEOPLE:
        return await _changed(announced)
    uri = announced.inner.object_uri
    known = await posts.by_uri(tx, uri)
    if known is None:
        return await published(tx, incoming)
    if known.local:
        raise Ignored("it is one of ours")
    incoming.require_proof()
    if uri not in incoming.found.proven:
        incoming.require(Need.DOCUMENT, uri)
    remote = posts_on_the_wire.parse(incoming.found.documents.get(uri, {}))
    posts_on_the_wire.check_author(remote)
    await remote_posts.edit(tx, await incoming.known_actor(tx, remote.author_uri), known, remote)
    return "updated"


async def _changed(announced: _Announced) -> str:
    """The group itself is another: its server is asked what it is now."""
    if announced.inner.object_uri != announced.group.uri:
        raise Ignored("a group speaks of itself only")
    announced.incoming.require(Need.FRESH_ACTOR, announced.group.uri)
    return "updated"


async def deleted(tx: Transaction, incoming: Incoming) -> str:
    """Announce of a Delete: by its author, whose server is asked; or by moderators, who remove it from the group."""
    announced = await _announced(tx, incoming)
    post = await _of_group(tx, announced, announced.inner.object_uri)
    author = await actors.by_id(tx, post.actor_id)
    if author is not None and author.uri == announced.inner.actor:
        return await _delete(tx, announced, post)
    await community_actions.remove(tx, await _moderator(tx, announced), post)
    return "removed"


async def _delete(tx: Transaction, announced: _Announced, post: Post) -> str:
    if post.local:
        raise Ignored("it is one of ours")
    if not uris.same_origin(post.uri, announced.group.uri) and not announced.is_proven():
        announced.incoming.require(Need.ABSENCE, post.uri)
        if post.uri not in announced.incoming.found.absent:
            raise Ignored("it is still there")
    await post_actions.delete(tx, post)
    return "deleted"


async def _of_group(tx: Transaction, announced: _Announced, uri: str) -> Post:
    """A post that stands in the group: about any other it has nothing to say."""
    post = await posts.by_uri(tx, uri)
    if post is None or post.community_id != announced.group.id:
        raise Ignored("there is no such post in the group")
    return post


async def _moderator(tx: Transaction, announced: _Announced) -> Actor:
    """Who did it, a moderator of the group: its list is read again if she is not on it."""
    uri = jsonld.normal_id(announced.inner.actor)
    found = await actors.by_uri(tx, uri)
    if found is None:
        found = await announced.incoming.known_actor(tx, uri)
    if not await community_actions.may_moderate(tx, found, announced.group):
        await _read_moderators(tx, announced)
    return found


async def _read_moderators(tx: Transaction, announced: _Announced) -> None:
    community = await communities.by_id(tx, announced.group.id)
    listed_at = community.moderators_uri if community else None
    if listed_at is None:
        raise Ignored("it is not known who moderates the group")
    announced.incoming.require(Need.DOCUMENT, listed_at)
    collection = announced.incoming.found.documents.get(listed_at, {})
    await community_actions.set_remote_moderators(tx, announced.group, groups.parse_moderators(collection))


async def liked(tx: Transaction, incoming: Incoming) -> str:
    """Announce of a Like: somebody likes what stands in the group."""
    announced = await _announced(tx, incoming)
    post = await _of_group(tx, announced, announced.inner.object_uri)
    doer = await announced.doer(tx)
    if (await announced.believed(tx)).object_uri != announced.inner.object_uri:
        raise Ignored("its doer's server says otherwise")
    await reactions.like(tx, doer, post, announced.inner.id or None)
    return "liked"


async def disliked(tx: Transaction, incoming: Incoming) -> str:
    """Announce of a Dislike, which takes an earlier like back; dislikes are not counted here."""
    announced = await _announced(tx, incoming)
    post = await _of_group(tx, announced, announced.inner.object_uri)
    doer = await announced.doer(tx)
    await announced.believed(tx)
    await reactions.unlike(tx, doer, post)
    return "unliked"


async def undone(tx: Transaction, incoming: Incoming) -> str:
    """Announce of an Undo: of a like, or of what moderators had decided."""
    announced = await _announced(tx, incoming)
    kind = announced.inner.object_type
    undone_ = activities.parse({"actor": announced.inner.actor, **announced.inner.object})
    if undone_.actor != announced.inner.actor:
        raise Ignored("nobody takes back what others did")
    if kind in _REACTIONS:
        return await _unlike(tx, announced, undone_)
    decision = _UNDONE.get(kind)
    if decision is None:
        raise Ignored(f"an Undo of {kind or 'something'} means nothing here")
    return await decision(tx, replace(announced, inner=undone_))


async def _unlike(tx: Transaction, announced: _Announced, like: Activity) -> str:
    post = await _of_group(tx, announced, like.object_uri)
    doer = await announced.doer(tx)
    await announced.believed(tx)
    await reactions.unlike(tx, doer, post)
    return "unliked"


async def locked(tx: Transaction, incoming: Incoming) -> str:
    """Announce of a Lock: a post takes no answers any more."""
    return await _lock(tx, await _announced(tx, incoming), locked_=True)


async def _lock(tx: Transaction, announced: _Announced, *, locked_: bool) -> str:
    post = await _of_group(tx, announced, announced.inner.object_uri)
    await community_actions.lock(tx, await _moderator(tx, announced), post, locked_)
    return "locked" if locked_ else "unlocked"


async def arranged(tx: Transaction, incoming: Incoming) -> str:
    """Announce of an Add or a Remove: of a post that the group shows first, or of a moderator."""
    announced = await _announced(tx, incoming)
    target = jsonld.id_of(announced.inner.json.get("target"))
    community = await communities.by_id(tx, announced.group.id)
    if target and community is not None and target == community.moderators_uri:
        await _read_moderators(tx, announced)
        return "moderators read"
    if target is None or target != announced.group.featured:
        raise Ignored("it is about nothing of the group's")
    post = await _of_group(tx, announced, announced.inner.object_uri)
    await community_actions.feature(tx, await _moderator(tx, announced), post, announced.inner.type == "Add")
    return "featured" if announced.inner.type == "Add" else "no longer featured"


async def banned(tx: Transaction, incoming: Incoming) -> str:
    """Announce of a Block: moderators shut somebody out of the group."""
    announced = await _announced(tx, incoming)
    inner = announced.inner
    if jsonld.id_of(inner.json.get("target")) != announced.group.uri:
        raise Ignored("it is about another group")
    await community_actions.ban(
        tx,
        await _moderator(tx, announced),
        announced.group,
        inner.object_uri,
        until=jsonld.time_ms(inner.json.get("endTime") or inner.json.get("expires")),
        removing=jsonld.boolean(inner.json, "removeData"),
    )
    return "shut out"


async def _unbanned(tx: Transaction, announced: _Announced) -> str:
    moderator = await _moderator(tx, announced)
    await community_actions.lift_ban(tx, moderator, announced.group, announced.inner.object_uri)
    return "let in again"


async def _unlocked(tx: Transaction, announced: _Announced) -> str:
    return await _lock(tx, announced, locked_=False)


async def _restored(tx: Transaction, announced: _Announced) -> str:
    """A removal is taken back. A copy that was not kept comes again."""
    uri = announced.inner.object_uri
    if not await communities.is_removed(tx, announced.group.id, uri) and await posts.by_uri(tx, uri) is not None:
        raise Ignored("it was not removed")
    await community_actions.restore(tx, await _moderator(tx, announced), announced.group, uri)
    post = await _post(tx, announced)
    await _take_up(tx, announced, post)
    return "let in again"


_UNDONE = {"Block": _unbanned, "Delete": _restored, "Lock": _unlocked}


async def dislike(tx: Transaction, incoming: Incoming) -> str:
    """A Dislike that comes by itself: a like of the same person is taken back."""
    post = await posts.by_uri(tx, incoming.activity.object_uri)
    if post is None:
        raise Ignored("there is no such post")
    await reactions.unlike(tx, await incoming.actor(tx), post)
    return "unliked"

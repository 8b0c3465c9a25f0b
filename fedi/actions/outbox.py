"""What our actors tell other servers: each act of a local actor as one activity, kept to the letter, and its
deliveries.

Called by the other actions inside their unit, so that what is sent commits with what happened. School posts and
drafts, and whatever is done to them, produce nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fedi.actions import deliveries, proofs
from fedi.activitypub import activities, addressing, groups, jsonld, objects
from fedi.activitypub import actors as actor_documents
from fedi.activitypub.addressing import PUBLIC, Audience
from fedi.activitypub.jsonld import Json, encode, format_time
from fedi.errors import Conflict
from fedi.models.activities import SentActivity
from fedi.models.actors import Actor, ActorKind
from fedi.models.follows import Follow
from fedi.models.posts import Circle, Post, PostView
from fedi.store import activities as sent
from fedi.store import actors, communities, files, follows, keys, partners, receipts
from fedi.store.database import Transaction

_STAYS_HERE = (Circle.SCHOOL, Circle.DRAFT)


async def created(tx: Transaction, view: PostView) -> None:
    """A new post of ours goes to whom it is addressed."""
    await _publish(tx, "Create", view, view.post.published_at)


async def updated(tx: Transaction, view: PostView) -> None:
    """An edited post, or a poll with new counts, goes to whom the post went."""
    await _publish(tx, "Update", view, view.post.edited_at or tx.now)


async def counted(tx: Transaction, view: PostView, voters: Sequence[Actor]) -> None:
    """New counts of a poll of ours, to all who have it and to the voters. They are no news: no outbox lists them."""
    addressed = addressing.audience(view, tx.school.base_url)
    if addressed is None:
        return
    document = objects.build(view, tx.school.base_url)
    activity = activities.about_object("Update", new_uri(tx), view.author.uri, document, format_time(tx.now))
    inboxes = await _inboxes(tx, view.author, view.post, [*_named(view), *voters])
    await send(tx, view.author, activity, view.post, inboxes, public=False)


async def _publish(tx: Transaction, type_: str, view: PostView, at: int) -> None:
    addressed = addressing.audience(view, tx.school.base_url)
    if addressed is None:
        return
    document = objects.build(view, tx.school.base_url)
    activity = activities.about_object(type_, new_uri(tx), view.author.uri, document, format_time(at))
    if view.material is not None:
        # A material is taken out of its activity and carried on: it has a proof of its own.
        activity["object"] = await proofs.attach(tx, view.author, document)
    sent_ = await send(tx, view.author, activity, view.post, await inboxes_of(tx, view))
    await announce(tx, view.community, sent_, view.post)


async def announce(tx: Transaction, community: Actor | None, activity: Json, post: Post | None) -> None:
    """A community of ours brings an activity to its followers, as it came, once (FEP-1b12)."""
    if (
        community is None
        or not community.local
        or not await communities.first_announced(tx, community.id, activity["id"])
    ):
        return
    brought = groups.announce(new_uri(tx), community, activity)
    public = post is not None and post.circle in (Circle.PUBLIC, Circle.NETWORK)
    await send(tx, community, brought, post, await follows.follower_inboxes(tx, community.id), public=public)


async def inboxes_of(tx: Transaction, view: PostView) -> set[str]:
    """Where a post of ours goes, and whatever is to be told to those who have it."""
    return await _inboxes(tx, view.author, view.post, _named(view))


def _named(view: PostView) -> list[Actor]:
    community = [view.community] if view.community else []
    return [*view.mentions, *addressing.concerned(view), *community]


async def deleted(tx: Transaction, author: Actor, post: Post, mentioned: Sequence[Actor]) -> None:
    """A post of ours is gone: everybody who may have it hears of it, though an agreement has ended since: what is told
    is no more than an address.
    """
    if post.circle in _STAYS_HERE or post.kept_within is Circle.SCHOOL:
        return
    community = await communities.of_post(tx, post.community_id)
    named = [*mentioned, community] if community else mentioned
    addressed = _everyone_told(author, post, named, tx.school.base_url)
    activity = activities.delete(new_uri(tx), author.uri, post.uri, addressed)
    inboxes = await _inboxes_told(tx, author, post, named)
    await sent.hide_post(tx, post.id)
    sent_ = await send(tx, author, activity, post, inboxes, public=False)
    await announce(tx, community, sent_, None)


async def _inboxes_told(tx: Transaction, author: Actor, post: Post, named: Iterable[Actor]) -> set[str]:
    if post.circle is Circle.DIRECT:
        return _inboxes_of(named)
    if post.circle is Circle.PARTNERS:
        hosts = await partners.reach(tx, [post.id]), await receipts.hosts_of(tx, post.id)
        return await _inboxes_at(tx, author, named, sorted({*hosts[0], *hosts[1]}))
    return await _inboxes(tx, author, post, named)


def _everyone_told(author: Actor, post: Post, mentioned: Sequence[Actor], base: str) -> Audience:
    named = tuple(actor.uri for actor in mentioned)
    match post.circle:
        case Circle.PUBLIC | Circle.NETWORK:
            return Audience((PUBLIC,), (author.followers or "", *named))
        case Circle.PARTNERS:
            return Audience((f"{base}{addressing.PARTNERS_PATH}",), named)
        case Circle.FOLLOWERS:
            return Audience((author.followers or "",), named)
        case _:
            return Audience(named)


async def liked(tx: Transaction, actor: Actor, uri: str, post: Post, author: Actor) -> None:
    """One of ours likes a post: its author's server hears of it, and the community where it stands."""
    community = await communities.of_post(tx, post.community_id)
    await _to_author(tx, actor, _like(uri, actor, post, author, community), post, author, community)


async def unliked(tx: Transaction, actor: Actor, uri: str, post: Post, author: Actor) -> None:
    """... and takes it back."""
    community = await communities.of_post(tx, post.community_id)
    like = _like(uri, actor, post, author, community)
    undo = activities.undo(new_uri(tx), like)
    audience = {"audience": like["audience"]} if "audience" in like else {}
    await _to_author(tx, actor, undo | audience, post, author, community)


def _like(uri: str, actor: Actor, post: Post, author: Actor, community: Actor | None) -> Json:
    addressed = Audience((author.uri,), (community.uri,) if community else ())
    like = activities.build("Like", uri, actor.uri, post.uri, addressed)
    return like | ({"audience": community.uri} if community else {})


async def boosted(tx: Transaction, actor: Actor, boost: Post, post: Post, author: Actor) -> None:
    """One of ours shows a post to her followers."""
    if post.circle in _STAYS_HERE:
        return
    announce = _announce(actor, boost, post, author)
    inboxes = await _inboxes(tx, actor, boost, [author])
    await send(tx, actor, announce, boost, inboxes)


async def unboosted(tx: Transaction, actor: Actor, boost: Post, post: Post, author: Actor) -> None:
    """... and no longer."""
    if post.circle in _STAYS_HERE:
        return
    undo = activities.undo(new_uri(tx), _announce(actor, boost, post, author))
    inboxes = await _inboxes(tx, actor, boost, [author])
    await sent.hide_post(tx, boost.id)
    await send(tx, actor, undo, boost, inboxes, public=False)


def _announce(actor: Actor, boost: Post, post: Post, author: Actor) -> Json:
    followers = actor.followers or ""
    addressed = {
        Circle.PUBLIC: Audience((PUBLIC,), (followers, author.uri)),
        Circle.NETWORK: Audience((followers,), (PUBLIC, author.uri)),
    }.get(boost.circle, Audience((followers,), (author.uri,)))
    announce = activities.build("Announce", boost.uri, actor.uri, post.uri, addressed)
    return announce | {"published": format_time(boost.published_at)}


async def voted(tx: Transaction, actor: Actor, post: Post, author: Actor, titles: Sequence[str]) -> None:
    """One of ours chooses in a poll of another server: one nameless Note for each choice, as everybody does it."""
    for title in titles:
        vote_uri = f"{tx.school.base_url}/votes/{tx.new_id()}"
        note = {
            "id": vote_uri,
            "type": "Note",
            "attributedTo": actor.uri,
            "inReplyTo": post.uri,
            "name": title,
            "to": [author.uri],
            "cc": [],
        }
        activity = activities.about_object("Create", new_uri(tx), actor.uri, note, format_time(tx.now))
        await _to_author(tx, actor, activity, post, author)


async def follow_requested(tx: Transaction, follow: Follow, follower: Actor, followed: Actor) -> None:
    """One of ours asks to follow somebody elsewhere."""
    await send(tx, follower, activities.follow(follow.uri, follower.uri, followed.uri), None, inbox_of(followed))


async def follow_accepted(tx: Transaction, follow: Follow, follower: Actor, followed: Actor) -> None:
    """One of ours lets somebody elsewhere follow."""
    await _answer(tx, "Accept", follow, follower, followed)


async def follow_rejected(tx: Transaction, follow: Follow, follower: Actor, followed: Actor) -> None:
    """One of ours does not, or no longer."""
    await _answer(tx, "Reject", follow, follower, followed)


async def _answer(tx: Transaction, type_: str, follow: Follow, follower: Actor, followed: Actor) -> None:
    request = activities.follow(follow.uri, follower.uri, followed.uri)
    answer = activities.build(type_, new_uri(tx), followed.uri, request, Audience((follower.uri,)))
    await send(tx, followed, answer, None, inbox_of(follower))


async def unfollowed(tx: Transaction, follow: Follow, follower: Actor, followed: Actor) -> None:
    """One of ours follows somebody elsewhere no more."""
    undo = activities.undo(new_uri(tx), activities.follow(follow.uri, follower.uri, followed.uri))
    await send(tx, follower, undo, None, inbox_of(followed))


async def actor_updated(tx: Transaction, actor: Actor) -> None:
    """A profile of ours changed: the followers' servers get the new one."""
    activity = await _actor_update(tx, actor)
    await send(tx, actor, activity, None, await follows.follower_inboxes(tx, actor.id), public=False)


async def keys_rotated(tx: Transaction, actor: Actor) -> None:
    """An actor of ours has new keys: who may know the old ones is told, signed with what they know.

    The school's key signs every GET, so any server may know that.
    """
    is_school = actor.kind is ActorKind.APPLICATION
    inboxes = await follows.every_inbox(tx) if is_school else await follows.follower_inboxes(tx, actor.id)
    activity = await proofs.attach(tx, actor, await _actor_update(tx, actor))
    await _deliver(tx, actor, activity, None, inboxes, public=False, former_key=True)


async def _actor_update(tx: Transaction, actor: Actor) -> Json:
    pictures = await files.by_ids(tx, [each for each in (actor.avatar_id, actor.header_id) if each is not None])
    community = await communities.by_id(tx, actor.id) if actor.kind is ActorKind.GROUP else None
    document = actor_documents.build(
        actor,
        await keys.of_actor(tx, actor.id),
        tx.school.base_url,
        pictures.get(actor.avatar_id or 0),
        pictures.get(actor.header_id or 0),
        community,
    )
    return activities.build("Update", new_uri(tx), actor.uri, document, Audience((PUBLIC,), (actor.followers or "",)))


async def actor_deleted(tx: Transaction, actor: Actor) -> None:
    """A person of ours is gone: every server we know hears of it, for nobody knows where her posts went."""
    activity = activities.delete_actor(new_uri(tx), actor.uri)
    await send(tx, actor, activity, None, await follows.every_inbox(tx), public=False)


async def agreement_offered(tx: Transaction, host: str) -> None:
    """Our school offers the school at `host` an agreement; its actor must be known."""
    us, them = await _schools(tx, host)
    await send(tx, us, activities.offer_agreement(new_uri(tx), us.uri, them.uri), None, inbox_of(them))


async def agreement_revoked(tx: Transaction, host: str) -> None:
    """... or takes the offer back."""
    us, them = await _schools(tx, host)
    offer = activities.offer_agreement(new_uri(tx), us.uri, them.uri)
    await send(tx, us, activities.undo(new_uri(tx), offer), None, inbox_of(them))


async def _schools(tx: Transaction, host: str) -> tuple[Actor, Actor]:
    scheme = tx.school.base_url.partition("://")[0]
    us, them = await actors.school_actor(tx), await actors.by_uri(tx, f"{scheme}://{host}/actor")
    if them is None:
        raise Conflict(f"{host} has not been asked who it is: its /actor must be fetched first")
    return us, them


def new_uri(tx: Transaction) -> str:
    """The id of a new activity of ours."""
    return f"{tx.school.base_url}/activities/{tx.new_id()}"


async def _to_author(
    tx: Transaction, actor: Actor, activity: Json, post: Post, author: Actor, community: Actor | None = None
) -> None:
    if post.circle in _STAYS_HERE:
        return
    inboxes = {inbox for each in (author, community) if each for inbox in inbox_of(each)}
    if inboxes:
        # In a community a like is told to everybody, who asks for it where it comes from.
        await send(tx, actor, activity, None, inboxes, public=community is not None)
    await announce(tx, community, activity, None)


async def _inboxes(tx: Transaction, author: Actor, post: Post, named: Iterable[Actor]) -> set[str]:
    """Where a post, and what is told of it, goes: only where it is kept within, whoever follows or is named."""
    if post.circle is Circle.DIRECT:
        return _inboxes_of(await _within(tx, post, named))
    if post.circle is Circle.PARTNERS:
        return await _inboxes_at(tx, author, named, await partners.reach(tx, [post.id]))
    return _inboxes_of(named).union(await follows.follower_inboxes(tx, author.id))


def _inboxes_of(people: Iterable[Actor]) -> set[str]:
    return {inbox for actor in people for inbox in inbox_of(actor)}


async def _within(tx: Transaction, post: Post, named: Iterable[Actor]) -> list[Actor]:
    """Those a message may reach: whom it may name is asked when it is written, and agreements end later."""
    if post.kept_within is None:
        return list(named)
    hosts = await partners.reach(tx, [post.id]) if post.kept_within is Circle.PARTNERS else []
    return [actor for actor in named if actor.host in hosts]


async def _inboxes_at(tx: Transaction, author: Actor, named: Iterable[Actor], hosts: list[str]) -> set[str]:
    """Those of the named, of the schools and of the author's followers at these hosts."""
    scheme = tx.school.base_url.partition("://")[0]
    schools = await actors.by_uris(tx, [f"{scheme}://{host}/actor" for host in hosts])
    there = [actor for actor in (*named, *schools) if actor.host in hosts]
    return _inboxes_of(there).union(await follows.follower_inboxes(tx, author.id, hosts))


def inbox_of(actor: Actor) -> list[str]:
    """Where something for one actor goes: nowhere, if it is of this school or gone."""
    return [] if actor.local or actor.gone else [actor.shared_inbox or actor.inbox]


async def send(
    tx: Transaction,
    actor: Actor,
    activity: Json,
    post: Post | None,
    inboxes: Iterable[str],
    *,
    public: bool | None = None,
) -> Json:
    """Keep an activity of one of ours and queue its deliveries; `public` unless told is what the post's circle says.

    Gives it as it is sent, with its proof.
    """
    if public is None:
        public = post is not None and post.circle in (Circle.PUBLIC, Circle.NETWORK)
    activity = await proofs.attach(tx, actor, activity)
    await _deliver(tx, actor, activity, post, inboxes, public)
    return activity


async def forward(tx: Transaction, actor: Actor, activity: Json, inboxes: Iterable[str]) -> None:
    """Pass an activity of somebody else on, as it came; `actor` of ours brings it."""
    await _deliver(tx, actor, activity, None, inboxes, public=False)


async def _deliver(
    tx: Transaction,
    actor: Actor,
    activity: Json,
    post: Post | None,
    inboxes: Iterable[str],
    public: bool,
    *,
    former_key: bool = False,
) -> None:
    kept = SentActivity(
        id=tx.new_id(),
        uri=activity["id"],
        actor_id=actor.id,
        type=activity["type"],
        object_uri=_object_uri(activity),
        post_id=post.id if post else None,
        public=public,
        json=encode(activity),
        created_at=tx.now,
    )
    if await sent.insert(tx, kept):
        await deliveries.begin(tx, kept, inboxes, former_key=former_key)


def _object_uri(activity: Json) -> str:
    carried = jsonld.first(activity["object"])
    return str(carried if isinstance(carried, str) else carried.get("id", ""))

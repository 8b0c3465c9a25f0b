"""Collections of ours for other servers: outbox, followers, following, featured, partners, and what hangs on a post."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi.actions import profiles
from fedi.activitypub import actors as actors_on_the_wire
from fedi.activitypub import collections, groups, jsonld, objects
from fedi.activitypub import featured_collections as collections_of_people
from fedi.activitypub.jsonld import Json
from fedi.activitypub.signatures import proofs
from fedi.errors import NotFound, Unauthenticated
from fedi.federation import documents, responses
from fedi.instances import Instance
from fedi.models.activities import SentActivity
from fedi.models.actors import Actor, ActorKind
from fedi.models.follows import FollowView
from fedi.models.paging import Page
from fedi.models.posts import PostView, Tag
from fedi.outbound.visitors import host_of_visitor
from fedi.store import activities, actors, communities, featured_collections, featured_tags, follows, peers, pins, views
from fedi.store import served as served_posts
from fedi.store.database import Transaction

_OUTBOX_PAGE = 20
_PEOPLE_PAGE = 40
_CONTEXT_PAGE = 100

PageOfPeople = Callable[[Transaction, int, Page], Awaitable[list[FollowView]]]


async def outbox(request: Request) -> Response:
    """GET .../outbox: what an actor says to everybody."""
    return await _answer(request, _outbox)


async def followers(request: Request) -> Response:
    """GET .../followers: who was accepted."""
    return await _answer(request, _followers)


async def following(request: Request) -> Response:
    """GET .../following."""
    return await _answer(request, _following)


async def followers_of_visitor(request: Request) -> Response:
    """GET .../followers_synchronization: who of the asking server's people follows (FEP-8fcf), for those that sign."""
    instance: Instance = request.state.instance
    host = await host_of_visitor(request)
    if host is None:
        raise Unauthenticated("Only a server that signs is told who of its people follows")
    return responses.document(await instance.db.read(_followers_at, request.path_params, host), public=False)


async def _followers_at(tx: Transaction, path: dict[str, object], host: str) -> Json:
    owner = await _owner(tx, path)
    uri = f"{owner.uri}/followers_synchronization"
    return collections.whole(uri, await follows.follower_uris_at(tx, owner.id, host))


async def featured(request: Request) -> Response:
    """GET .../collections/featured: what an actor shows first, whole; what is for followers only to their servers."""
    instance: Instance = request.state.instance
    found = await instance.db.read(_featured, request.path_params, None)
    is_public = not found.hidden
    if found.hidden and (host := await host_of_visitor(request)):
        found = await instance.db.read(_featured, request.path_params, host)
    items = [objects.build(view, instance.school.base_url) for view in found.views]
    return responses.document(collections.whole(found.uri, items), public=is_public)


@dataclass(frozen=True, slots=True)
class _Featured:
    """What an actor has pinned as far as it may be shown; `hidden`: there is more."""

    uri: str
    views: list[PostView]
    hidden: bool


async def _featured(tx: Transaction, path: dict[str, object], host: str | None) -> _Featured:
    owner = await _owner(tx, path)
    is_group = owner.kind is ActorKind.GROUP
    pinned = await (communities.featured if is_group else pins.ids)(tx, owner.id)
    shown = await served_posts.among(tx, pinned, host)
    views_ = await views.full(tx, [post_id for post_id in pinned if post_id in shown])
    return _Featured(owner.featured or "", views_, len(shown) < len(pinned))


async def featured_hashtags(request: Request) -> Response:
    """GET /users/<id>/collections/tags: the hashtags somebody shows on her page."""
    instance: Instance = request.state.instance
    return responses.document(await instance.db.read(_featured_hashtags, request.path_params))


async def _featured_hashtags(tx: Transaction, path: dict[str, object]) -> Json:
    owner = await _owner(tx, path)
    shown = await featured_tags.of_actor(tx, owner.id)
    items = [objects.hashtag(Tag(each.name, each.folded), tx.school.base_url) for each in shown]
    return collections.whole(actors_on_the_wire.featured_tags_uri(owner), items)


async def people(request: Request) -> Response:
    """GET /users/<id>/collections/people: the collections of people that somebody shows (FEP-7aa9)."""
    instance: Instance = request.state.instance
    return responses.document(await instance.db.read(_of_people, request.path_params))


async def _of_people(tx: Transaction, path: dict[str, object]) -> Json:
    owner = await _owner(tx, path)
    made = await featured_collections.of_actor(tx, owner.id, listed=True, limit=_PEOPLE_PAGE)
    return collections.whole(collections_of_people.list_uri(owner), [each.uri for each in made])


async def moderators(request: Request) -> Response:
    """GET /users/<id>/moderators: who decides in a community (FEP-1b12)."""
    instance: Instance = request.state.instance
    return responses.document(await instance.db.read(_moderators, request.path_params))


async def _moderators(tx: Transaction, path: dict[str, object]) -> Json:
    owner = await _owner(tx, path)
    if owner.kind is not ActorKind.GROUP:
        raise NotFound("There is no such thing here")
    return collections.whole(groups.moderators_uri(owner), await communities.moderators(tx, owner.id))


async def partners(request: Request) -> Response:
    """GET /actor/partners: the schools with which an agreement stands; partner posts are addressed to it."""
    instance: Instance = request.state.instance
    return responses.document(await instance.db.read(_partners))


async def replies(request: Request) -> Response:
    """GET /posts/<id>/replies: answers that anybody may read."""
    found = await documents.served(request)
    instance: Instance = request.state.instance
    uri, after = f"{found.post.uri}/replies", _number(request, "after") or 0
    items, more = await instance.db.read(documents.answers, found.post.id, after)
    if request.query_params.get("page"):
        page = collections.replies_page(uri, items, here=after, after=more)
    else:
        page = collections.replies(uri, found.post.replies_count, items, more)
    return responses.document(page, public=found.public)


async def context(request: Request) -> Response:
    """GET /contexts/<id>: the thread that began with this post of ours, as far as whoever asks may see it."""
    instance: Instance = request.state.instance
    host = await host_of_visitor(request)
    after = (_number(request, "after") or 0) if request.query_params.get("page") else None
    found = await instance.db.read(_context, request.path_params["id"], host, after)
    return responses.document(found, public=host is None)


async def _context(tx: Transaction, root_id: int, host: str | None, after: int | None) -> Json:
    base = tx.school.base_url
    root = await served_posts.post(tx, f"{base}/posts/{root_id}", host)
    if root is None or root.context != f"{base}/contexts/{root_id}":
        raise NotFound("There is no such thing here")
    if after is None:
        author = await actors.by_id(tx, root.actor_id)
        total = await served_posts.thread_size(tx, root.thread_id, host)
        return collections.context(root.context, author.uri if author else "", total)
    found = await served_posts.thread(tx, root.thread_id, host, after, _CONTEXT_PAGE)
    rest = {"after": str(found[-1].id)} if len(found) == _CONTEXT_PAGE else None
    return collections.page(
        root.context, [each.uri for each in found], here={"after": str(after)} if after else {}, after=rest
    )


async def likes(request: Request) -> Response:
    """GET /posts/<id>/likes: how many."""
    found = await documents.served(request)
    uri = f"{found.post.uri}/likes"
    return responses.document(collections.count(uri, found.post.likes_count), public=found.public)


async def shares(request: Request) -> Response:
    """GET /posts/<id>/shares: how many."""
    found = await documents.served(request)
    uri = f"{found.post.uri}/shares"
    return responses.document(collections.count(uri, found.post.boosts_count), public=found.public)


async def _answer(request: Request, read: Callable[[Transaction, Actor, Page | None], Awaitable[Json]]) -> Response:
    instance: Instance = request.state.instance
    page = Page(before=_number(request, "max_id")) if request.query_params.get("page") else None
    return responses.document(await instance.db.read(_of_actor, request.path_params, page, read))


def _number(request: Request, name: str) -> int | None:
    return jsonld.integer(request.query_params.get(name))


async def _of_actor(
    tx: Transaction,
    path: dict[str, object],
    page: Page | None,
    read: Callable[[Transaction, Actor, Page | None], Awaitable[Json]],
) -> Json:
    return await read(tx, await _owner(tx, path), page)


async def _owner(tx: Transaction, path: dict[str, object]) -> Actor:
    owner = await documents.local_actor(tx, path)
    if owner is None or owner.gone:
        raise NotFound("There is no such thing here")
    return owner


async def _outbox(tx: Transaction, owner: Actor, page: Page | None) -> Json:
    uri = owner.outbox or ""
    if page is None:
        return collections.ordered(uri, await activities.outbox_size(tx, owner.id))
    said = await activities.outbox(tx, owner.id, Page(_OUTBOX_PAGE, page.before))
    about = [each.post_id for each in said if each.post_id is not None and each.type == "Create"]
    now = {view.post.id: view for view in await views.full(tx, about)}
    items = [_as_it_is_now(each, now.get(each.post_id or 0), tx.school.base_url) for each in said]
    after = {"max_id": str(said[-1].id)} if len(said) == _OUTBOX_PAGE else None
    return collections.page(uri, items, here=_here(page), after=after)


def _as_it_is_now(sent: SentActivity, view: PostView | None, base: str) -> Json:
    """The activity with its post as it reads today: an outbox that brings back what was corrected is no use."""
    activity: Json = jsonld.decode_own(sent.json)
    # With another object it is not what was signed. It comes from its origin here, which is as good.
    return activity if view is None else {**proofs.without(activity), "object": objects.build(view, base)}


async def _followers(tx: Transaction, owner: Actor, page: Page | None) -> Json:
    return await _people(tx, owner, owner.followers or "", owner.followers_count, page, follows.follower_page)


async def _following(tx: Transaction, owner: Actor, page: Page | None) -> Json:
    return await _people(tx, owner, owner.following or "", owner.following_count, page, follows.following_page)


async def _people(tx: Transaction, owner: Actor, uri: str, total: int, page: Page | None, read: PageOfPeople) -> Json:
    closed = not profiles.shows_follows(owner, None)
    if page is None:
        return collections.ordered(uri, total, closed=closed)
    if closed:
        raise NotFound("This list is shown to nobody")
    found = await read(tx, owner.id, Page(_PEOPLE_PAGE, page.before))
    after = {"max_id": str(found[-1].follow.id)} if len(found) == _PEOPLE_PAGE else None
    shown = [each.actor.uri for each in found if not each.actor.gone]
    return collections.page(uri, shown, here=_here(page), after=after)


def _here(page: Page) -> dict[str, str]:
    return {} if page.before is None else {"max_id": str(page.before)}


async def _partners(tx: Transaction) -> Json:
    scheme = tx.school.base_url.partition("://")[0]
    schools = [f"{scheme}://{host}/actor" for host in await peers.partner_hosts(tx)]
    return collections.whole(f"{tx.school.base_url}/actor/partners", schools)

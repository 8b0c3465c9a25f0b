"""Documents of ours for other servers: actors, posts, activities.

What not everybody may see is given to servers that prove by a signature who they are. To all others it answers as
what was never there: the same words, after the same statements.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi.actions import emojis, featured_collections, host_lists, proofs
from fedi.activitypub import actors as actor_documents
from fedi.activitypub import collections, objects, quotes
from fedi.activitypub import featured_collections as collections_on_the_wire
from fedi.activitypub.contexts import AS2
from fedi.activitypub.featured_collections import Place
from fedi.activitypub.jsonld import Json
from fedi.errors import NotFound
from fedi.federation import responses
from fedi.instances import Instance
from fedi.instances.sent_activities import with_valid_proof
from fedi.models.activities import SentActivity
from fedi.models.actors import Actor, ActorKind
from fedi.models.featured_collections import FeaturedCollection, ItemState
from fedi.models.host_lists import ListedAs
from fedi.models.posts import Post, PostView
from fedi.outbound.visitors import host_of_visitor
from fedi.policies.visibility import OPEN
from fedi.store import activities, actors, communities, files, keys, posts, tombstones, views
from fedi.store import featured_collections as stored_collections
from fedi.store import quotes as stored_quotes
from fedi.store import served as served_posts
from fedi.store.database import Transaction

_REPLIES_PAGE = 40
_ABSENT = "There is no such thing here"


async def actor(request: Request) -> Response:
    """GET /users/<id>, /@<name> and /users/<name>: a teacher."""
    instance: Instance = request.state.instance
    return _actor_response(await instance.db.read(_actor, request.path_params))


async def school(request: Request) -> Response:
    """GET /actor: the school itself; never needs a signature, or two strict servers would wait for each other for
    ever.
    """
    instance: Instance = request.state.instance
    return _actor_response(await instance.db.read(_school))


def _actor_response(found: Actor | Json) -> Response:
    return responses.gone(found.uri) if isinstance(found, Actor) else responses.document(found)


async def _actor(tx: Transaction, path: dict[str, object]) -> Actor | Json:
    return await _document_of(tx, await local_actor(tx, path))


async def _school(tx: Transaction) -> Actor | Json:
    return await _document_of(tx, await actors.school_actor(tx))


async def local_actor(tx: Transaction, path: dict[str, object]) -> Actor | None:
    """The actor a path names by id or by name, or the school where it names nobody."""
    if "id" in path:
        return await actors.by_uri(tx, f"{tx.school.base_url}/users/{path['id']}")
    if "name" in path:
        return await actors.local_by_name(tx, str(path["name"]))
    return await actors.school_actor(tx)


async def _document_of(tx: Transaction, found: Actor | None) -> Actor | Json:
    """The document; the actor itself if it is deleted."""
    if found is None:
        raise NotFound(_ABSENT)
    if found.deleted_at is not None:
        return found
    pictures = await files.by_ids(tx, [each for each in (found.avatar_id, found.header_id) if each is not None])
    community = await communities.by_id(tx, found.id) if found.kind is ActorKind.GROUP else None
    return actor_documents.build(
        found,
        await keys.of_actor(tx, found.id),
        tx.school.base_url,
        pictures.get(found.avatar_id or 0),
        pictures.get(found.header_id or 0),
        community,
    )


async def post(request: Request) -> Response:
    """GET /posts/<id>, /@<name>/<id>, and where Mastodon has it, /users/<name>/statuses/<id>."""
    instance: Instance = request.state.instance
    found = await _named(request)
    if found is None:
        return await _gone_or_absent(instance, _uri(request))
    document = objects.build(found.view, instance.school.base_url)
    document["replies"] = collections.replies_within(
        f"{found.post.uri}/replies", found.post.replies_count, *await instance.db.read(answers, found.post.id)
    )
    if found.view.material is not None:
        document = await instance.db.read(proofs.attach, found.view.author, document)
    return responses.document(document, public=found.public)


async def answers(tx: Transaction, post_id: int, after: int = 0) -> tuple[list[str], int | None]:
    """The ids of the next answers to a post that anybody may read, and the last of them if there may be more."""
    found = await served_posts.replies(tx, post_id, after, _REPLIES_PAGE)
    return [each.uri for each in found], found[-1].id if len(found) == _REPLIES_PAGE else None


async def _gone_or_absent(instance: Instance, uri: str) -> Response:
    if await instance.db.read(tombstones.is_public, uri):
        return responses.gone(uri)
    raise NotFound(_ABSENT)


@dataclass(frozen=True, slots=True)
class Served:
    """A post of ours that may be shown to whoever asked."""

    view: PostView

    @property
    def post(self) -> Post:
        return self.view.post

    @property
    def public(self) -> bool:
        return self.post.circle in OPEN


def _uri(request: Request) -> str:
    instance: Instance = request.state.instance
    return f"{instance.school.base_url}/posts/{request.path_params['id']}"


async def _named(request: Request) -> Served | None:
    """The post a path names, if whoever asks may see it, and if it is hers whom the path names beside it."""
    found = await _served(request, _uri(request))
    return found if found is not None and _is_author(found.view.author, request.path_params.get("name")) else None


def _is_author(author: Actor, name: object) -> bool:
    """Whether a path means this author, by her name or by her number; one that names nobody means everybody."""
    return name is None or str(name).lower() in (author.username.lower(), author.uri.rpartition("/")[2])


async def _served(request: Request, uri: str) -> Served | None:
    instance: Instance = request.state.instance
    found = await instance.db.read(_view, uri, None)
    if found is None and (host := await host_of_visitor(request)):
        found = await instance.db.read(_view, uri, host)
    return found


async def served(request: Request) -> Served:
    """The post a path names, as whoever asks may see it; NotFound."""
    found = await _named(request)
    if found is None:
        raise NotFound(_ABSENT)
    return found


async def _view(tx: Transaction, uri: str, host: str | None) -> Served | None:
    found = await served_posts.post(tx, uri, host)
    return Served((await views.full(tx, [found.id]))[0]) if found else None


async def quote_authorization(request: Request) -> Response:
    """GET /quote_authorizations/<id>: one of ours lets a post quote hers (FEP-044f); to whom her post is shown.

    Mastodon has it at /users/<name>/quote_authorizations/<id>, which answers the same.
    """
    instance: Instance = request.state.instance
    found = await instance.db.read(_stamp, request.path_params["id"])
    served_to = await _served(request, found.quoted_uri) if found else None
    if found is None or served_to is None or not _is_author(served_to.view.author, request.path_params.get("name")):
        raise NotFound(_ABSENT)
    uri = f"{instance.school.base_url}/quote_authorizations/{request.path_params['id']}"
    document = quotes.authorization(uri, served_to.view.author.uri, found.quoting_uri, found.quoted_uri)
    return responses.document(document, public=served_to.public)


@dataclass(frozen=True, slots=True)
class _Stamp:
    quoted_uri: str
    quoting_uri: str


async def _stamp(tx: Transaction, stamp_id: int) -> _Stamp | None:
    given = await stored_quotes.stamp_by_id(tx, stamp_id)
    quoted = await posts.by_id(tx, given.quoted_id) if given else None
    return _Stamp(quoted.uri, given.quoting_uri) if given and quoted else None


async def collection(request: Request) -> Response:
    """GET /collections/<id>: people whom one of ours shows to others (FEP-7aa9)."""
    instance: Instance = request.state.instance
    return responses.document(await instance.db.read(_collection, request.path_params["id"]))


async def _collection(tx: Transaction, collection_id: int) -> Json:
    made = await featured_collections.seen(tx, None, collection_id)
    owner = await actors.by_id(tx, made.actor_id)
    if owner is None or not owner.local:
        raise NotFound(_ABSENT)
    return await featured_collections.document(tx, made, owner)


async def featured_item(request: Request) -> Response:
    """GET /featured_items/<id>: somebody's place in one of these."""
    instance: Instance = request.state.instance
    return responses.document(await instance.db.read(_featured_item, request.path_params["id"]))


async def _featured_item(tx: Transaction, item_id: int) -> Json:
    place, made = await _place(tx, item_id)
    if not made.uri.startswith(f"{tx.school.base_url}/"):
        raise NotFound(_ABSENT)
    return collections_on_the_wire.build_item(place, tx.school.base_url)


async def feature_authorization(request: Request) -> Response:
    """GET /feature_authorizations/<id>: one of ours agrees to stand in somebody's collection."""
    instance: Instance = request.state.instance
    return responses.document(await instance.db.read(_feature_authorization, request.path_params["id"]))


async def _feature_authorization(tx: Transaction, item_id: int) -> Json:
    place, made = await _place(tx, item_id)
    if not place.person.local:
        raise NotFound(_ABSENT)
    uri = collections_on_the_wire.authorization_uri(tx.school.base_url, place.item)
    return collections_on_the_wire.authorization(uri, place.person.uri, made.uri)


async def _place(tx: Transaction, item_id: int) -> tuple[Place, FeaturedCollection]:
    """A place in which somebody stands with her consent, and where it is."""
    item = await stored_collections.item(tx, item_id)
    made = await stored_collections.by_id(tx, item.collection_id) if item else None
    person = await actors.by_id(tx, item.actor_id) if item else None
    if item is None or made is None or person is None or person.gone or item.state is not ItemState.ACCEPTED:
        raise NotFound(_ABSENT)
    return Place(item, person), made


async def emoji(request: Request) -> Response:
    """GET /emojis/<name>: a custom emoji of this school."""
    instance: Instance = request.state.instance
    found = await instance.db.read(emojis.used_in, f":{request.path_params['shortcode']}:")
    if not found:
        raise NotFound(_ABSENT)
    context = {"@context": [AS2, {"toot": "http://joinmastodon.org/ns#", "Emoji": "toot:Emoji"}]}
    return responses.document(context | objects.emoji(found[0], instance.school.base_url))


async def host_list(request: Request) -> Response:
    """GET /actor/lists/<blocked or trusted>: which servers the school trusts or blocks, if it says so."""
    instance: Instance = request.state.instance
    decision = request.path_params["decision"]
    if decision not in list(ListedAs):
        raise NotFound(_ABSENT)
    return responses.document(await instance.db.read(host_lists.document, ListedAs(decision)))


async def activity(request: Request) -> Response:
    """GET /activities/<id>: what was sent to everybody, to the letter."""
    instance: Instance = request.state.instance
    uri = f"{instance.school.base_url}/activities/{request.path_params['id']}"
    kept = await instance.db.read(_sent, uri)
    if kept is None or not kept.public:
        raise NotFound(_ABSENT)
    return responses.text(kept.json)


async def _sent(tx: Transaction, uri: str) -> SentActivity | None:
    kept = await activities.by_uri(tx, uri)
    return kept and await with_valid_proof(tx, kept)


async def creation(request: Request) -> Response:
    """GET /users/<name>/statuses/<id>/activity, where Mastodon has the Create of a post: the one that was sent to
    everybody.
    """
    found = await served(request)
    instance: Instance = request.state.instance
    kept = await instance.db.read(_creation, found.post.id)
    if kept is None:
        raise NotFound(_ABSENT)
    return responses.text(kept.json)


async def _creation(tx: Transaction, post_id: int) -> SentActivity | None:
    kept = await activities.creation(tx, post_id)
    return kept and await with_valid_proof(tx, kept)

"""Finding what we lack: actors, posts, and who is behind a handle, each from its own origin.

What is found is stored by the actions. Everything here waits for other servers, so nothing of it runs in a unit of
work.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from urllib.parse import quote

from fedi import text
from fedi.actions import actors as actor_actions
from fedi.actions import addresses, featuring, remote_posts
from fedi.actions.addresses import Found
from fedi.activitypub import content_types, discovery, remote_actors, uris
from fedi.activitypub import featured_collections as collections_on_the_wire
from fedi.activitypub import remote_posts as posts_on_the_wire
from fedi.activitypub.discovery import Account
from fedi.activitypub.jsonld import Json
from fedi.errors import FediError, Forbidden, Malformed, NotFound
from fedi.instances import Instance
from fedi.models.actors import Actor, RemoteActor
from fedi.models.peers import Standing
from fedi.models.posts import Post, RemotePost
from fedi.outbound import fetching
from fedi.outbound.client import Client
from fedi.outbound.failures import FetchFailed
from fedi.outbound.fetching import Fetches, Limited
from fedi.store import actors, peers, posts

ANCESTORS = 10
"""How far up a thread is fetched with an answer."""

_HANDLES = 10
_REQUESTS = 40
_PATIENCE_S = 5.0
_JRD_TYPES = frozenset({content_types.JRD, content_types.JSON})


async def actor(instance: Instance, client: Fetches, uri: str, *, refresh: bool = False) -> Actor:
    """The actor with this id, fetched if unknown; FetchFailed, Malformed or Forbidden if it cannot be had."""
    known = await instance.db.read(actors.by_uri, uri)
    if known is not None and (known.local or known.settled or not refresh):
        return known
    return await take_in(instance, client, await document(instance, client, uri))


async def take_in(instance: Instance, client: Fetches, found: Json) -> Actor:
    """Store an actor whose document came from its own origin, under the handle that WebFinger confirms."""
    remote = await confirmed(client, remote_actors.parse(found), remote_actors.handle(found))
    return await instance.db.write(actor_actions.receive, remote)


async def school(instance: Instance, client: Fetches, host: str) -> Actor:
    """The actor of the school at a host, as an agreement needs it."""
    scheme = _scheme(instance, uris.canonical_host(host))
    return await actor(instance, client, f"{scheme}://{uris.canonical_host(host)}/actor", refresh=True)


async def server_actor(instance: Instance, client: Fetches, host: str) -> Actor | None:
    """The actor that speaks for another server as a whole, as the server itself names it; None if it names none."""
    base = f"{_scheme(instance, uris.canonical_host(host))}://{uris.canonical_host(host)}"
    asked = (f"{base}/.well-known/nodeinfo", f"{base}/.well-known/webfinger?resource={quote(base, safe='')}%2F")
    for url in asked:
        try:
            answer = await client.get_json(url, f"{content_types.JRD}, {content_types.JSON}", _JRD_TYPES)
            found = discovery.server_actor(answer.json, base)
            if found is not None:
                return await actor(instance, client, found, refresh=True)
        except (FetchFailed, Malformed):
            continue
    return None


async def confirmed(client: Fetches, remote: RemoteActor, claimed: str | None) -> RemoteActor:
    """The actor with its domain as WebFinger confirms it: the host of its id, unless another domain answers for it and
    points back to it.
    """
    host = uris.host_of(remote.uri)
    first = discovery.parse_resource(claimed or "")
    asked = first if isinstance(first, Account) else Account(remote.username, host)
    subject = await _subject(client, asked, remote.uri)
    if subject is None or subject.domain == host:
        return remote
    if subject.domain != asked.domain:
        subject = await _subject(client, subject, remote.uri)
    loops_back = subject is not None and subject.username.lower() == remote.username.lower()
    return replace(remote, domain=subject.domain) if subject and loops_back else remote


async def _subject(client: Fetches, account: Account, actor_uri: str) -> Account | None:
    """Whom a domain means by an account, if it means this actor."""
    try:
        subject, found = await _webfinger(client, account, uris.scheme_of(actor_uri))
    except FetchFailed:
        return None
    return subject if found == actor_uri else None


async def _webfinger(client: Fetches, account: Account, scheme: str) -> tuple[Account | None, str | None]:
    url = discovery.webfinger_url(account, scheme)
    answer = await client.get_json(url, f"{content_types.JRD}, {content_types.JSON}", _JRD_TYPES)
    return discovery.read_webfinger(answer.json)


async def handle(instance: Instance, client: Fetches, username: str, domain: str) -> Actor | None:
    """The actor behind `username@domain`, asked for over WebFinger if unknown; None if there is none.

    Forbidden for an unknown one of a blocked domain, which is not asked at all.
    """
    account = Account(username, uris.canonical_host(domain))
    known = await instance.db.read(actors.by_handle, account.username, account.domain)
    if known is not None or account.domain in (instance.school.account_domain, instance.school.host):
        return known
    if await instance.db.read(peers.standing, account.domain) is Standing.BLOCKED:
        raise Forbidden(f"This school has nothing to do with {account.domain}")
    try:
        _, uri = await _webfinger(client, account, _scheme(instance, account.domain))
        return await actor(instance, client, uri) if uri else None
    except (FetchFailed, Malformed):
        return None


async def handles_in(instance: Instance, client: Client, written: str) -> None:
    """Make sure that the people a text names are known, before it is published; who cannot be found stays text.

    Its author waits for this: so all servers are asked at once, for `_PATIENCE_S` seconds.
    """
    of_domain: dict[str, list[str]] = {}
    for each in text.find_handles(written)[:_HANDLES]:
        if each.domain is not None:
            of_domain.setdefault(each.domain, []).append(each.username)
    limited = Limited(client, _REQUESTS, seconds=_PATIENCE_S)
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            await asyncio.gather(*(_try_handles(instance, limited, names, at) for at, names in of_domain.items()))


async def _try_handles(instance: Instance, client: Fetches, usernames: list[str], domain: str) -> None:
    for username in usernames:
        with suppress(FediError):  # a misspelt host is text as well
            await handle(instance, client, username, domain)


async def lookup(instance: Instance, client: Fetches, query: str) -> Found | None:
    """What a person typed into the search: `@name@host`, or the address of a profile, a post or a collection of
    people; None if there is none.
    """
    resource = discovery.parse_resource(query.strip())
    if isinstance(resource, Account):
        return await handle(instance, client, resource.username, resource.domain)
    if resource is None:
        return None
    known = await instance.db.read(addresses.known, resource)
    if known is not None or uris.host_of(resource) == instance.school.host:
        return known
    try:
        return await _looked_up(instance, client, resource)
    except (FetchFailed, Malformed):
        return None


async def _looked_up(instance: Instance, client: Fetches, uri: str) -> Found | None:
    found = await document(instance, client, uri)
    if remote_actors.is_actor(found):
        return await take_in(instance, client, found)
    collection = collections_on_the_wire.parse(found)
    if collection is not None:
        owner = await actor(instance, client, collection.owner_uri)
        return None if owner.gone else await instance.db.write(featuring.take_up, owner, collection)
    return await _publish_thread(instance, client, posts_on_the_wire.parse(found))


async def post(instance: Instance, client: Fetches, uri: str, given: Json | None = None) -> Post | None:
    """The post with this id, fetched with what it answers if unknown; None if it is hidden from us, or gone.

    Its document need not be fetched if it was `given` and can be believed.
    """
    known = await instance.db.read(posts.by_uri, uri)
    if known is not None or uris.host_of(uri) == instance.school.host:
        return known
    found = given or await document(instance, client, uri)
    return await _publish_thread(instance, client, posts_on_the_wire.parse(found))


async def _publish_thread(instance: Instance, client: Fetches, newest: RemotePost) -> Post | None:
    """Store a post after what it answers, the oldest first, so that each finds its place."""
    thread = [newest, *await _ancestors(instance, client, newest)]
    stored: Post | None = None
    for remote in reversed(thread):
        stored = await publish(instance, client, remote)
    return stored


async def _ancestors(instance: Instance, client: Fetches, answer: RemotePost) -> list[RemotePost]:
    """What a post answers, the nearest first, up to one that is known or cannot be had."""
    found: list[RemotePost] = []
    seen = {answer.uri}
    above = answer.in_reply_to_uri
    while above and above not in seen and len(found) < ANCESTORS:
        seen.add(above)
        remote = await _ancestor(instance, client, above)
        if remote is None:
            break
        found.append(remote)
        above = remote.in_reply_to_uri
    return found


async def _ancestor(instance: Instance, client: Fetches, uri: str) -> RemotePost | None:
    if uris.host_of(uri) == instance.school.host or await instance.db.read(posts.by_uri, uri) is not None:
        return None
    try:
        return posts_on_the_wire.parse(await document(instance, client, uri))
    except (FetchFailed, Malformed, Forbidden):
        return None


async def publish(instance: Instance, client: Fetches, remote: RemotePost) -> Post | None:
    """Store a post that was asked for: it was not sent to us, so nobody is told, and it comes into no home. None for a
    vote, for what its author may not say here, and for what is deleted.
    """
    posts_on_the_wire.check_author(remote)
    if remote.vote:
        return None
    author = await actor(instance, client, remote.author_uri)
    try:
        return await instance.db.write(remote_posts.look_up, author, remote)
    except (Forbidden, NotFound):
        return None


async def document(instance: Instance, client: Fetches, uri: str) -> Json:
    """The document with this id from its own origin, unless we have nothing to do with that host (Forbidden)."""
    await fetching.require_askable(instance, uri)
    return await fetching.document(instance, client, uri)


def _scheme(instance: Instance, host: str) -> str:
    return instance.school.scheme_of(host)

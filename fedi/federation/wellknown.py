"""Where other servers begin: WebFinger, host-meta and NodeInfo."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

import fedi
from fedi.activitypub import content_types, discovery
from fedi.activitypub.discovery import Account
from fedi.activitypub.jsonld import Json
from fedi.errors import Gone, Malformed, NotFound
from fedi.federation import responses
from fedi.instances import Instance
from fedi.models.actors import Actor
from fedi.store import actors, files
from fedi.store.database import Transaction

_XRD = "application/xrd+xml"


async def webfinger(request: Request) -> Response:
    """GET /.well-known/webfinger?resource=... (RFC 7033)."""
    resource = request.query_params.get("resource")
    if not resource:
        raise Malformed("WebFinger needs ?resource=acct:name@domain")
    instance: Instance = request.state.instance
    return responses.descriptor(await instance.db.read(_descriptor, resource), content_types.JRD)


async def _descriptor(tx: Transaction, resource: str) -> Json:
    actor = await _asked_for(tx, resource)
    shown = actor.avatar_id if actor.suspended_at is None else None
    avatar = await files.by_id(tx, shown) if shown is not None else None
    return discovery.webfinger(actor, tx.school.base_url, avatar)


async def _asked_for(tx: Transaction, resource: str) -> Actor:
    actor = await _find(tx, resource)
    if actor is None or not actor.local:
        raise NotFound("There is nobody of that name here")
    if actor.deleted_at is not None:
        raise Gone("This account has been deleted")
    return actor


async def _find(tx: Transaction, resource: str) -> Actor | None:
    named = discovery.parse_resource(resource)
    if isinstance(named, Account):
        return await _by_account(tx, named)
    if named is None:
        return None
    name = discovery.profile_name(named, tx.school.base_url)
    if named.rstrip("/") == tx.school.base_url:
        return await actors.school_actor(tx)
    found = await actors.by_uri(tx, named)
    return found if found or not name else await actors.local_by_name(tx, name)


async def _by_account(tx: Transaction, account: Account) -> Actor | None:
    """Handles are good under both names of the school; the school itself is `host@host`, with or without its port."""
    if account.domain not in (tx.school.host, tx.school.account_domain):
        return None
    if account.username.lower() in (tx.school.host, tx.school.account_domain):
        return await actors.school_actor(tx)
    return await actors.local_by_name(tx, account.username)


async def host_meta(request: Request) -> Response:
    """GET /.well-known/host-meta (RFC 6415), as JSON for who asks so."""
    if content_types.JSON in request.headers.get("accept", "") or content_types.JRD in request.headers.get(
        "accept", ""
    ):
        return await host_meta_json(request)
    instance: Instance = request.state.instance
    return Response(
        discovery.host_meta(instance.school.base_url),
        headers={"Vary": "Accept", "Access-Control-Allow-Origin": "*"},
        media_type=_XRD,
    )


async def host_meta_json(request: Request) -> Response:
    """GET /.well-known/host-meta.json."""
    instance: Instance = request.state.instance
    return responses.descriptor(discovery.host_meta_json(instance.school.base_url), content_types.JSON)


async def nodeinfo_links(request: Request) -> Response:
    """GET /.well-known/nodeinfo."""
    instance: Instance = request.state.instance
    return responses.descriptor(discovery.nodeinfo_links(instance.school.base_url), content_types.JSON)


async def nodeinfo(request: Request) -> Response:
    """GET /nodeinfo/2.0 and /nodeinfo/2.1."""
    version = str(request.path_params["version"])
    if version not in discovery.NODEINFO_VERSIONS:
        raise NotFound("There are NodeInfo 2.0 and 2.1")
    instance: Instance = request.state.instance
    school, usage = instance.school, await instance.usage.lately(instance.db, instance.clock())
    name, description = school.title(school.language), school.description.get(school.language, "")
    document = discovery.nodeinfo(version, fedi.__version__, name, description, usage)
    document["openRegistrations"] = instance.config.test_instance.open_sign_up
    schema = f'{content_types.JSON}; profile="{discovery.NODEINFO_SCHEMA}{version}#"'
    return responses.descriptor(document, schema)

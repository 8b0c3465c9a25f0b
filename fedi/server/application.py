"""What the server answers: the tables of all faces, and one address for a page and its document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from fedi import api, federation, web
from fedi.errors import FediError
from fedi.federation import documents
from fedi.federation.guarded import for_servers
from fedi.instances import Instances
from fedi.outbound.client import Client
from fedi.outbound.loopback import Loopback
from fedi.paths import ID, MASTODONS_POST
from fedi.render import STATIC
from fedi.server import problems
from fedi.server.front_door import FrontDoor
from fedi.server.headers import SecurityHeaders
from fedi.server.negotiation import Endpoint, by_accept
from fedi.server.preflight import Preflight
from fedi.server.static import KeptFiles
from fedi.web import featured_collections, post, profile, site_files
from fedi.worker import Worker

log = structlog.get_logger("fedi.server")

RESTART_S = 5.0

NEGOTIATED: dict[str, tuple[Endpoint, Endpoint]] = {
    f"/users/{ID}": (profile.page, documents.actor),
    "/@{name}": (profile.page, documents.actor),
    "/users/{name}": (profile.page, documents.actor),
    f"/posts/{ID}": (post.page, documents.post),
    f"/collections/{ID}": (featured_collections.page, documents.collection),
    f"/@{{name}}/{ID}": (post.page, documents.post),
    MASTODONS_POST: (post.page, documents.post),
}
"""Addresses with two faces: the page for people, and the document for servers that ask for ActivityPub."""


def create_app(
    instances: Instances, client: Client, *, with_worker: bool, loopback: Loopback | None = None
) -> Starlette:
    """The application that serves `instances`; with a worker, it does their due jobs too, from its start to its end.

    Through `loopback`, if it is the client's, schools of this process reach each other without a socket. Whoever made
    `instances` and `client` closes them, after the application has ended.
    """
    app = Starlette(
        routes=_routes(),
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(FrontDoor, instances=instances, client=client),
            Middleware(Preflight),
        ],
        exception_handlers={
            FediError: problems.answer_error,
            HTTPException: problems.answer_http_exception,
            Exception: problems.answer_crash,
        },
        lifespan=lambda _: _lifespan(instances, client, with_worker),
    )
    if loopback is not None:
        loopback.register(lambda host: app if host in instances.hosts() else None)
    return app


def _routes() -> list[BaseRoute]:
    negotiated = [Route(path, by_accept(page, for_servers(document))) for path, (page, document) in NEGOTIATED.items()]
    static = Mount("/static", KeptFiles(directory=STATIC))
    return [*api.ROUTES, *federation.ROUTES, *negotiated, *site_files.ROUTES, *web.PAGES, static]


@asynccontextmanager
async def _lifespan(instances: Instances, client: Client, with_worker: bool) -> AsyncIterator[None]:
    if not with_worker:
        yield
        return
    worker = asyncio.create_task(_work(instances, client))
    try:
        yield
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def _work(instances: Instances, client: Client) -> None:
    """Work until cancelled. A server whose worker has died would take letters in and never open them."""
    while True:
        try:
            await Worker(instances, client).run()
        except Exception:
            log.exception("the worker has ended, and begins again", seconds=RESTART_S)
        await asyncio.sleep(RESTART_S)

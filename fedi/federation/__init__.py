"""What peers send us and ask of us. Pages and documents that share an address are in the server's table of
negotiated ones.
"""

from __future__ import annotations

from starlette.routing import Route

from fedi.federation import collections, documents, inbox, wellknown
from fedi.paths import ID

ROUTES = [
    Route("/inbox", inbox.shared, methods=["POST"]),
    Route(f"/users/{ID}/inbox", inbox.personal, methods=["POST"]),
    Route("/actor/inbox", inbox.of_school, methods=["POST"]),
    Route("/actor", documents.school),
    Route("/actor/partners", collections.partners),
    Route(f"/users/{ID}/moderators", collections.moderators),
    *(
        Route(f"{actor}/{name}", collection)
        for actor in (f"/users/{ID}", "/actor")
        for name, collection in (
            ("outbox", collections.outbox),
            ("followers", collections.followers),
            ("following", collections.following),
            ("followers_synchronization", collections.followers_of_visitor),
            ("collections/featured", collections.featured),
        )
    ),
    Route(f"/posts/{ID}/replies", collections.replies),
    Route(f"/contexts/{ID}", collections.context),
    Route(f"/posts/{ID}/likes", collections.likes),
    Route(f"/posts/{ID}/shares", collections.shares),
    Route(f"/activities/{ID}", documents.activity),
    Route(f"/quote_authorizations/{ID}", documents.quote_authorization),
    Route("/.well-known/webfinger", wellknown.webfinger),
    Route("/.well-known/host-meta", wellknown.host_meta),
    Route("/.well-known/host-meta.json", wellknown.host_meta_json),
    Route("/.well-known/nodeinfo", wellknown.nodeinfo_links),
    Route("/nodeinfo/{version}", wellknown.nodeinfo),
]

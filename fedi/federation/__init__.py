"""What peers send us and ask of us. Pages and documents that share an address are in the server's table of
negotiated ones.
"""

from __future__ import annotations

from starlette.routing import Route

from fedi.federation import collections, documents, inbox, wellknown
from fedi.federation.guarded import for_servers
from fedi.paths import ID, MASTODONS_POST

ROUTES = [
    Route("/inbox", inbox.shared, methods=["POST"]),
    Route(f"/users/{ID}/inbox", inbox.personal, methods=["POST"]),
    Route("/actor/inbox", inbox.of_school, methods=["POST"]),
    # Never asked for a signature: two strict servers would wait for each other's key for ever.
    Route("/actor", documents.school),
    Route("/actor/partners", for_servers(collections.partners)),
    Route("/actor/lists/{decision}", for_servers(documents.host_list)),
    Route(f"/users/{ID}/moderators", for_servers(collections.moderators)),
    Route(f"/users/{ID}/collections/tags", for_servers(collections.featured_hashtags)),
    Route(f"/users/{ID}/collections/people", for_servers(collections.people)),
    Route(f"/featured_items/{ID}", for_servers(documents.featured_item)),
    Route(f"/feature_authorizations/{ID}", for_servers(documents.feature_authorization)),
    *(
        Route(f"{actor}/{name}", for_servers(collection))
        for actor in (f"/users/{ID}", "/actor")
        for name, collection in (
            ("outbox", collections.outbox),
            ("followers", collections.followers),
            ("following", collections.following),
            ("followers_synchronization", collections.followers_of_visitor),
            ("collections/featured", collections.featured),
        )
    ),
    *(
        Route(f"{post}/{name}", for_servers(collection))
        for post in (f"/posts/{ID}", MASTODONS_POST)
        for name, collection in (
            ("replies", collections.replies),
            ("likes", collections.likes),
            ("shares", collections.shares),
        )
    ),
    Route(f"/contexts/{ID}", for_servers(collections.context)),
    Route("/emojis/{shortcode}", for_servers(documents.emoji)),
    Route(f"/activities/{ID}", for_servers(documents.activity)),
    Route(f"{MASTODONS_POST}/activity", for_servers(documents.creation)),
    *(
        Route(f"{owner}/quote_authorizations/{ID}", for_servers(documents.quote_authorization))
        for owner in ("", "/users/{name}")
    ),
    Route("/.well-known/webfinger", wellknown.webfinger),
    Route("/.well-known/host-meta", wellknown.host_meta),
    Route("/.well-known/host-meta.json", wellknown.host_meta_json),
    Route("/.well-known/nodeinfo", wellknown.nodeinfo_links),
    Route("/nodeinfo/{version}", wellknown.nodeinfo),
]

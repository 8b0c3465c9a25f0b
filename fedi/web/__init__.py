"""Pages for people: one endpoint a form or a page, made from `templates/`; no page needs JavaScript.

Profiles and posts share their address with ActivityPub documents: `server.NEGOTIATED` has them, not this table.
"""

from __future__ import annotations

from starlette.routing import Route

from fedi.paths import ID
from fedi.web import (
    compose,
    following,
    front,
    home,
    joining,
    library,
    lookup,
    materials,
    media,
    notifications,
    oauth,
    post,
    receipts,
    settings,
    sign_in,
    texts,
)
from fedi.web.admin import deliveries, held, peers, people, server

_FORM = ["GET", "POST"]
_BUTTON = ["POST"]

PAGES = [
    Route("/", front.page),
    Route("/login", sign_in.login, methods=_FORM),
    Route("/logout", sign_in.logout, methods=_BUTTON),
    Route("/language", sign_in.language, methods=_BUTTON),
    Route("/join/{token}", joining.join, methods=_FORM),
    Route("/invite/{token}", joining.join, methods=_FORM),
    Route("/first/{token}", joining.join, methods=_FORM),
    Route("/reset", joining.forgotten, methods=_FORM),
    Route("/reset/{token}", joining.reset, methods=_FORM),
    Route("/home", home.page),
    Route("/home/school", home.school),
    Route("/home/network", home.network),
    Route("/compose", compose.page, methods=_FORM),
    Route("/drafts", compose.drafts),
    Route("/materials/new", materials.new, methods=_FORM),
    Route(f"/materials/{ID}/edit", materials.edit, methods=_FORM),
    Route("/library", library.page),
    Route(f"/media/{ID}/preview.webp", media.preview),
    Route(f"/media/{ID}/{{name}}", media.file),
    Route("/tags/{tag}", library.tag),
    Route(f"/posts/{ID}/history", post.history),
    Route(f"/posts/{ID}/edit", compose.edit, methods=_FORM),
    Route(f"/posts/{ID}/delete", post.delete, methods=_FORM),
    Route(f"/posts/{ID}/receipts", receipts.page),
    Route(f"/posts/{ID}/like", post.like, methods=_BUTTON),
    Route(f"/posts/{ID}/unlike", post.unlike, methods=_BUTTON),
    Route(f"/posts/{ID}/boost", post.boost, methods=_BUTTON),
    Route(f"/posts/{ID}/unboost", post.unboost, methods=_BUTTON),
    Route(f"/posts/{ID}/vote", post.vote, methods=_BUTTON),
    Route("/@{name}/follow", following.from_elsewhere),
    Route("/@{name}/follow", following.follow, methods=_BUTTON),
    Route("/@{name}/unfollow", following.unfollow, methods=_BUTTON),
    Route("/@{name}/followers", following.followers),
    Route("/@{name}/following", following.followed),
    Route("/notifications", notifications.page),
    Route("/notifications/read", notifications.mark_read, methods=_BUTTON),
    Route(f"/requests/{ID}/accept", notifications.accept, methods=_BUTTON),
    Route(f"/requests/{ID}/reject", notifications.reject, methods=_BUTTON),
    Route("/lookup", lookup.page),
    Route("/authorize_interaction", lookup.authorize_interaction),
    Route("/share", lookup.share),
    Route("/settings", settings.page),
    Route("/settings/profile", settings.profile, methods=_BUTTON),
    Route("/settings/preferences", settings.preferences, methods=_BUTTON),
    Route("/settings/password", settings.password, methods=_BUTTON),
    Route("/settings/leave", settings.leave, methods=_BUTTON),
    Route("/settings/programs", oauth.listed),
    Route("/settings/programs/end", oauth.end, methods=_BUTTON),
    Route("/oauth/authorize", oauth.authorize, methods=_FORM),
    Route("/oauth/authorize/", oauth.authorize, methods=_FORM),
    Route("/oauth/authorize/native", oauth.native),
    Route("/admin/", people.page),
    Route("/admin/invitations", people.invite, methods=_BUTTON),
    Route("/admin/invitations/withdraw", people.withdraw, methods=_BUTTON),
    Route(f"/admin/people/{ID}", people.change, methods=_BUTTON),
    Route("/admin/peers", peers.page),
    Route("/admin/peers", peers.decide, methods=_BUTTON),
    Route("/admin/peers/{host}", server.page),
    Route("/admin/held", held.page),
    Route("/admin/deliveries", deliveries.page),
    Route("/admin/deliveries/resume", deliveries.resume, methods=_BUTTON),
    Route(f"/admin/deliveries/{ID}/retry", deliveries.retry, methods=_BUTTON),
    Route(f"/admin/deliveries/{ID}/drop", deliveries.drop, methods=_BUTTON),
    *(Route(f"/{name}", texts.page) for name in texts.NAMES),
]

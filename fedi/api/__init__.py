"""The API that Mastodon's clients speak: one table of what is answered, and the ASGI application behind it."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route, WebSocketRoute

from fedi.api import (
    accounts,
    admin,
    agreements,
    apps,
    conversations,
    directory,
    embedding,
    featured_collections,
    filters,
    filters_v1,
    instance,
    lists,
    markers,
    materials,
    media,
    notification_policies,
    notifications,
    oauth,
    openapi,
    polls,
    profiles,
    publishing,
    push,
    quotes,
    reactions,
    refreshes,
    relationships,
    reports,
    scheduled,
    search,
    sign_up,
    statuses,
    suggestions,
    switched_off,
    tags,
    timelines,
)
from fedi.api.dispatch import Dispatcher
from fedi.api.operations import ANYONE, CLIENT, PERSON, Operation
from fedi.api.streaming import events, socket
from fedi.api.streaming.channels import STREAMS
from fedi.paths import ANYTHING

__all__ = ["OPERATIONS", "ROUTES"]

_GIVEN_UP_BY_4, _GIVEN_UP_BY_3_5, _GIVEN_UP_BY_3_4 = 1_668_384_000, 1_648_598_400, 1_620_777_600
_GIVEN_UP_BY_4_4 = 1_751_932_800
"""When these versions of Mastodon came (seconds)."""

OPERATIONS: list[Operation] = [
    # --- programs and tokens ---
    Operation("POST", "/api/v1/apps", apps.register, ANYONE, budget=apps.REGISTRATIONS),
    Operation("GET", "/api/v1/apps/verify_credentials", apps.verify_credentials, CLIENT),
    Operation("POST", "/oauth/token", oauth.token, ANYONE),
    Operation("POST", "/oauth/revoke", oauth.revoke, ANYONE),
    Operation("GET", "/oauth/userinfo", oauth.userinfo, PERSON, "profile"),
    Operation("POST", "/oauth/userinfo", oauth.userinfo, PERSON, "profile"),
    Operation("GET", "/.well-known/oauth-authorization-server", oauth.metadata, ANYONE),
    # --- the school ---
    Operation("GET", "/api/v2/instance", instance.show, ANYONE),
    Operation("GET", "/api/v1/instance", instance.show_v1, ANYONE, deprecated=_GIVEN_UP_BY_4),
    Operation("GET", "/api/v1/instance/rules", instance.rules, ANYONE),
    Operation("GET", "/api/v1/instance/extended_description", instance.extended_description, ANYONE),
    Operation("GET", "/api/v1/instance/privacy_policy", instance.privacy_policy, ANYONE),
    Operation("GET", "/api/v1/instance/terms_of_service", instance.terms_of_service, ANYONE),
    Operation("GET", "/api/v1/instance/translation_languages", switched_off.no_languages, ANYONE),
    Operation("GET", "/api/v1/instance/peers", instance.peers, ANYONE),
    Operation("GET", "/api/v1/instance/terms_of_service/:date", instance.terms_from, ANYONE),
    Operation("GET", "/api/v1/instance/activity", instance.activity, ANYONE),
    Operation("GET", "/api/v1/instance/domain_blocks", instance.domain_blocks, ANYONE),
    Operation("GET", "/api/v1/peers/search", instance.peers_search, ANYONE),
    Operation("GET", "/api/v1/custom_emojis", instance.custom_emojis, ANYONE),
    Operation("GET", "/api/v1/instance/languages", instance.languages, ANYONE),
    Operation("GET", "/api/v1/announcements", switched_off.empty_list, PERSON),
    Operation("POST", "/api/v1/announcements/:id/dismiss", switched_off.no_announcement, PERSON, "write:accounts"),
    *(
        Operation(
            method,
            "/api/v1/announcements/:id/reactions/:name",
            switched_off.no_announcement,
            PERSON,
            "write:favourites",
        )
        for method in ("PUT", "DELETE")
    ),
    Operation("GET", "/api/v1/trends", switched_off.nothing_kept, ANYONE, deprecated=_GIVEN_UP_BY_3_5),
    Operation("GET", "/api/v1/trends/tags", switched_off.nothing_kept, ANYONE),
    Operation("GET", "/api/v1/trends/statuses", switched_off.nothing_kept, ANYONE),
    Operation("GET", "/api/v1/trends/links", switched_off.nothing_kept, ANYONE),
    # --- people ---
    Operation("POST", "/api/v1/accounts", sign_up.create, CLIENT, "write:accounts", sign_up.SIGN_UPS),
    Operation(
        "GET", "/api/v1/accounts/verify_credentials", accounts.verify_credentials, PERSON, "profile read:accounts"
    ),
    Operation("PATCH", "/api/v1/accounts/update_credentials", profiles.update_credentials, PERSON, "write:accounts"),
    Operation("GET", "/api/v1/profile", profiles.show, PERSON, "profile read:accounts"),
    Operation("PATCH", "/api/v1/profile", profiles.update, PERSON, "write:accounts"),
    Operation("DELETE", "/api/v1/profile/avatar", profiles.remove_avatar, PERSON, "write:accounts"),
    Operation("DELETE", "/api/v1/profile/header", profiles.remove_header, PERSON, "write:accounts"),
    Operation("POST", "/api/v1/emails/confirmations", switched_off.no_confirmation, PERSON, "write:accounts"),
    Operation("GET", "/api/v1/emails/check_confirmation", switched_off.confirmed, PERSON, "read:accounts"),
    Operation("GET", "/api/v1/preferences", profiles.preferences, PERSON, "read:accounts"),
    Operation("GET", "/api/v1/accounts", accounts.several, ANYONE, "read:accounts"),
    Operation("GET", "/api/v1/accounts/lookup", accounts.lookup, ANYONE, "read:accounts"),
    Operation("GET", "/api/v1/accounts/search", search.accounts, PERSON, "read:accounts", search.LOOKUPS),
    Operation("GET", "/api/v1/accounts/:id", accounts.by_id, ANYONE, "read:accounts"),
    Operation("GET", "/api/v1/accounts/:id/statuses", accounts.posts, ANYONE, "read:statuses"),
    Operation("GET", "/api/v1/accounts/:id/followers", accounts.followers, ANYONE, "read:accounts"),
    Operation("GET", "/api/v1/accounts/:id/following", accounts.following, ANYONE, "read:accounts"),
    Operation(
        "GET",
        "/api/v1/accounts/:id/identity_proofs",
        switched_off.empty_list,
        PERSON,
        deprecated=_GIVEN_UP_BY_3_5,
    ),
    Operation("GET", "/api/v1/directory", directory.show, ANYONE, "read:accounts", directory.LOOKS),
    Operation("GET", "/api/v1/endorsements", directory.own_endorsed, PERSON, "read:accounts"),
    Operation("GET", "/api/v1/accounts/:id/endorsements", directory.endorsed, ANYONE, "read:accounts"),
    *(
        Operation("POST", f"/api/v1/accounts/:id/{name}", endpoint, PERSON, "write:accounts", deprecated=since)
        for names, since in ((("endorse", "unendorse"), None), (("pin", "unpin"), _GIVEN_UP_BY_4_4))
        for name, endpoint in zip(names, (directory.endorse, directory.withdraw), strict=True)
    ),
    Operation("GET", "/api/oembed", embedding.oembed, ANYONE),
    Operation("GET", "/api/v2/suggestions", suggestions.several, PERSON, "read:accounts"),
    Operation(
        "GET",
        "/api/v1/suggestions",
        suggestions.several_v1,
        PERSON,
        "read:accounts",
        deprecated=_GIVEN_UP_BY_3_4,
    ),
    Operation("DELETE", "/api/v1/suggestions/:account_id", suggestions.dismiss, PERSON, "write:accounts"),
    # --- how people stand to each other ---
    Operation("GET", "/api/v1/accounts/relationships", relationships.several, PERSON, "read:follows"),
    Operation("GET", "/api/v1/accounts/familiar_followers", relationships.familiar_followers, PERSON, "read:follows"),
    Operation(
        "POST", "/api/v1/accounts/:id/follow", relationships.follow, PERSON, "write:follows", relationships.FOLLOWING
    ),
    Operation("POST", "/api/v1/accounts/:id/unfollow", relationships.unfollow, PERSON, "write:follows"),
    Operation(
        "POST",
        "/api/v1/accounts/:id/remove_from_followers",
        relationships.remove_from_followers,
        PERSON,
        "write:follows",
    ),
    Operation("POST", "/api/v1/accounts/:id/block", relationships.block, PERSON, "write:blocks"),
    Operation("POST", "/api/v1/accounts/:id/unblock", relationships.unblock, PERSON, "write:blocks"),
    Operation("POST", "/api/v1/accounts/:id/mute", relationships.mute, PERSON, "write:mutes"),
    Operation("POST", "/api/v1/accounts/:id/unmute", relationships.unmute, PERSON, "write:mutes"),
    Operation("POST", "/api/v1/accounts/:id/note", relationships.note, PERSON, "write:accounts"),
    Operation("GET", "/api/v1/blocks", relationships.blocked, PERSON, "read:blocks"),
    Operation("GET", "/api/v1/mutes", relationships.muted, PERSON, "read:mutes"),
    Operation("GET", "/api/v1/domain_blocks", relationships.domains, PERSON, "read:blocks"),
    Operation("GET", "/api/v1/domain_blocks/preview", relationships.foresee_muting, PERSON, "write:blocks"),
    Operation("POST", "/api/v1/domain_blocks", relationships.mute_domain, PERSON, "write:blocks"),
    Operation("DELETE", "/api/v1/domain_blocks", relationships.unmute_domain, PERSON, "write:blocks"),
    Operation("GET", "/api/v1/follow_requests", relationships.requested, PERSON, "read:follows"),
    Operation(
        "POST",
        "/api/v1/follow_requests/:account_id/authorize",
        relationships.authorize_request,
        PERSON,
        "write:follows",
    ),
    Operation(
        "POST", "/api/v1/follow_requests/:account_id/reject", relationships.reject_request, PERSON, "write:follows"
    ),
    Operation("POST", "/api/v1/reports", reports.create, PERSON, "write:reports", reports.REPORTING),
    # --- posts ---
    Operation("GET", "/api/v1/statuses", statuses.several, ANYONE, "read:statuses"),
    Operation("POST", "/api/v1/statuses", publishing.create, PERSON, "write:statuses", publishing.POSTING),
    Operation("GET", "/api/v1/statuses/:id", statuses.by_id, ANYONE, "read:statuses"),
    Operation("PUT", "/api/v1/statuses/:id", publishing.change, PERSON, "write:statuses"),
    Operation("DELETE", "/api/v1/statuses/:id", publishing.delete, PERSON, "write:statuses", publishing.DELETING),
    Operation("GET", "/api/v1/scheduled_statuses", scheduled.several, PERSON, "read:statuses"),
    Operation("GET", "/api/v1/scheduled_statuses/:id", scheduled.show, PERSON, "read:statuses"),
    Operation("PUT", "/api/v1/scheduled_statuses/:id", scheduled.change, PERSON, "write:statuses"),
    Operation("DELETE", "/api/v1/scheduled_statuses/:id", scheduled.delete, PERSON, "write:statuses"),
    Operation("GET", "/api/v1/statuses/:id/context", statuses.context, ANYONE, "read:statuses"),
    Operation("GET", "/api/v1_alpha/async_refreshes/:id", refreshes.show, PERSON, "read"),
    Operation("GET", "/api/v1/statuses/:id/history", statuses.history, ANYONE, "read:statuses"),
    Operation("GET", "/api/v1/statuses/:id/source", statuses.source, PERSON, "read:statuses"),
    Operation("POST", "/api/v1/statuses/:id/translate", switched_off.no_translation, PERSON, "read:statuses"),
    Operation("GET", "/api/v1/statuses/:id/favourited_by", reactions.favourited_by, ANYONE, "read:statuses"),
    Operation("GET", "/api/v1/statuses/:id/reblogged_by", reactions.reblogged_by, ANYONE, "read:statuses"),
    Operation("POST", "/api/v1/statuses/:id/favourite", reactions.favourite, PERSON, "write:favourites"),
    Operation("POST", "/api/v1/statuses/:id/unfavourite", reactions.unfavourite, PERSON, "write:favourites"),
    Operation("POST", "/api/v1/statuses/:id/reblog", reactions.reblog, PERSON, "write:statuses"),
    Operation("POST", "/api/v1/statuses/:id/unreblog", reactions.unreblog, PERSON, "write:statuses"),
    Operation("POST", "/api/v1/statuses/:id/bookmark", reactions.bookmark, PERSON, "write:bookmarks"),
    Operation("POST", "/api/v1/statuses/:id/unbookmark", reactions.unbookmark, PERSON, "write:bookmarks"),
    Operation("POST", "/api/v1/statuses/:id/mute", reactions.mute, PERSON, "write:mutes"),
    Operation("POST", "/api/v1/statuses/:id/unmute", reactions.unmute, PERSON, "write:mutes"),
    Operation("POST", "/api/v1/statuses/:id/pin", reactions.pin, PERSON, "write:accounts"),
    Operation("POST", "/api/v1/statuses/:id/unpin", reactions.unpin, PERSON, "write:accounts"),
    Operation("GET", "/api/v1/statuses/:id/quotes", quotes.listed, PERSON, "read:statuses"),
    Operation("POST", "/api/v1/statuses/:id/quotes/:quoting_status_id/revoke", quotes.revoke, PERSON, "write:statuses"),
    Operation("PUT", "/api/v1/statuses/:id/interaction_policy", quotes.set_policy, PERSON, "write:statuses"),
    Operation("GET", "/api/v1/bookmarks", reactions.bookmarked, PERSON, "read:bookmarks"),
    Operation("GET", "/api/v1/favourites", reactions.favourited, PERSON, "read:favourites"),
    # --- polls and files ---
    Operation("GET", "/api/v1/polls/:id", polls.show, ANYONE, "read:statuses"),
    Operation("POST", "/api/v1/polls/:id/votes", polls.vote, PERSON, "write:statuses"),
    Operation("POST", "/api/v2/media", media.upload, PERSON, "write:media", media.UPLOADS),
    Operation("POST", "/api/v1/media", media.upload_v1, PERSON, "write:media", media.UPLOADS),
    Operation("GET", "/api/v1/media/:id", media.show, PERSON, "write:media"),
    Operation("PUT", "/api/v1/media/:id", media.change, PERSON, "write:media"),
    Operation("DELETE", "/api/v1/media/:id", media.delete, PERSON, "write:media"),
    # --- conversations ---
    Operation("GET", "/api/v1/conversations", conversations.several, PERSON, "read:statuses"),
    Operation("DELETE", "/api/v1/conversations/:id", conversations.delete, PERSON, "write:conversations"),
    Operation("POST", "/api/v1/conversations/:id/read", conversations.mark_read, PERSON, "write:conversations"),
    Operation("POST", "/api/v1/conversations/:id/unread", conversations.mark_unread, PERSON, "write:conversations"),
    Operation("GET", "/api/v1/timelines/direct", conversations.timeline, PERSON, "read:statuses"),
    # --- notifications ---
    Operation("GET", "/api/v1/notifications", notifications.several, PERSON, "read:notifications"),
    Operation("GET", "/api/v1/notifications/unread_count", notifications.unread, PERSON, "read:notifications"),
    Operation("POST", "/api/v1/notifications/clear", notifications.clear, PERSON, "write:notifications"),
    Operation("POST", "/api/v1/notifications/dismiss", notifications.dismiss_several, PERSON, "write:notifications"),
    Operation(
        "DELETE",
        "/api/v1/notifications/destroy_multiple",
        notifications.dismiss_several,
        PERSON,
        "write:notifications",
    ),
    Operation("GET", "/api/v1/notifications/:id", notifications.by_id, PERSON, "read:notifications"),
    Operation("DELETE", "/api/v1/notifications/:id", notifications.dismiss, PERSON, "write:notifications"),
    Operation("POST", "/api/v1/notifications/:id/dismiss", notifications.dismiss, PERSON, "write:notifications"),
    *(
        Operation(method, f"/api/{version}/notifications{path}", endpoint, PERSON, scope)
        for version in ("v2", "v2_alpha")
        for method, path, endpoint, scope in (
            ("GET", "", notifications.groups, "read:notifications"),
            ("GET", "/unread_count", notifications.unread_groups, "read:notifications"),
            ("GET", "/:group_key", notifications.group, "read:notifications"),
            ("POST", "/:group_key/dismiss", notifications.dismiss_group, "write:notifications"),
        )
    ),
    Operation("POST", "/api/v2/notifications/clear", notifications.clear, PERSON, "write:notifications"),
    Operation(
        "GET",
        "/api/v2/notifications/:group_key/accounts",
        notifications.group_accounts,
        PERSON,
        "write:notifications read:notifications",
    ),
    Operation("GET", "/api/v2/notifications/policy", notification_policies.show, PERSON, "read:notifications"),
    Operation("PATCH", "/api/v2/notifications/policy", notification_policies.change, PERSON, "write:notifications"),
    Operation("GET", "/api/v1/notifications/policy", notification_policies.show_v1, PERSON, "read:notifications"),
    Operation("PUT", "/api/v1/notifications/policy", notification_policies.change_v1, PERSON, "write:notifications"),
    *(
        Operation(method, f"/api/v1/notifications/requests{path}", endpoint, PERSON, scope)
        for method, path, endpoint, scope in (
            ("GET", "", notification_policies.requests, "read:notifications"),
            ("GET", "/merged", notification_policies.merged, "read:notifications"),
            ("POST", "/accept", notification_policies.accept_several, "write:notifications"),
            ("POST", "/dismiss", notification_policies.dismiss_several, "write:notifications"),
            ("GET", "/:id", notification_policies.request, "read:notifications"),
            ("POST", "/:id/accept", notification_policies.accept, "write:notifications"),
            ("POST", "/:id/dismiss", notification_policies.dismiss, "write:notifications"),
        )
    ),
    Operation("GET", "/api/v1/markers", markers.show, PERSON, "read:statuses"),
    Operation("POST", "/api/v1/markers", markers.save, PERSON, "write:statuses"),
    # --- waking programs ---
    Operation("GET", "/api/v1/push/subscription", push.show, PERSON, "push"),
    Operation("POST", "/api/v1/push/subscription", push.subscribe, PERSON, "push"),
    Operation("PUT", "/api/v1/push/subscription", push.change, PERSON, "push"),
    Operation("DELETE", "/api/v1/push/subscription", push.unsubscribe, PERSON, "push"),
    # --- lists ---
    Operation("GET", "/api/v1/lists", lists.several, PERSON, "read:lists"),
    Operation("POST", "/api/v1/lists", lists.create, PERSON, "write:lists"),
    Operation("GET", "/api/v1/lists/:id", lists.by_id, PERSON, "read:lists"),
    Operation("PUT", "/api/v1/lists/:id", lists.change, PERSON, "write:lists"),
    Operation("DELETE", "/api/v1/lists/:id", lists.delete, PERSON, "write:lists"),
    Operation("GET", "/api/v1/lists/:id/accounts", lists.members, PERSON, "read:lists"),
    Operation("POST", "/api/v1/lists/:id/accounts", lists.add, PERSON, "write:lists"),
    Operation("DELETE", "/api/v1/lists/:id/accounts", lists.remove, PERSON, "write:lists"),
    Operation("GET", "/api/v1/accounts/:id/lists", lists.with_member, PERSON, "read:lists"),
    Operation("GET", "/api/v1/timelines/list/:list_id", lists.timeline, PERSON, "read:lists"),
    # --- filters ---
    Operation("GET", "/api/v2/filters", filters.several, PERSON, "read:filters"),
    Operation("POST", "/api/v2/filters", filters.create, PERSON, "write:filters"),
    Operation("GET", "/api/v2/filters/:id", filters.by_id, PERSON, "read:filters"),
    Operation("PUT", "/api/v2/filters/:id", filters.change, PERSON, "write:filters"),
    Operation("DELETE", "/api/v2/filters/:id", filters.delete, PERSON, "write:filters"),
    Operation("GET", "/api/v2/filters/:filter_id/keywords", filters.keywords, PERSON, "read:filters"),
    Operation("POST", "/api/v2/filters/:filter_id/keywords", filters.add_keyword, PERSON, "write:filters"),
    Operation("GET", "/api/v2/filters/keywords/:id", filters.keyword, PERSON, "read:filters"),
    Operation("PUT", "/api/v2/filters/keywords/:id", filters.change_keyword, PERSON, "write:filters"),
    Operation("DELETE", "/api/v2/filters/keywords/:id", filters.remove_keyword, PERSON, "write:filters"),
    Operation("GET", "/api/v2/filters/:filter_id/statuses", filters.posts, PERSON, "read:filters"),
    Operation("POST", "/api/v2/filters/:filter_id/statuses", filters.add_post, PERSON, "write:filters"),
    Operation("GET", "/api/v2/filters/statuses/:id", filters.post, PERSON, "read:filters"),
    Operation("DELETE", "/api/v2/filters/statuses/:id", filters.remove_post, PERSON, "write:filters"),
    *(
        Operation(method, f"/api/v1/filters{path}", endpoint, PERSON, scope, deprecated=_GIVEN_UP_BY_4)
        for method, path, endpoint, scope in (
            ("GET", "", filters_v1.several, "read:filters"),
            ("POST", "", filters_v1.create, "write:filters"),
            ("GET", "/:id", filters_v1.by_id, "read:filters"),
            ("PUT", "/:id", filters_v1.change, "write:filters"),
            ("DELETE", "/:id", filters_v1.delete, "write:filters"),
        )
    ),
    # --- collections of people ---
    *featured_collections.OPERATIONS,
    # --- moderation ---
    *admin.OPERATIONS,
    # --- hashtags ---
    Operation("GET", "/api/v1/tags/:name", tags.show, ANYONE, "read:accounts read:follows write:follows"),
    Operation("POST", "/api/v1/tags/:name/follow", tags.follow, PERSON, "write:follows"),
    Operation("POST", "/api/v1/tags/:name/unfollow", tags.unfollow, PERSON, "write:follows"),
    Operation("POST", "/api/v1/tags/:name/feature", tags.feature, PERSON, "write:accounts"),
    Operation("POST", "/api/v1/tags/:name/unfeature", tags.unfeature, PERSON, "write:accounts"),
    Operation("GET", "/api/v1/followed_tags", tags.followed, PERSON, "read:follows"),
    Operation("GET", "/api/v1/featured_tags", tags.featured, PERSON, "read:accounts"),
    Operation("POST", "/api/v1/featured_tags", tags.feature_by_name, PERSON, "write:accounts"),
    Operation("GET", "/api/v1/featured_tags/suggestions", tags.suggestions, PERSON, "read:accounts"),
    Operation("DELETE", "/api/v1/featured_tags/:id", tags.unfeature_by_id, PERSON, "write:accounts"),
    Operation("GET", "/api/v1/accounts/:id/featured_tags", tags.of_account, ANYONE),
    # --- search ---
    Operation("GET", "/api/v2/search", search.everything, ANYONE, "read:search", search.LOOKUPS),
    # --- what a school has beyond Mastodon ---
    Operation(
        "GET",
        "/api/fedi/v1/materials",
        materials.find,
        ANYONE,
        "read:search",
        materials.SEARCHES,
        about=materials.FIND,
    ),
    Operation("GET", "/api/fedi/v1/materials/:id", materials.show, ANYONE, "read:statuses", about=materials.SHOW),
    Operation(
        "GET",
        "/api/fedi/v1/materials/:id/versions",
        materials.versions,
        ANYONE,
        "read:statuses",
        about=materials.VERSIONS,
    ),
    Operation("GET", "/api/fedi/v1/vocabularies", materials.vocabularies, ANYONE, about=materials.VOCABULARIES),
    Operation("GET", "/api/fedi/v1/agreements", agreements.several, ANYONE, "read:accounts", about=agreements.LIST),
    Operation("GET", "/api/fedi/v1/openapi.json", openapi.describing(lambda: OPERATIONS), ANYONE),
    # --- timelines ---
    Operation("GET", "/api/v1/timelines/home", timelines.home, PERSON, "read:statuses"),
    Operation("GET", "/api/v1/timelines/public", timelines.public, ANYONE, "read:statuses"),
    Operation("GET", "/api/v1/timelines/link", switched_off.not_trending, ANYONE, "read:statuses"),
    Operation("GET", "/api/v1/timelines/tag/:hashtag", timelines.tag, ANYONE, "read:statuses"),
    # --- streams ---
    Operation("GET", "/api/v1/streaming/health", events.health, ANYONE),
    *(
        Operation("GET", f"/api/v1/streaming/{path}", events.channel(name), PERSON, STREAMS[name].scope)
        for path, name in events.PATHS.items()
    ),
    # The WebSocket is opened here; who asks without one is told that this is no channel.
    Operation("GET", "/api/v1/streaming", events.unknown, PERSON, events.ANY_SCOPE),
]
"""Everything the API answers; anything else under `/api/` is not found, in JSON."""

_NO_CHANNELS = [
    Operation("GET", f"/api/v1/streaming{rest}", events.unknown, PERSON, events.ANY_SCOPE)
    for rest in ("/:channel", "/:channel/:kind")
]
_dispatcher = Dispatcher([*OPERATIONS, *_NO_CHANNELS])

ROUTES: list[BaseRoute] = [
    *(WebSocketRoute(f"/api/v1/streaming{slash}", socket.talk) for slash in ("", "/")),
    Route(f"/api/{ANYTHING}", _dispatcher),
    *(
        Route(f"{path}{slash}", _dispatcher)
        for path in sorted({each.path for each in OPERATIONS if "/api/" not in each.path})
        for slash in ("", "/")
    ),
]
"""Addresses whose requests go through the table: all of `/api/`, and the rows that stand elsewhere."""

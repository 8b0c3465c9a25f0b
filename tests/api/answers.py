"""With which entity each GET of Mastodon's API answers: a new row of the table needs its line here."""

from __future__ import annotations

from typing import Any

from tests.api.specification import problems

_BY_ENTITY = {
    "Account": "/api/v1/accounts/:id /api/v1/accounts/lookup",
    "[Account]": """
        /api/v1/accounts /api/v1/accounts/search /api/v1/accounts/:id/followers /api/v1/accounts/:id/following
        /api/v1/accounts/:id/endorsements /api/v1/statuses/:id/reblogged_by /api/v1/statuses/:id/favourited_by
        /api/v1/blocks /api/v1/follow_requests /api/v1/lists/:id/accounts /api/v1/endorsements /api/v1/suggestions
        /api/v1/directory /api/v2/notifications/:group_key/accounts
    """,
    "[Admin::Account]": "/api/v1/admin/accounts /api/v2/admin/accounts",
    "Admin::Account": "/api/v1/admin/accounts/:id",
    "[Admin::Report]": "/api/v1/admin/reports",
    "Admin::Report": "/api/v1/admin/reports/:id",
    "[Admin::DomainAllow]": "/api/v1/admin/domain_allows",
    "Admin::DomainAllow": "/api/v1/admin/domain_allows/:id",
    "[Admin::DomainBlock]": "/api/v1/admin/domain_blocks",
    "Admin::DomainBlock": "/api/v1/admin/domain_blocks/:id",
    "[Admin::EmailDomainBlock]": "/api/v1/admin/email_domain_blocks",
    "Admin::EmailDomainBlock": "/api/v1/admin/email_domain_blocks/:id",
    "[Admin::IpBlock]": "/api/v1/admin/ip_blocks",
    "Admin::IpBlock": "/api/v1/admin/ip_blocks/:id",
    "[Admin::CanonicalEmailBlock]": "/api/v1/admin/canonical_email_blocks",
    "Admin::CanonicalEmailBlock": "/api/v1/admin/canonical_email_blocks/:id",
    "[Admin::Trends::Link]": "/api/v1/admin/trends/links",
    "[Admin::Trends::Status]": "/api/v1/admin/trends/statuses",
    "[Admin::Trends::PreviewCardProvider]": "/api/v1/admin/trends/links/publishers",
    "[Admin::Tag]": "/api/v1/admin/trends/tags /api/v1/admin/tags",
    "Admin::Tag": "/api/v1/admin/tags/:id",
    "[Announcement]": "/api/v1/announcements",
    "Application": "/api/v1/apps/verify_credentials",
    "Collections": "/api/v1/accounts/:id/collections /api/v1/accounts/:id/in_collections",
    "CollectionWithAccounts": "/api/v1/collections/:id",
    "Context": "/api/v1/statuses/:id/context",
    "[Conversation]": "/api/v1/conversations",
    "CredentialAccount": "/api/v1/accounts/verify_credentials",
    "[CustomEmoji]": "/api/v1/custom_emojis",
    "ExtendedDescription": "/api/v1/instance/extended_description",
    "[FamiliarFollowers]": "/api/v1/accounts/familiar_followers",
    "[FeaturedTag]": "/api/v1/featured_tags /api/v1/accounts/:id/featured_tags",
    "[Filter]": "/api/v2/filters",
    "Filter": "/api/v2/filters/:id",
    "[FilterKeyword]": "/api/v2/filters/:filter_id/keywords",
    "FilterKeyword": "/api/v2/filters/keywords/:id",
    "[FilterStatus]": "/api/v2/filters/:filter_id/statuses",
    "FilterStatus": "/api/v2/filters/statuses/:id",
    "GroupedNotificationsResults": """
        /api/v2/notifications /api/v2/notifications/:group_key
        /api/v2_alpha/notifications /api/v2_alpha/notifications/:group_key
    """,
    "[IdentityProof]": "/api/v1/accounts/:id/identity_proofs",
    "Instance": "/api/v2/instance",
    "[List]": "/api/v1/lists /api/v1/accounts/:id/lists",
    "List": "/api/v1/lists/:id",
    "Markers": "/api/v1/markers",
    "MediaAttachment": "/api/v1/media/:id",
    "MergedRequests": "/api/v1/notifications/requests/merged",
    "[MutedAccount]": "/api/v1/mutes",
    "[Notification]": "/api/v1/notifications",
    "Notification": "/api/v1/notifications/:id",
    "NotificationPolicy": "/api/v2/notifications/policy",
    "[NotificationRequest]": "/api/v1/notifications/requests",
    "NotificationRequest": "/api/v1/notifications/requests/:id",
    "OAuthServerMetadata": "/.well-known/oauth-authorization-server",
    "OAuthUserInfo": "/oauth/userinfo",
    "OEmbed": "/api/oembed",
    "Poll": "/api/v1/polls/:id",
    "Preferences": "/api/v1/preferences",
    "PrivacyPolicy": "/api/v1/instance/privacy_policy",
    "Profile": "/api/v1/profile",
    "[Relationship]": "/api/v1/accounts/relationships",
    "[Rule]": "/api/v1/instance/rules",
    "[ScheduledStatus]": "/api/v1/scheduled_statuses",
    "ScheduledStatus": "/api/v1/scheduled_statuses/:id",
    "Search": "/api/v2/search",
    "[Status]": """
        /api/v1/accounts/:id/statuses /api/v1/statuses /api/v1/statuses/:id/quotes /api/v1/timelines/home
        /api/v1/timelines/public /api/v1/timelines/tag/:hashtag /api/v1/timelines/list/:list_id
        /api/v1/timelines/link /api/v1/timelines/direct /api/v1/bookmarks /api/v1/favourites /api/v1/trends/statuses
    """,
    "Status": "/api/v1/statuses/:id",
    "[StatusEdit]": "/api/v1/statuses/:id/history",
    "StatusSource": "/api/v1/statuses/:id/source",
    "[Suggestion]": "/api/v2/suggestions",
    "[Tag]": "/api/v1/followed_tags /api/v1/featured_tags/suggestions /api/v1/trends /api/v1/trends/tags",
    "Tag": "/api/v1/tags/:name",
    "TermsOfService": "/api/v1/instance/terms_of_service /api/v1/instance/terms_of_service/:date",
    "[DomainBlock]": "/api/v1/instance/domain_blocks",
    "[Trends::Link]": "/api/v1/trends/links",
    "UnreadCount": """
        /api/v1/notifications/unread_count /api/v2/notifications/unread_count /api/v2_alpha/notifications/unread_count
    """,
    "[V1::Filter]": "/api/v1/filters",
    "V1::Filter": "/api/v1/filters/:id",
    "V1::Instance": "/api/v1/instance",
    "V1::NotificationPolicy": "/api/v1/notifications/policy",
    "[WeeklyActivity]": "/api/v1/instance/activity",
    "WrappedAsyncRefresh": "/api/v1_alpha/async_refreshes/:id",
    "WebPushSubscription": "/api/v1/push/subscription",
}
ENTITIES = {path: entity for entity, paths in _BY_ENTITY.items() for path in paths.split()}

PLAIN: dict[str, type] = {
    "/api/v1/domain_blocks": list[str],
    "/api/v1/domain_blocks/preview": dict[str, int],
    "/api/v1/emails/check_confirmation": bool,
    "/api/v1/instance/languages": list[dict[str, str]],
    "/api/v1/instance/peers": list[str],
    "/api/v1/peers/search": list[str],
    "/api/v1/instance/translation_languages": dict[str, list[str]],
}
"""Answers that are no entity."""

LASTING = "/api/v1/streaming"
"""Below this an answer goes on for ever: `test_streaming` reads them."""


def wrong_with(path: str, value: Any) -> list[str]:
    """What a strict client would find wrong with an answer."""
    return problems(ENTITIES[path], value)

"""Instance, in the shape of today and in the old one that some clients still ask for."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from html import escape
from typing import Any

from fedi import __version__
from fedi.actions.actors import MAX_DESCRIPTION, MAX_FIELDS, MAX_NAME, MAX_SUMMARY
from fedi.actions.files import LONGEST_DESCRIPTION
from fedi.actions.pins import PINNED
from fedi.actions.tags import FEATURED
from fedi.activitypub.discovery import MASTODON
from fedi.config import Registrations, School
from fedi.media.films import FILM_PIXELS, FRAME_RATE, most_bytes
from fedi.media.types import FILM, PICTURES, SERVED, SOUND
from fedi.models.figures import Activity
from fedi.models.rules import Rule
from fedi.models.usage import Usage
from fedi.text import LINK_COUNTS

Json = dict[str, Any]

API_VERSION = 10
"""Of Mastodon's API, in the version that is told. Clients show quotes from 7 on, collections of people from 10 on."""

OWN_API_VERSION = 1
"""Of `/api/fedi/v1`: grows when something is added, and nothing is ever taken away."""

VERSION = f"{MASTODON} (compatible; fedi {__version__})"
"""Clients read three numbers at its beginning, and expect what Mastodon could do with them."""

ICON_SIDES = (192, 512)
"""Pixels: `static/icon-<side>.png` are the icon as programs show it, which take no SVG."""

LONGEST_OPTION = 200
SHORTEST_POLL_S, LONGEST_POLL_S = 300, 2_629_746


def instance(school: School, usage: Usage, rules: Iterable[Rule], vapid_key: str, open_sign_up: bool) -> Json:
    """Instance (v2)."""
    base = school.base_url
    return {
        "domain": school.account_domain,
        "title": school.title(school.language),
        "version": VERSION,
        "source_url": f"{base}/about",
        "description": description(school),
        "usage": {"users": {"active_month": usage.active_month}},
        "thumbnail": {"url": f"{base}/static/thumbnail.png", "description": None},
        "icon": [{"src": f"{base}/static/icon-{side}.png", "size": f"{side}x{side}"} for side in ICON_SIDES],
        "languages": list(school.languages),
        "configuration": configuration(school, vapid_key),
        "registrations": {
            "enabled": open_sign_up,
            "approval_required": False,
            "reason_required": None,
            "message": None if open_sign_up else _how_to_join(school),
            "min_age": None,
            "url": None,
        },
        "api_versions": {"mastodon": API_VERSION, "fedi": OWN_API_VERSION},
        "contact": {"email": _email(school), "account": None},
        "rules": [rule(each, school.language) for each in rules],
        "wrapstodon": None,
    }


def instance_v1(school: School, usage: Usage, rules: Iterable[Rule], vapid_key: str, open_sign_up: bool) -> Json:
    """Instance (v1)."""
    settings = configuration(school, vapid_key)
    return {
        "uri": school.account_domain,
        "title": school.title(school.language),
        "short_description": description(school),
        "description": description(school),
        "email": _email(school),
        "version": VERSION,
        "urls": {"streaming_api": streaming(school)},
        "stats": {"user_count": usage.people, "status_count": usage.posts, "domain_count": usage.hosts},
        "thumbnail": f"{school.base_url}/static/thumbnail.png",
        "languages": list(school.languages),
        "registrations": open_sign_up,
        "approval_required": False,
        "invites_enabled": school.registrations is Registrations.INVITATION,
        "configuration": {name: settings[name] for name in ("accounts", "statuses", "media_attachments", "polls")},
        "contact_account": None,
        "rules": [rule(each, school.language) for each in rules],
        "max_toot_chars": school.limits.post_characters,
        "poll_limits": {
            "max_options": school.limits.poll_options,
            "max_option_chars": LONGEST_OPTION,
            "min_expiration": SHORTEST_POLL_S,
            "max_expiration": LONGEST_POLL_S,
        },
    }


def configuration(school: School, vapid_key: str) -> Json:
    """Limits and addresses; clients check what a person types against them."""
    base, limits = school.base_url, school.limits
    return {
        "urls": {
            "streaming": streaming(school),
            "status": None,
            "about": f"{base}/about",
            "privacy_policy": f"{base}/privacy",
            "terms_of_service": f"{base}/terms",
        },
        "vapid": {"public_key": vapid_key},
        "accounts": {
            "max_display_name_length": MAX_NAME,
            "max_note_length": MAX_SUMMARY,
            "max_avatar_description_length": MAX_DESCRIPTION,
            "max_header_description_length": MAX_DESCRIPTION,
            "max_featured_tags": FEATURED,
            "max_pinned_statuses": PINNED,
            "max_profile_fields": MAX_FIELDS,
            "profile_field_name_limit": 100,
            "profile_field_value_limit": 400,
        },
        "statuses": {
            "max_characters": limits.post_characters,
            "max_media_attachments": limits.files_per_post,
            "characters_reserved_per_url": LINK_COUNTS,
            "supported_mime_types": ["text/plain"],
        },
        "media_attachments": {
            "supported_mime_types": sorted({*PICTURES, *SOUND, *FILM, *SERVED}),
            "description_limit": LONGEST_DESCRIPTION,
            "image_size_limit": limits.file_bytes,
            "image_matrix_limit": limits.picture_pixels,
            "video_size_limit": most_bytes(limits),
            "video_frame_rate_limit": FRAME_RATE,
            "video_matrix_limit": FILM_PIXELS,
        },
        "polls": {
            "max_options": limits.poll_options,
            "max_characters_per_option": LONGEST_OPTION,
            "min_expiration": SHORTEST_POLL_S,
            "max_expiration": LONGEST_POLL_S,
        },
        "translation": {"enabled": False},
        "timelines_access": {
            "live_feeds": {"local": "public", "remote": "public"},
            "hashtag_feeds": {"local": "public", "remote": "public"},
            "trending_link_feeds": {"local": "authenticated", "remote": "disabled"},
        },
        "limited_federation": school.peering == "allowlist",
    }


def streaming(school: School) -> str:
    """Where the WebSocket of streams is, without its path (behaviour 13.12)."""
    return f"ws{school.base_url.removeprefix('http')}"


def week(counted: Activity) -> Json:
    """WeeklyActivity; its numbers are texts."""
    return {
        "week": str(counted.days.begins_at // 1000),
        "statuses": str(counted.posts),
        "logins": str(counted.visitors),
        "registrations": str(counted.newcomers),
    }


def domain_block(host: str) -> Json:
    """DomainBlock; what administrators noted is for themselves."""
    return {"domain": host, "digest": sha256(host.encode()).hexdigest(), "severity": "suspend", "comment": ""}


def description(school: School) -> str:
    """A sentence or two, as plain text."""
    return school.description.get(school.language) or next(iter(school.description.values()), "")


def rule(each: Rule, language: str) -> Json:
    """Rule, in the school's `language` if it has it. Programs take the reader's out of `translations`."""
    own = each.said(language)
    translations = {code: {"text": words.text, "hint": words.hint} for code, words in each.words.items()}
    return {"id": str(each.id), "text": own.text, "hint": own.hint, "translations": translations}


def _email(school: School) -> str:
    return school.contact if "@" in school.contact and "://" not in school.contact else ""


def _how_to_join(school: School) -> str:
    return f'<p><a href="{escape(school.base_url)}/contact">{escape(school.title(school.language))}</a></p>'

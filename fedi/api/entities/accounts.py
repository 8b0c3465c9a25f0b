"""Account and CredentialAccount."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fedi.actions import featured_collections
from fedi.api.entities import circles
from fedi.api.entities.times import day_or_none, midnight, moment_or_none
from fedi.config import School
from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor, ActorKind, Emoji, ProfileField
from fedi.models.quotes import QuotePolicy
from fedi.policies import featuring
from fedi.text import absolute, as_own_pages, in_one_line, plain, typed

Json = dict[str, Any]

MISSING = "/static/missing.png"
NO_HEADER = "/static/headers/original/missing.png"
"""The pictures of who has none; clients know these names by their ends, and leave such a header out."""

EVERYBODY = "-99"

_PERMISSIONS = {
    # Mastodon's bits: administrator; view dashboard, manage reports, users and invitations; invite users.
    Role.ADMIN: 1,
    Role.MODERATOR: 1 << 3 | 1 << 4 | 1 << 10 | 1 << 11 | 1 << 16,
    Role.TEACHER: 1 << 16,
}
_QUOTE_POLICIES = {QuotePolicy.EVERYONE: "public", QuotePolicy.FOLLOWERS: "followers"}
_FEATURED_BY_READER = {
    QuotePolicy.EVERYONE: "automatic",
    QuotePolicy.FOLLOWERS: "unknown",
    QuotePolicy.ASKED: "manual",
}
_SAME_IN_PROFILE = (
    "avatar_description",
    "header_description",
    "locked",
    "bot",
    "hide_collections",
    "discoverable",
    "indexable",
    "show_media",
    "show_media_replies",
    "show_featured",
)
_ROLE_IDS = {Role.ADMIN: "3", Role.MODERATOR: "2", Role.TEACHER: EVERYBODY}


def account(school: School, actor: Actor, last_post_at: int | None, held: Role | None = None) -> Json:
    """An actor as everybody sees it; `last_post_at` in milliseconds, `held` the role of one of ours. One who is gone
    has an empty profile.
    """
    base = school.base_url
    shown = not actor.gone
    avatar, header = (actor.avatar_id, actor.header_id) if shown else (None, None)
    return {
        "id": str(actor.id),
        "username": actor.username,
        "acct": acct(school, actor),
        "display_name": plain_name(actor) if shown else "",
        "locked": actor.locked,
        "bot": actor.kind in (ActorKind.SERVICE, ActorKind.APPLICATION),
        "group": actor.kind is ActorKind.GROUP,
        "discoverable": actor.discoverable,
        "indexable": actor.indexable,
        "created_at": midnight(actor.created_at),
        "note": absolute(actor.summary, base) if shown else "",
        "url": actor.url or actor.uri,
        "uri": actor.uri,
        "avatar": picture(base, avatar),
        "avatar_static": still(base, avatar),
        "avatar_description": actor.avatar_description if shown else "",
        "header": picture(base, header, NO_HEADER),
        "header_static": still(base, header, NO_HEADER),
        "header_description": actor.header_description if shown else "",
        "followers_count": actor.followers_count,
        "following_count": actor.following_count,
        "statuses_count": actor.posts_count,
        "last_status_at": day_or_none(last_post_at),
        "hide_collections": actor.hides_follows,
        "show_media": actor.shows_media,
        "show_media_replies": actor.shows_replies_in_media,
        "show_featured": actor.shows_featured,
        "feature_approval": _feature_approval(actor),
        "emojis": [emoji(each) for each in actor.emojis] if shown else [],
        "fields": [_field(each, actor, base) for each in actor.fields] if shown else [],
        **({"noindex": not actor.indexable, "roles": _roles(held) if shown else []} if actor.local else {}),
        **({"memorial": True} if actor.memorial else {}),
        **({"limited": True} if actor.limited_at is not None else {}),
        **({} if shown else {"suspended": True}),
    }


def _feature_approval(actor: Actor) -> Json:
    """Who may show somebody in a collection. What is said is the same for all: a follower is told when she tries."""
    allowed = None if actor.gone else featuring.policy(actor)
    return {
        "automatic": [_QUOTE_POLICIES[allowed]] if allowed in _QUOTE_POLICIES else [],
        "manual": ["public"] if allowed is QuotePolicy.ASKED else [],
        "current_user": _FEATURED_BY_READER.get(allowed, "denied") if allowed else "missing",
    }


def moved(school: School, now: Actor | None) -> Json:
    """What the account of somebody who has moved says besides: who she is now."""
    return {} if now is None else {"moved": account(school, now, None)}


def acct(school: School, actor: Actor) -> str:
    """How clients call somebody: the name alone for our own people, the whole handle for others."""
    return actor.username if actor.local or actor.domain == school.account_domain else actor.handle


def plain_name(actor: Actor) -> str:
    """The name without a tag, `:shortcodes:` left in place."""
    return actor.name


def picture(base: str, file_id: int | None, missing: str = MISSING) -> str:
    """A picture of a profile; clients want an address also where there is none."""
    return base + missing if file_id is None else f"{base}/media/{file_id}/picture"


def still(base: str, file_id: int | None, missing: str = MISSING) -> str:
    """The same, small and without movement."""
    return base + missing if file_id is None else f"{base}/media/{file_id}/preview.webp"


def _field(field: ProfileField, actor: Actor, base: str) -> Json:
    value = in_one_line(field.value)
    shown = absolute(as_own_pages(value), base) if actor.local else value
    return {"name": field.name, "value": shown, "verified_at": moment_or_none(field.verified_at)}


def _typed(field: ProfileField) -> Json:
    """As its owner typed it."""
    return {"name": field.name, "value": plain(field.value), "verified_at": moment_or_none(field.verified_at)}


def emoji(each: Emoji) -> Json:
    """A custom emoji of a text."""
    return {"shortcode": each.shortcode, "url": each.url, "static_url": f"{each.url}?still", "visible_in_picker": True}


def credentials(school: School, me: Account, actor: Actor, last_post_at: int | None, requests: int) -> Json:
    """An account as its owner sees it; `requests` are people who wait to be let in as followers."""
    return {
        **account(school, actor, last_post_at, me.role),
        "source": {
            "privacy": circles.visibility(me.default_circle),
            "circle": me.default_circle,
            "sensitive": me.default_sensitive,
            "language": me.writes_in,
            "note": typed(actor.summary),
            "fields": [_typed(each) for each in actor.fields],
            "follow_requests_count": requests,
            "hide_collections": actor.hides_follows,
            "discoverable": actor.discoverable,
            "indexable": actor.indexable,
            "attribution_domains": list(actor.attribution_domains),
            "quote_policy": quote_policy(me.quote_policy),
        },
        "role": role(me.role),
    }


def profile(school: School, actor: Actor, featured_tags: Sequence[Json]) -> Json:
    """Profile: what a person has typed about herself, and how it is shown; with FeaturedTag of each on her page."""
    base, shown = school.base_url, account(school, actor, None)
    avatar, header = actor.avatar_id is not None, actor.header_id is not None
    return {
        "id": str(actor.id),
        "display_name": actor.name,
        "note": typed(actor.summary),
        "fields": [_typed(each) for each in actor.fields],
        "avatar": picture(base, actor.avatar_id) if avatar else None,
        "avatar_static": still(base, actor.avatar_id) if avatar else None,
        "header": picture(base, actor.header_id) if header else None,
        "header_static": still(base, actor.header_id) if header else None,
        "formatted_note": shown["note"],
        "formatted_fields": shown["fields"],
        "attribution_domains": list(actor.attribution_domains),
        "featured_tags": featured_tags,
        **{name: shown[name] for name in _SAME_IN_PROFILE},
    }


def quote_policy(policy: QuotePolicy) -> str:
    """Whom somebody lets quote, in Mastodon's word."""
    return _QUOTE_POLICIES.get(policy, "nobody")


def _roles(held: Role | None) -> list[Json]:
    """The roles that everybody is shown: whom to turn to."""
    if held is None or held is Role.TEACHER:
        return []
    return [{name: value for name, value in role(held).items() if name in ("id", "name", "color")}]


def role(held: Role) -> Json:
    """What somebody may do, as Mastodon's bits tell it."""
    return {
        "id": _ROLE_IDS[held],
        "name": "" if held is Role.TEACHER else held.value.title(),
        "color": "",
        "permissions": str(_PERMISSIONS[held]),
        "highlighted": held is not Role.TEACHER,
        "collection_limit": featured_collections.MOST,
    }

"""Our actors as documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fedi import text
from fedi.activitypub import consent, contexts, featured_collections, groups
from fedi.activitypub.addressing import PARTNERS_PATH
from fedi.activitypub.jsonld import Json, format_time
from fedi.activitypub.objects import emoji, file_url, hashtag
from fedi.activitypub.signatures import keys, multikey
from fedi.models.actors import Actor, ActorKind, Key, ProfileField
from fedi.models.communities import Community
from fedi.models.files import File

_DAY_MS = 24 * 60 * 60 * 1000
_WITH_A_PAGE = (ActorKind.PERSON, ActorKind.SERVICE)


def featured_tags_uri(actor: Actor) -> str:
    """Where the hashtags are listed that somebody of ours shows on her page."""
    return f"{actor.uri}/collections/tags"


def build(
    actor: Actor,
    actor_keys: Sequence[Key],
    base: str,
    avatar: File | None = None,
    header: File | None = None,
    community: Community | None = None,
) -> Json:
    """The document of a teacher of ours, of a community, or of the school itself; of whoever is suspended no more than
    others need to know her by.
    """
    if actor.suspended_at is not None:
        return build(_withheld(actor), actor_keys, base, community=community) | {"suspended": True}
    document = _essence(actor, base) | consent.of_actor(actor) | _addresses(actor, base) | _keys(actor, actor_keys)
    if actor.kind in _WITH_A_PAGE:
        document |= _shown(actor)
        document["featuredTags"] = featured_tags_uri(actor)
        document["featuredCollections"] = featured_collections.list_uri(actor)
        document |= featured_collections.policy(actor)
    document["attachment"] = [
        {"type": "PropertyValue", "name": field.name, "value": _line(field, base)} for field in actor.fields
    ]
    document["tag"] = [*(emoji(each, base) for each in actor.emojis), *_hashtags(actor, base)]
    if avatar:
        document["icon"] = _picture(avatar, base, actor.avatar_description)
    if header:
        document["image"] = _picture(header, base, actor.header_description)
    if community is not None:
        document |= groups.actor_properties(actor, community)
    if actor.kind is ActorKind.APPLICATION:
        document["partners"] = f"{base}{PARTNERS_PATH}"
    return document


def _withheld(actor: Actor) -> Actor:
    hidden = replace(actor, suspended_at=None, name="", summary="", fields=(), emojis=())
    return replace(hidden, discoverable=False, indexable=False, also_known_as=(), attribution_domains=())


def _line(field: ProfileField, base: str) -> str:
    return text.absolute(text.as_own_pages(text.in_one_line(field.value)), base)


def _hashtags(actor: Actor, base: str) -> list[Json]:
    return [hashtag(tag, base) for tag in text.find_tags(text.plain(actor.summary))]


def _essence(actor: Actor, base: str) -> Json:
    document: Json = {
        "@context": contexts.ACTOR,
        "id": actor.uri,
        "type": str(actor.kind),
        "preferredUsername": actor.username,
        "name": actor.display_name,
        "summary": text.absolute(actor.summary, base),
        "url": actor.url,
        "webfinger": actor.handle,
        "manuallyApprovesFollowers": actor.locked,
        "discoverable": actor.discoverable,
        # The day only: when somebody joined to the minute is nobody's business.
        "published": format_time(actor.created_at - actor.created_at % _DAY_MS),
    }
    if actor.also_known_as:
        document["alsoKnownAs"] = list(actor.also_known_as)
    if actor.attribution_domains:
        document["attributionDomains"] = list(actor.attribution_domains)
    if actor.moved_to:
        document["movedTo"] = actor.moved_to
    return document


def _shown(actor: Actor) -> Json:
    """What other servers show of a person beside her posts (Mastodon 4.6)."""
    return {
        "showMedia": actor.shows_media,
        "showRepliesInMedia": actor.shows_replies_in_media,
        "showFeatured": actor.shows_featured,
    }


def _addresses(actor: Actor, base: str) -> Json:
    return {
        "inbox": actor.inbox,
        "outbox": actor.outbox,
        "followers": actor.followers,
        "following": actor.following,
        "featured": actor.featured,
        "endpoints": {"sharedInbox": actor.shared_inbox or f"{base}/inbox"},
    }


def _keys(actor: Actor, actor_keys: Sequence[Key]) -> Json:
    document: Json = {"assertionMethod": []}
    for key in actor_keys:
        if key.kind == "rsa":
            document["publicKey"] = {"id": key.uri, "owner": actor.uri, "publicKeyPem": key.public_pem}
        else:
            document["assertionMethod"].append(_multikey(actor, key))
    return document


def _multikey(actor: Actor, key: Key) -> Json:
    public = multikey.encode(keys.load_public(key.public_pem))
    return {"id": key.uri, "type": "Multikey", "controller": actor.uri, "publicKeyMultibase": public}


def _picture(file: File, base: str, says: str) -> Json:
    """What is to be seen is a `summary` to Mastodon, and a `name` to others."""
    picture: Json = {"type": "Image", "mediaType": file.media_type, "url": file_url(file, base)}
    return picture | ({"name": says, "summary": says} if says else {})

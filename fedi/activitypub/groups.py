"""Communities on the wire (FEP-1b12): what makes an actor one, what stands in one, what it brings to its followers."""

from __future__ import annotations

from fedi.activitypub import contexts, jsonld, uris
from fedi.activitypub.addressing import PUBLIC, Audience, as_properties
from fedi.activitypub.jsonld import Json
from fedi.models.actors import Actor, RemoteCommunity
from fedi.models.communities import Community, Posting
from fedi.models.posts import PostView

PASSED_ON = frozenset({"Create", "Update", "Delete", "Like", "Dislike", "EmojiReact", "Undo"})
"""What a community of ours brings to its followers. Never an Announce: two groups would answer each other for ever."""

_MAX_MODERATORS = 200


def moderators_uri(actor: Actor) -> str:
    """Where the moderators of a community of ours are listed."""
    return f"{actor.uri}/moderators"


def actor_properties(actor: Actor, community: Community) -> Json:
    """What the document of a community of ours says beyond what every actor says."""
    return {
        "attributedTo": moderators_uri(actor),
        "moderators": moderators_uri(actor),
        "postingRestrictedToMods": community.posting is Posting.MODERATORS,
    }


def parse_community(document: Json, uri: str) -> RemoteCommunity | None:
    """The same of a peer's Group. A collection elsewhere would make moderators of whom its owner likes."""
    if "Group" not in jsonld.types(document):
        return None
    named = (document.get("attributedTo"), document.get("moderators"))
    found = next((each for each in named if isinstance(each, str) and uris.same_origin(each, uri)), None)
    return RemoteCommunity(found, jsonld.boolean(document, "postingRestrictedToMods"))


def parse_moderators(collection: Json) -> list[str]:
    """Whom a collection of moderators lists."""
    items = collection.get("orderedItems") or collection.get("items")
    return [jsonld.normal_id(each) for each in jsonld.ids(items)][:_MAX_MODERATORS]


def properties(view: PostView) -> Json:
    """To which community a post belongs."""
    return {"audience": view.community.uri} if view.community else {}


def announce(id_: str, community: Actor, activity: Json) -> Json:
    """What a community brings to its followers, to the letter: whoever signed it can be asked."""
    return {
        "@context": contexts.PLAIN,
        "id": id_,
        "type": "Announce",
        "actor": community.uri,
        "object": activity,
        **as_properties(Audience((PUBLIC,), (community.followers or "",))),
    }


def moderation(type_: str, id_: str, moderator_uri: str, object_: Json | str, community: Actor) -> Json:
    """What a moderator of a community does: Delete (remove), Block (ban), Lock, Add, Undo, as Lemmy sends them."""
    return {
        "@context": contexts.PLAIN,
        "id": id_,
        "type": type_,
        "actor": moderator_uri,
        "object": object_,
        **as_properties(Audience((PUBLIC,), (community.uri,))),
        "audience": community.uri,
    }


def addressed(document: Json) -> set[str]:
    """Everybody an activity or an object names: where groups find themselves, each make in another place."""
    names = ("to", "cc", "audience")
    mentions = [tag for tag in jsonld.objects(document.get("tag")) if jsonld.type_of(tag) == "Mention"]
    return {each for name in names for each in jsonld.ids(document.get(name))} | set(jsonld.ids(mentions))

"""Activities: those of ours built to the letter, those of peers read as far as the door needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fedi.activitypub import contexts, jsonld
from fedi.activitypub.addressing import PUBLIC, Audience, as_properties
from fedi.activitypub.jsonld import Json
from fedi.errors import Malformed

PEOPLE = ("Person", "Service", "Group", "Application", "Organization")
POSTS = ("Note", "Question", "Article", "Page", "Video", "Image", "Audio", "Event", "Document", "ChatMessage")


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of a peer. `object` is what it carries, a document or `{"id": ...}`; `object_uri` is empty if
    it names none.
    """

    id: str
    type: str
    actor: str
    object: Json
    object_uri: str
    audience: Audience
    json: Json

    @property
    def object_type(self) -> str:
        """The first type of the carried object, empty if only its id was sent."""
        return jsonld.type_of(self.object)


def parse(json: Json) -> Activity:
    """Read an activity leniently; Malformed if it has no type or no actor."""
    type_ = jsonld.type_of(json)
    actor = jsonld.id_of(json.get("actor"))
    if not type_ or not actor:
        raise Malformed("an activity has a type and an actor")
    carried = jsonld.first(json.get("object"))
    document = carried if isinstance(carried, dict) else {"id": carried} if isinstance(carried, str) else {}
    return Activity(
        id=jsonld.text(json, "id"),
        type=type_,
        actor=jsonld.normal_id(actor),
        object=document,
        object_uri=jsonld.normal_id(jsonld.id_of(document) or ""),
        audience=Audience(jsonld.ids(json.get("to")), jsonld.ids(json.get("cc"))),
        json=json,
    )


def build(
    type_: str,
    id_: str,
    actor_uri: str,
    object_: Json | str | list[str],
    audience: Audience,
    context: Any = contexts.PLAIN,
) -> Json:
    """An activity of ours; an object with its own context loses it to the activity's."""
    if isinstance(object_, dict) and "@context" in object_:
        context = object_["@context"]
        object_ = {name: value for name, value in object_.items() if name != "@context"}
    return {
        "@context": context,
        "id": id_,
        "type": type_,
        "actor": actor_uri,
        "object": object_,
        **as_properties(audience),
    }


def about_object(type_: str, id_: str, actor_uri: str, document: Json, time: str) -> Json:
    """Create or Update: addressed and dated as its object is."""
    addressed = Audience(tuple(document.get("to", ())), tuple(document.get("cc", ())))
    made = build(type_, id_, actor_uri, document, addressed) | {"published": time}
    return made | ({"audience": document["audience"]} if "audience" in document else {})


def delete(id_: str, actor_uri: str, object_uri: str, audience: Audience) -> Json:
    """A post is gone."""
    return build("Delete", id_, actor_uri, tombstone(object_uri), audience)


def delete_actor(id_: str, actor_uri: str) -> Json:
    """A person is gone, and everything of hers."""
    return build("Delete", id_, actor_uri, actor_uri, Audience((PUBLIC,)))


def tombstone(uri: str) -> Json:
    """What stands where an object was."""
    return {"id": uri, "type": "Tombstone"}


def follow(id_: str, follower_uri: str, followed_uri: str) -> Json:
    """The Follow itself, also as others answer or undo it."""
    return build("Follow", id_, follower_uri, followed_uri, Audience((followed_uri,)))


def undo(id_: str, activity: Json) -> Json:
    """Take back one of our activities; it is carried whole, for readers that did not keep it."""
    audience = Audience(tuple(activity["to"]), tuple(activity["cc"]))
    return build("Undo", id_, activity["actor"], activity, audience)


def offer_agreement(id_: str, us: str, them: str) -> Json:
    """Our school offers another an agreement (a Relationship of the Activity Vocabulary)."""
    relationship = {"type": "Relationship", "subject": us, "relationship": contexts.PARTNER, "object": them}
    return build("Offer", id_, us, relationship, Audience((them,)))


def is_agreement(activity: Json) -> bool:
    """Whether an activity carries the Relationship of an agreement between schools."""
    carried = activity.get("object")
    return isinstance(carried, dict) and (
        jsonld.type_of(carried) == "Relationship" and jsonld.id_of(carried.get("relationship")) == contexts.PARTNER
    )

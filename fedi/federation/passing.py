"""What our communities bring on: activities that were sent to them, after they have taken effect here (FEP-1b12)."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.actions import membership, outbox
from fedi.activitypub import groups, jsonld
from fedi.activitypub.jsonld import Json
from fedi.federation.incoming import Incoming
from fedi.models.actors import Actor
from fedi.models.posts import Post
from fedi.store import actors, communities, posts
from fedi.store.communities import Concerned
from fedi.store.database import Transaction

_BY_THE_AUTHOR = frozenset({"Update", "Delete"})
_REACTIONS = frozenset({"Like", "Dislike", "EmojiReact"})


@dataclass(frozen=True, slots=True)
class Passing:
    """An activity that communities of ours may bring on, and what it is about as that stood before."""

    concerned: list[Concerned]
    about: Post | None


NOTHING = Passing([], None)


async def before(tx: Transaction, incoming: Incoming) -> Passing:
    """Look before an activity takes effect: a Delete takes with it what tells where it belonged."""
    activity = incoming.activity
    if incoming.received.hint or activity.type not in groups.PASSED_ON:
        return NOTHING
    about, owner_id = _about(incoming), incoming.received.owner_id
    ours = _named_here(tx, incoming)
    if not (ours or about or owner_id):  # as most of what comes: to the followers of somebody elsewhere
        return NOTHING
    found = await communities.concerned(tx, ours, owner_id, about)
    if not found:
        return NOTHING
    return Passing(found, await posts.by_uri(tx, about[0]) if about else None)


def _named_here(tx: Transaction, incoming: Incoming) -> list[str]:
    """Whom of ours an activity names. Most of them do not even hold the name of this school."""
    if tx.school.host not in (incoming.received.json or ""):
        return []
    named = groups.addressed(incoming.activity.json) | groups.addressed(incoming.activity.object)
    return [each for each in named if each.startswith(f"{tx.school.base_url}/")]


def _about(incoming: Incoming) -> list[str]:
    """The post an activity is about: what it answers, changes, or likes."""
    activity = incoming.activity
    carried: Json = activity.object
    uri = {
        "Create": jsonld.id_of(carried.get("inReplyTo")),
        "Undo": jsonld.id_of(carried.get("object")),
    }.get(activity.type, activity.object_uri)
    return [uri] if uri else []


async def after(tx: Transaction, incoming: Incoming, passing: Passing) -> None:
    """Bring it on where it belongs; what is refused has not come here, and what is not for everybody goes nowhere."""
    if not passing.concerned or incoming.activity.json.get("id") is None:
        return
    sender = await actors.by_uri(tx, jsonld.normal_id(incoming.activity.actor))
    if sender is None or sender.gone:
        return
    post = await _made(tx, incoming) if incoming.activity.type == "Create" else passing.about
    for each in passing.concerned:
        if post is not None and post.community_id == each.actor.id and await _may(tx, incoming, each, sender, post):
            await outbox.announce(tx, each.actor, incoming.activity.json, post)


async def _made(tx: Transaction, incoming: Incoming) -> Post | None:
    return await posts.by_uri(tx, incoming.activity.object_uri)


async def _may(tx: Transaction, incoming: Incoming, community: Concerned, sender: Actor, post: Post) -> bool:
    type_ = incoming.activity.type
    if type_ == "Create" or type_ in _BY_THE_AUTHOR:
        return post.actor_id == sender.id  # who may write was asked when the post came
    is_reaction = type_ in _REACTIONS or incoming.activity.object_type in _REACTIONS
    # A like is told to a community only if whoever likes has sent it there.
    return is_reaction and community.addressed and await membership.may(tx, sender, community.actor, answer=True)

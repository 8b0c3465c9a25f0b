"""What moderators elsewhere decide in our communities: Delete, Lock, Block, Add, Remove and Undo, in Lemmy's form."""

from __future__ import annotations

from fedi.actions import communities as community_actions
from fedi.activitypub import activities, groups, jsonld
from fedi.activitypub.activities import Activity
from fedi.federation.incoming import Ignored, Incoming
from fedi.models.actors import Actor
from fedi.models.posts import Post
from fedi.store import communities, posts
from fedi.store.database import Transaction


async def is_for_us(tx: Transaction, incoming: Incoming) -> bool:
    """Whether an activity is sent to a community of ours, by somebody who moderates it, about something not her own."""
    group = await _group(tx, incoming)
    if group is None:
        return False
    sender = await incoming.actor(tx)
    post = await posts.by_uri(tx, incoming.activity.object_uri)
    is_own = post is not None and post.actor_id == sender.id
    return not is_own and await community_actions.may_moderate(tx, sender, group)


async def _group(tx: Transaction, incoming: Incoming) -> Actor | None:
    """The community of ours that an activity names."""
    activity = incoming.activity
    target = jsonld.id_of(activity.json.get("target"))
    named = groups.addressed(activity.json) | ({target} if target else set())
    found = await communities.concerned(tx, named, incoming.received.owner_id, [])
    return found[0].actor if found else None


async def decided(tx: Transaction, incoming: Incoming) -> str:
    """A moderator removes a post, closes it, shuts somebody out, or has a post shown first."""
    group = await _of_ours(tx, incoming)
    return await _decide(tx, incoming, group, incoming.activity, undo=False)


async def undone(tx: Transaction, incoming: Incoming) -> str:
    """... and takes it back."""
    group = await _of_ours(tx, incoming)
    taken_back = activities.parse({"actor": incoming.activity.actor, **incoming.activity.object})
    if taken_back.actor != incoming.activity.actor:
        raise Ignored("nobody takes back what others did")
    return await _decide(tx, incoming, group, taken_back, undo=True)


async def _of_ours(tx: Transaction, incoming: Incoming) -> Actor:
    group = await _group(tx, incoming)
    if group is None:
        raise Ignored("it is about no community of ours")
    return group


async def _decide(tx: Transaction, incoming: Incoming, group: Actor, decision: Activity, *, undo: bool) -> str:
    sender, said, uri = await incoming.actor(tx), incoming.activity.json, decision.object_uri
    match decision.type, undo:
        case "Block", False:
            removing = jsonld.boolean(decision.json, "removeData")
            until = jsonld.time_ms(decision.json.get("endTime") or decision.json.get("expires"))
            await community_actions.ban(tx, sender, group, uri, until=until, removing=removing, said=said)
        case "Block", True:
            await community_actions.lift_ban(tx, sender, group, uri, said=said)
        case "Delete", True:
            await community_actions.restore(tx, sender, group, uri, said=said)
        case "Delete", False:
            await community_actions.remove(tx, sender, await _post(tx, group, uri), said=said)
        case "Lock", _:
            await community_actions.lock(tx, sender, await _post(tx, group, uri), not undo, said=said)
        case _:
            await _arrange(tx, sender, group, decision, incoming)
    return "decided by a moderator"


async def _arrange(tx: Transaction, sender: Actor, group: Actor, decision: Activity, incoming: Incoming) -> None:
    """What is shown first, or who moderates."""
    target, adds, said = jsonld.id_of(decision.json.get("target")), decision.type == "Add", incoming.activity.json
    if target == group.featured:
        post = await _post(tx, group, decision.object_uri)
        await community_actions.feature(tx, sender, post, adds, said=said)
    elif target == groups.moderators_uri(group) and adds:
        person = await incoming.known_actor(tx, decision.object_uri)
        await community_actions.appoint(tx, sender, group, person, said=said)
    elif target == groups.moderators_uri(group):
        await community_actions.dismiss(tx, sender, group, decision.object_uri, said=said)
    else:
        raise Ignored("it is about nothing that is arranged from elsewhere")


async def _post(tx: Transaction, group: Actor, uri: str) -> Post:
    found = await posts.by_uri(tx, uri)
    if found is None or found.community_id != group.id:
        raise Ignored("there is no such post in the community")
    return found

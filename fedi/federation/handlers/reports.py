"""Flag: a server elsewhere asks our moderators to look at somebody of ours."""

from __future__ import annotations

from fedi import text
from fedi.actions import reports as report_actions
from fedi.activitypub import jsonld
from fedi.federation.incoming import Ignored, Incoming
from fedi.models.actors import Actor
from fedi.store import actors, featured_collections, posts
from fedi.store.database import Transaction

_MAX_NAMED = 100
_MAX_PEOPLE = 5


async def flagged(tx: Transaction, incoming: Incoming) -> str:
    """One report for each of ours who is named, herself or by what she published; the unknown goes with the first."""
    sender = await incoming.actor(tx)
    named = jsonld.ids(incoming.activity.json.get("object"))[:_MAX_NAMED]
    about = await _about(tx, named)
    if not about:
        raise Ignored("nobody of ours is named in it")
    comment = text.plain(text.sanitise(jsonld.text(incoming.activity.json, "content")))
    for target, uris in list(about.values())[:_MAX_PEOPLE]:
        await report_actions.receive(tx, sender, target, comment, uris)
    return "reported"


async def _about(tx: Transaction, named: tuple[str, ...]) -> dict[int, tuple[Actor, list[str]]]:
    """Whom of ours it is about, each with the addresses of what is reported."""
    people = {actor.uri: actor for actor in await actors.by_uris(tx, named)}
    known = await posts.by_uris(tx, named)
    made = await featured_collections.by_uris(tx, named)
    owners = {uri: each.actor_id for uri, each in (known | made).items()}
    authors = await actors.by_ids(tx, owners.values())
    found: dict[int, tuple[Actor, list[str]]] = {
        actor.id: (actor, []) for actor in (*people.values(), *authors.values()) if _is_ours(actor)
    }
    for uri in named:
        author_id = owners.get(uri, next(iter(found), 0))
        if author_id in found and uri not in people and jsonld.is_address(uri):
            found[author_id][1].append(uri)
    return found


def _is_ours(actor: Actor) -> bool:
    return actor.local and actor.deleted_at is None

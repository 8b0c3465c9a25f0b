"""What a group brings together, in one Announce (PieFed): each activity is handled as if it had come by itself."""

from __future__ import annotations

from dataclasses import replace

from fedi.activitypub import activities, jsonld
from fedi.activitypub.activities import Activity
from fedi.activitypub.jsonld import Json
from fedi.models.activities import Received
from fedi.models.actors import ActorKind
from fedi.store import actors
from fedi.store.database import Transaction

MOST = 100
"""So many of one Announce are looked at."""


async def parts(tx: Transaction, activity: Activity) -> list[Json | str]:
    """What an Announce of a known group brings, if that is several; empty for all else."""
    carried = [each for each in jsonld.many(activity.json.get("object"))[:MOST] if isinstance(each, dict | str)]
    if activity.type != "Announce" or len(carried) < 2:
        return []
    sender = await actors.by_uri(tx, activity.actor)
    return carried if sender is not None and sender.kind is ActorKind.GROUP else []


def one(kept: Received, activity: Activity, number: int, carried: Json | str) -> tuple[Received, Activity]:
    """One of them, as if it had come by itself: with an id of its own."""
    return replace(kept, uri=f"{kept.uri}#{number}"), activities.parse({**activity.json, "object": carried})


def outcome(said: list[str]) -> str:
    """What became of all, in a line; what came to nothing as a whole says so in its first word."""
    is_nothing = all(each.startswith(("ignored", "refused")) for each in said)
    return f"{'ignored' if is_nothing else 'brought together'}: {'; '.join(said)}"

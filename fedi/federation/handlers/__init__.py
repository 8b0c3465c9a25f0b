"""What becomes of each kind of activity: one table, and a module for each kind of thing.

A handler runs inside the unit that ends its job, and gives the outcome in a word. Keys are the type of the activity,
or the types of the activity and of what it carries.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fedi.activitypub.activities import PEOPLE
from fedi.federation.handlers import actors, agreements, blocks, featured, follows, objects, reactions, reports
from fedi.federation.incoming import Incoming
from fedi.store.database import Transaction

Handler = Callable[[Transaction, Incoming], Awaitable[str]]

HANDLERS: dict[str, Handler] = {
    "Accept": follows.accepted,
    "Add": featured.added,
    "Announce": reactions.announced,
    "Block": blocks.blocked,
    "Create": objects.created,
    "Delete": objects.deleted,
    "EmojiReact": reactions.liked,
    "Flag": reports.flagged,
    "Follow": follows.requested,
    "Like": reactions.liked,
    "Offer/Relationship": agreements.offered,
    "Reject": follows.rejected,
    "Remove": featured.removed,
    "Undo": reactions.undone,
    "Undo/Announce": reactions.unannounced,
    "Undo/Block": blocks.unblocked,
    "Undo/EmojiReact": reactions.unliked,
    "Undo/Follow": follows.undone,
    "Undo/Like": reactions.unliked,
    "Undo/Offer": agreements.revoked,
    "Update": objects.updated,
    **{f"Update/{kind}": actors.updated for kind in PEOPLE},
}

HINTS: dict[str, Handler] = {
    "Create": objects.created,
    "Delete": objects.vanished,
    "Update": objects.updated,
    **{f"Update/{kind}": actors.updated for kind in PEOPLE},
}
"""For what was not signed by its actor, and says no more than that something can be fetched, or is gone."""

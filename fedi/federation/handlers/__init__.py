"""What becomes of each kind of activity: one table, and a module for each kind of thing.

A handler runs inside the unit that ends its job, and gives the outcome in a word. Keys are the type of the activity,
or the types of the activity and of what it carries.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fedi.activitypub.activities import PEOPLE
from fedi.federation.handlers import (
    actors,
    agreements,
    blocks,
    featured,
    featured_collections,
    follows,
    groups,
    moderation,
    moves,
    objects,
    quotes,
    reactions,
    reports,
)
from fedi.federation.incoming import Incoming
from fedi.store.database import Transaction

Handler = Callable[[Transaction, Incoming], Awaitable[str]]


async def accepted(tx: Transaction, incoming: Incoming) -> str:
    """Accept: of a follow, a quote, or a place in a collection. Some servers name what they accept by its id alone."""
    if await quotes.is_answer(tx, incoming):
        return await quotes.accepted(tx, incoming)
    is_place = await featured_collections.is_answer(tx, incoming)
    return await (featured_collections.accepted if is_place else follows.accepted)(tx, incoming)


async def rejected(tx: Transaction, incoming: Incoming) -> str:
    """Reject, likewise."""
    if await quotes.is_answer(tx, incoming):
        return await quotes.rejected(tx, incoming)
    is_place = await featured_collections.is_answer(tx, incoming)
    return await (featured_collections.rejected if is_place else follows.rejected)(tx, incoming)


async def removed(tx: Transaction, incoming: Incoming) -> str:
    """Remove: of somebody from a collection or of that, or of what somebody shows first on her page."""
    is_place = await featured_collections.is_removed(tx, incoming)
    return await (featured_collections.removed if is_place else featured.removed)(tx, incoming)


async def deleted(tx: Transaction, incoming: Incoming) -> str:
    """Delete: of a post or a person, of the stamp by which a quote or a place in a collection stands, or by a moderator
    of a community of ours.
    """
    if await quotes.is_stamp(tx, incoming):
        return await quotes.revoked(tx, incoming)
    if await featured_collections.is_stamp(tx, incoming):
        return await featured_collections.revoked(tx, incoming)
    return await (moderation.decided if await moderation.is_for_us(tx, incoming) else objects.deleted)(tx, incoming)


def _or_moderated(handler: Handler) -> Handler:
    """What a moderator decides in a community of ours has the words of something else."""

    async def chosen(tx: Transaction, incoming: Incoming) -> str:
        return await (moderation.decided if await moderation.is_for_us(tx, incoming) else handler)(tx, incoming)

    return chosen


async def vanished(tx: Transaction, incoming: Incoming) -> str:
    """A Delete that somebody else passes on."""
    return await (quotes.revoked if await quotes.is_stamp(tx, incoming) else objects.vanished)(tx, incoming)


def _of_groups(handler: Handler) -> Handler:
    """A group announces activities; of anybody else, an Announce of one shows the post that it is about."""

    async def chosen(tx: Transaction, incoming: Incoming) -> str:
        is_group = await groups.is_from_group(tx, incoming)
        return await (handler if is_group else reactions.announced)(tx, incoming)

    return chosen


HANDLERS: dict[str, Handler] = {
    "Accept": accepted,
    "Add": _or_moderated(featured.added),
    "Add/FeaturedCollection": featured_collections.added,
    "Add/FeaturedItem": featured_collections.added,
    "Announce": reactions.announced,
    "Announce/Add": _of_groups(groups.arranged),
    "Announce/Block": _of_groups(groups.banned),
    "Announce/Create": _of_groups(groups.published),
    "Announce/Delete": _of_groups(groups.deleted),
    "Announce/Dislike": _of_groups(groups.disliked),
    "Announce/EmojiReact": _of_groups(groups.liked),
    "Announce/Like": _of_groups(groups.liked),
    "Announce/Lock": _of_groups(groups.locked),
    "Announce/Remove": _of_groups(groups.arranged),
    "Announce/Undo": _of_groups(groups.undone),
    "Announce/Update": _of_groups(groups.edited),
    "Block": _or_moderated(blocks.blocked),
    "Create": objects.created,
    "Delete": deleted,
    "Dislike": groups.dislike,
    "EmojiReact": reactions.liked,
    "FeatureRequest": featured_collections.requested,
    "Flag": reports.flagged,
    "Follow": follows.requested,
    "Like": reactions.liked,
    "Move": moves.moved,
    "Offer/Relationship": agreements.offered,
    "QuoteRequest": quotes.requested,
    "Reject": rejected,
    "Remove": _or_moderated(removed),
    "Lock": moderation.decided,
    "Undo": reactions.undone,
    "Undo/Announce": reactions.unannounced,
    "Undo/Block": _or_moderated(blocks.unblocked),
    "Undo/Delete": moderation.undone,
    "Undo/Lock": moderation.undone,
    "Undo/EmojiReact": reactions.unliked,
    "Undo/Follow": follows.undone,
    "Undo/Like": reactions.unliked,
    "Undo/Offer": agreements.revoked,
    "Update": objects.updated,
    "Update/FeaturedCollection": featured_collections.updated,
    **{f"Update/{kind}": actors.updated for kind in PEOPLE},
}

HINTS: dict[str, Handler] = {
    "Create": objects.created,
    "Delete": vanished,
    "Update": objects.updated,
    **{f"Update/{kind}": actors.updated for kind in PEOPLE},
}
"""For what was not signed by its actor, and says no more than that something can be fetched, or is gone."""

"""A school leaves the network: everybody in it is deleted everywhere, and from then on it answers that it is gone.

One unit a person, so that a school of two hundred teachers never holds the database up. Begun again, it goes on
where it was.
"""

from __future__ import annotations

from fedi.actions import accounts as account_actions
from fedi.actions import actors as actor_actions
from fedi.store import accounts, actors, communities
from fedi.store.database import Transaction


async def next_person(tx: Transaction) -> bool:
    """Delete one more person; whether there may be more."""
    left = await accounts.people(tx)
    if left:
        await account_actions.erase(tx, left[0].actor)
    return len(left) > 1


async def school(tx: Transaction) -> None:
    """Delete the communities and the school's own actor, after everybody else: from this moment its addresses answer
    410.
    """
    for community in await communities.ours(tx):
        await actor_actions.delete(tx, community)
    await actor_actions.delete(tx, await actors.school_actor(tx))

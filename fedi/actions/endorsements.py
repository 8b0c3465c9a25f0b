"""Endorsements: whom somebody shows on her profile, of those she follows. One ends with the follow it stands on."""

from __future__ import annotations

from fedi.errors import Invalid
from fedi.models.actors import Actor
from fedi.models.follows import FollowState
from fedi.store import follows
from fedi.store.database import Transaction


async def endorse(tx: Transaction, person: Actor, other: Actor) -> None:
    """Show somebody on one's profile; Invalid unless one follows her."""
    follow = await follows.between(tx, person.id, other.id)
    if follow is None or follow.state is not FollowState.ACCEPTED:
        raise Invalid("You must be already following the person you want to endorse")
    await follows.set_endorsed(tx, follow.id, tx.now)


async def withdraw(tx: Transaction, person: Actor, other: Actor) -> None:
    """Show her no longer."""
    follow = await follows.between(tx, person.id, other.id)
    if follow is not None:
        await follows.set_endorsed(tx, follow.id, None)

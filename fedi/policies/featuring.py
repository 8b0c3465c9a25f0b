"""Collections of people: whether somebody wants to stand in those of others (FEP-7aa9)."""

from __future__ import annotations

from fedi.models.actors import Actor
from fedi.models.quotes import QuotePolicy
from fedi.policies.quotes import Approval, by_policy


def policy(person: Actor) -> QuotePolicy | None:
    """Who may show somebody in a collection; None for one of a server that knows no such thing.

    Of ours, who wants to be found may be shown; if she chooses her followers, by those.
    """
    if not person.local:
        return person.feature_policy
    if not person.discoverable:
        return QuotePolicy.NOBODY
    return QuotePolicy.FOLLOWERS if person.locked else QuotePolicy.EVERYONE


def approval(person: Actor, owner_id: int, *, follows: bool) -> Approval:
    """What becomes of showing somebody; `follows`: the collection's owner is an accepted follower of hers."""
    if person.id == owner_id:
        return Approval.AUTOMATIC
    return by_policy(policy(person) or QuotePolicy.NOBODY, follows)

"""Who is shown under a handle or a number, and who is not any more."""

from __future__ import annotations

from fedi.errors import Gone, NotFound
from fedi.models.actors import Actor
from fedi.store import actors
from fedi.store.database import Transaction


async def by_id(tx: Transaction, actor_id: int) -> Actor:
    """The actor with this id; NotFound, or Gone for one of ours who left or was suspended."""
    return _shown(await actors.by_id(tx, actor_id))


async def by_handle(tx: Transaction, handle: str) -> Actor:
    """The person under `name` (ours) or `name@domain`; NotFound, or Gone for one of ours who left or was suspended."""
    name, _, domain = handle.partition("@")
    return _shown(await actors.by_handle(tx, name, domain or tx.school.account_domain))


def shows_follows(person: Actor, viewer: Actor | None) -> bool:
    """Whether somebody is told who follows a person and whom she follows; how many they are is no secret. Of whoever is
    suspended or gone nothing is told.
    """
    return not person.gone and (not person.hides_follows or (viewer is not None and viewer.id == person.id))


def _shown(person: Actor | None) -> Actor:
    if person is None or (person.gone and not person.local):
        raise NotFound("There is no such person")
    if person.gone:
        raise Gone("This account was closed")
    return person

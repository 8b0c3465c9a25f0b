"""Events: what comes, for a teacher's eyes."""

from __future__ import annotations

from fedi.models.actors import Actor
from fedi.models.posts import PostView
from fedi.store import events, views
from fedi.store.database import Transaction

BEGINNING = (-(2**62), 0)
"""The first page of what comes."""


async def coming(tx: Transaction, viewer: Actor, after: tuple[int, int], limit: int) -> list[PostView]:
    """What comes or is going on, announced by those whom `viewer` follows, the nearest first. `after`: the start
    (milliseconds) and the post's id of the last one seen.
    """
    return await views.of(tx, await events.coming(tx, viewer, after, limit), viewer.id)

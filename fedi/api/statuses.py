"""Posts: reading them."""

from __future__ import annotations

from fedi.api import showing
from fedi.api.call import Answer, Call, answer
from fedi.errors import NotFound
from fedi.models.actors import Actor
from fedi.store import visibility
from fedi.store.database import Transaction

_MOST_AT_ONCE = 20


async def by_id(call: Call) -> Answer:
    """GET /api/v1/statuses/:id."""
    return answer(await showing.post(call, seen, call.viewer, call.id()))


async def seen(tx: Transaction, viewer: Actor | None, post_id: int) -> int:
    """The id of a post that the viewer may see; NotFound."""
    found = await visibility.post_by_id(tx, viewer, post_id)
    if found is None:
        raise NotFound("There is no such post")
    return found.id


async def several(call: Call) -> Answer:
    """GET /api/v1/statuses?id[]=...; what the caller may not see is left out."""
    return answer(await showing.posts(call, _several, call.viewer, call.params.ids("id")[:_MOST_AT_ONCE]))


async def _several(tx: Transaction, viewer: Actor | None, ids: list[int]) -> list[int]:
    visible = await visibility.visible_ids(tx, viewer, ids)
    return [each for each in dict.fromkeys(ids) if each in visible]

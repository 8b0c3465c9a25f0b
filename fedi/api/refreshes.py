"""Refreshes: what is being read from other servers, so that a client may come again for more.

A refresh is known by the post whose thread is being read: who may not see the post is told nothing of it.
"""

from __future__ import annotations

from fedi.api.call import Answer, Call, answer
from fedi.errors import NotFound
from fedi.models.actors import Actor
from fedi.models.readings import Reading, ReadingKind
from fedi.store import readings, visibility
from fedi.store.database import Transaction

_RETRY_S = 3


def announced(post_id: int) -> dict[str, str]:
    """The header of an answer that will be fuller in a moment."""
    return {"Mastodon-Async-Refresh": f'id="{post_id}", retry={_RETRY_S}, result_count=0'}


async def show(call: Call) -> Answer:
    """GET /api/v1_alpha/async_refreshes/:id."""
    reading = await call.read(_reading, call.me, call.id())
    status = "running" if reading.running(call.instance.clock()) else "finished"
    return answer({"async_refresh": {"id": str(call.id()), "status": status, "result_count": reading.found}})


async def _reading(tx: Transaction, viewer: Actor, post_id: int) -> Reading:
    post = await visibility.post_by_id(tx, viewer, post_id)
    found = await readings.of(tx, ReadingKind.THREAD, post.thread_id) if post is not None else None
    if found is None:
        raise NotFound("Nothing of this is read from elsewhere")
    return found

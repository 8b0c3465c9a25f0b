"""Posts: reading them, with their threads, their history and their source."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from msgspec import Raw

from fedi.actions import own_posts, reading, readings
from fedi.actions.readings import Wish
from fedi.api import painting, refreshes, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import statuses
from fedi.api.painting import Shown
from fedi.errors import NotFound
from fedi.instances.rendered import Rendered
from fedi.models.actors import Actor
from fedi.models.posts import PostView, Revision
from fedi.models.readings import ReadingKind
from fedi.store import posts, visibility
from fedi.store.database import Transaction

_decode_painted = msgspec.json.Decoder(statuses.Painted).decode
_MOST_AT_ONCE = 20
_WHOLE = (4096, 4096)
_GLIMPSE = (40, 60)
_DEEPEST_GLIMPSE = 20
"""How many posts above and below another are shown to people of the school, and to strangers; how deep these see."""


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
    return answer(await showing.posts(call, _several, call.viewer, call.params.several("id", _MOST_AT_ONCE)))


async def _several(tx: Transaction, viewer: Actor | None, ids: list[int]) -> list[int]:
    visible = await visibility.visible_ids(tx, viewer, ids)
    return [each for each in dict.fromkeys(ids) if each in visible]


@dataclass(frozen=True, slots=True)
class _Context:
    """What stands above and below a post, what of it is to be read from other servers, and whether more may come."""

    above: list[int]
    below: list[int]
    found: Shown
    wishes: list[Wish]
    growing: bool


async def context(call: Call) -> Answer:
    """GET /api/v1/statuses/:id/context: what it answers, the first one first, and the answers to it."""
    read = await call.read(_context, call.viewer, call.instance.rendered, call.id())
    if read.wishes:
        await call.write(readings.ask, read.wishes)
    painted = showing.paint(call, read.found)
    shown = {
        "ancestors": [Raw(painted[each]) for each in read.above if each in painted],
        "descendants": [Raw(painted[each]) for each in read.below if each in painted],
    }
    return answer(shown, headers=refreshes.announced(call.id()) if read.growing else None)


async def _context(tx: Transaction, viewer: Actor | None, memory: Rendered, post_id: int) -> _Context:
    above, below = await reading.around(tx, viewer, post_id, None if viewer else _DEEPEST_GLIMPSE)
    most_above, most_below = _WHOLE if viewer else _GLIMPSE
    above, below = above[-most_above:], below[:most_below]
    found = await painting.read_posts(tx, viewer, memory, [*above, *below])
    wishes, growing = await _growth(tx, viewer, post_id, [*above, *below])
    return _Context(above, below, found, wishes, growing)


async def _growth(tx: Transaction, viewer: Actor | None, post_id: int, around: list[int]) -> tuple[list[Wish], bool]:
    """What is to be read of a thread, and whether it is being read; strangers make us ask nobody."""
    post = await posts.by_id(tx, post_id) if viewer is not None else None
    if post is None:
        return [], False
    wishes = await readings.of_context(tx, post, around)
    return wishes, bool(wishes or await readings.running(tx, ReadingKind.THREAD, post.thread_id))


async def history(call: Call) -> Answer:
    """GET /api/v1/statuses/:id/history: every version, the first one first."""
    view, said, found = await call.read(_history, call.viewer, call.instance.rendered, call.id())
    painted = showing.paint(call, found).get(view.post.id)
    if painted is None:
        raise NotFound("A draft has no history yet")
    now = _decode_painted(painted)
    key_of = painting.key_of(call.instance, view)
    return answer([statuses.edit(call.instance.school, view, each, now.account, now.quote, key_of) for each in said])


async def _history(
    tx: Transaction, viewer: Actor | None, memory: Rendered, post_id: int
) -> tuple[PostView, list[Revision], Shown]:
    said = await reading.history(tx, viewer, post_id)
    view = await reading.post(tx, viewer, post_id)
    return view, said, await painting.read_posts(tx, viewer, memory, [post_id])


async def source(call: Call) -> Answer:
    """GET /api/v1/statuses/:id/source: what a person typed, to be changed."""
    view = await call.read(own_posts.view, call.me, call.id())
    return answer(
        {
            "id": str(view.post.id),
            "text": statuses.source(view),
            "spoiler_text": statuses.spoiler_text(view),
            "content_type": "text/markdown" if view.material else "text/plain",
        }
    )

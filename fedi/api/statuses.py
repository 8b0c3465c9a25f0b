"""Posts: reading them, with their threads, their history and their source."""

from __future__ import annotations

from msgspec import Raw

from fedi.actions import own_posts, reading
from fedi.api import painting, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import statuses
from fedi.api.painting import Faces, Shown
from fedi.errors import NotFound
from fedi.instances.rendered import Rendered
from fedi.models.actors import Actor
from fedi.models.posts import PostView, Revision
from fedi.store import visibility
from fedi.store.database import Transaction

_MOST_AT_ONCE = 20
_WHOLE = (4096, 4096)
_GLIMPSE = (40, 60)
"""How many posts above and below another are shown to people of the school, and to strangers."""


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


async def context(call: Call) -> Answer:
    """GET /api/v1/statuses/:id/context: what it answers, the first one first, and the answers to it."""
    above, below, found = await call.read(_context, call.viewer, call.instance.rendered, call.id())
    painted = showing.paint(call, found)
    return answer(
        {
            "ancestors": [Raw(painted[each]) for each in above if each in painted],
            "descendants": [Raw(painted[each]) for each in below if each in painted],
        }
    )


async def _context(
    tx: Transaction, viewer: Actor | None, memory: Rendered, post_id: int
) -> tuple[list[int], list[int], Shown]:
    above, below = await reading.around(tx, viewer, post_id)
    most_above, most_below = _WHOLE if viewer else _GLIMPSE
    above, below = above[-most_above:], below[:most_below]
    return above, below, await painting.read_posts(tx, viewer, memory, [*above, *below])


async def history(call: Call) -> Answer:
    """GET /api/v1/statuses/:id/history: every version, the first one first."""
    view, said, faces = await call.read(_history, call.viewer, call.instance.rendered, call.id())
    author = Raw(showing.paint_people(call, faces)[view.author.id])
    key_of = painting.key_of(call.instance, view)
    return answer([statuses.edit(call.instance.school, view, each, author, key_of) for each in said])


async def _history(
    tx: Transaction, viewer: Actor | None, memory: Rendered, post_id: int
) -> tuple[PostView, list[Revision], Faces]:
    said = await reading.history(tx, viewer, post_id)
    view = await reading.post(tx, viewer, post_id)
    return view, said, await painting.read_people(tx, memory, [view.author.id])


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

"""Conversations: the threads of direct posts somebody is in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain

from msgspec import Raw

from fedi.actions import conversations, timelines
from fedi.api import pagination, painting, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities.accounts import Json
from fedi.api.painting import Faces, Shown
from fedi.instances import Instance
from fedi.instances.rendered import Rendered
from fedi.models.actors import Actor
from fedi.models.conversations import Conversation
from fedi.models.paging import Page
from fedi.store import conversations as stored
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Read:
    """Conversations as they were read, with their last posts and whom those are by and for."""

    found: list[Conversation]
    posts: Shown
    people: Faces
    others: dict[int, list[int]]


async def several(call: Call) -> Answer:
    """GET /api/v1/conversations."""
    page = pagination.asked(call)
    read = await call.read(_latest, call, page)
    cursors = [each.last_post_id for each in read.found]
    return pagination.linked(call, painted(call.instance, read), cursors, page)


async def mark_read(call: Call) -> Answer:
    """POST /api/v1/conversations/:id/read."""
    return await _mark(call, unread=False)


async def mark_unread(call: Call) -> Answer:
    """POST /api/v1/conversations/:id/unread."""
    return await _mark(call, unread=True)


async def delete(call: Call) -> Answer:
    """DELETE /api/v1/conversations/:id: it comes back with its next post."""
    await call.write(conversations.hide, call.me, call.id())
    return answer({})


async def timeline(call: Call) -> Answer:
    """GET /api/v1/timelines/direct: the posts of all conversations, given up in Mastodon 3.0."""
    page = pagination.asked(call)
    return await showing.timeline(call, page, timelines.direct_ids, call.me, page)


async def _mark(call: Call, *, unread: bool) -> Answer:
    await call.write(partial(conversations.mark, unread=unread), call.me, call.id())
    return answer(painted(call.instance, await call.read(one, call.instance.rendered, call.me, call.id()))[0])


async def _latest(tx: Transaction, call: Call, page: Page) -> Read:
    return await _about(tx, call.instance.rendered, call.me, await stored.latest(tx, call.me, page))


async def one(tx: Transaction, memory: Rendered, me: Actor, thread_id: int) -> Read:
    """Read a conversation of hers; NotFound."""
    return await _about(tx, memory, me, [await conversations.own(tx, me, thread_id)])


async def _about(tx: Transaction, memory: Rendered, me: Actor, found: list[Conversation]) -> Read:
    last = [each.last_post_id for each in found]
    others = {post_id: _others(me, ids) for post_id, ids in (await stored.people(tx, last)).items()}
    faces = await painting.read_people(tx, memory, dict.fromkeys(chain.from_iterable(others.values())))
    return Read(found, await painting.read_posts(tx, me, memory, last), faces, others)


def _others(me: Actor, actor_ids: list[int]) -> list[int]:
    """With whom she talks: with herself, if she wrote herself a note. Clients take the first face for the thread's."""
    return [each for each in actor_ids if each != me.id] or [me.id]


def painted(instance: Instance, read: Read) -> list[Json]:
    """Conversation of each."""
    posts, people = painting.posts(instance, read.posts), painting.people(instance, read.people)
    return [
        {
            "id": str(each.thread_id),
            "unread": each.unread,
            "accounts": [Raw(people[other]) for other in read.others[each.last_post_id] if other in people],
            "last_status": Raw(posts[each.last_post_id]) if each.last_post_id in posts else None,
        }
        for each in read.found
    ]

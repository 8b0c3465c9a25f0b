"""Scheduled posts: reading them, giving them another time, and cancelling them."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.actions import scheduled
from fedi.activitypub import jsonld
from fedi.api import pagination, painting
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import scheduled as entities
from fedi.errors import Invalid
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import PostView
from fedi.models.schedules import Schedule
from fedi.store import schedules, views
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A scheduled post, and when it is published."""

    schedule: Schedule
    view: PostView


def later(call: Call) -> int | None:
    """When a client wants to publish (milliseconds); None for now, also where that time has passed.

    Invalid for what is no time: nothing is published at another time than its author wants.
    """
    at = _time(call)
    return at if at is not None and at > call.instance.clock() else None


def _time(call: Call) -> int | None:
    text = call.params.text("scheduled_at")
    at = jsonld.time_ms(text)
    if text and at is None:
        raise Invalid("Scheduled at is invalid", "scheduled_at")
    return at


async def several(call: Call) -> Answer:
    """GET /api/v1/scheduled_statuses."""
    page = pagination.asked(call)
    found = await call.read(_latest, call.me, page)
    painted = [_painted(call, each) for each in found]
    return pagination.linked(call, painted, [each.view.post.id for each in found], page)


async def show(call: Call) -> Answer:
    """GET /api/v1/scheduled_statuses/:id."""
    return await one(call, call.id())


async def one(call: Call, post_id: int) -> Answer:
    """Answer with a scheduled post of the caller's; NotFound."""
    return answer(_painted(call, await call.read(_own, call.me, post_id)))


async def change(call: Call) -> Answer:
    """PUT /api/v1/scheduled_statuses/:id: another time."""
    at = _time(call)
    if at is not None:
        await call.write(scheduled.move, call.me, call.id(), at)
    return await one(call, call.id())


async def delete(call: Call) -> Answer:
    """DELETE /api/v1/scheduled_statuses/:id."""
    await call.write(scheduled.cancel, call.me, call.id())
    return answer({})


async def _latest(tx: Transaction, me: Actor, page: Page) -> list[_Waiting]:
    return await _with_views(tx, await schedules.latest(tx, me.id, page))


async def _own(tx: Transaction, me: Actor, post_id: int) -> _Waiting:
    return (await _with_views(tx, [await scheduled.own(tx, me, post_id)]))[0]


async def _with_views(tx: Transaction, found: list[Schedule]) -> list[_Waiting]:
    of_posts = {view.post.id: view for view in await views.full(tx, [each.post_id for each in found])}
    return [_Waiting(each, of_posts[each.post_id]) for each in found]


def _painted(call: Call, waiting: _Waiting) -> entities.Json:
    key_of = painting.key_of(call.instance, waiting.view)
    app_id = call.caller.token.app_id if call.caller else 0
    return entities.scheduled(call.instance.school, waiting.schedule, waiting.view, key_of, app_id)

"""Polls: each has the id of its post."""

from __future__ import annotations

from fedi.actions import polls as actions
from fedi.actions import reading, readings
from fedi.actions.readings import Wish
from fedi.api.call import Answer, Call, answer
from fedi.api.entities.accounts import emoji
from fedi.api.entities.polls import poll
from fedi.errors import NotFound
from fedi.models.actors import Actor
from fedi.models.posts import PostView
from fedi.store.database import Transaction


async def show(call: Call) -> Answer:
    """GET /api/v1/polls/:id. The counts of another server are asked for, to be shown the next time."""
    view, wishes = await call.read(_opened, call.viewer, call.id())
    if wishes:
        await call.write(readings.ask, wishes)
    return _answer(call, view)


async def _opened(tx: Transaction, viewer: Actor | None, post_id: int) -> tuple[PostView, list[Wish]]:
    view = await _asking(tx, viewer, post_id)
    return view, await readings.of_poll(tx, view) if viewer is not None else []


async def vote(call: Call) -> Answer:
    """POST /api/v1/polls/:id/votes."""
    return _answer(call, await call.write(_vote, call.me, call.id(), call.params.numbers("choices")))


async def _vote(tx: Transaction, me: Actor, post_id: int, choices: list[int]) -> PostView:
    await actions.vote(tx, me, (await _asking(tx, me, post_id)).post, choices)
    return await _asking(tx, me, post_id)


async def _asking(tx: Transaction, viewer: Actor | None, post_id: int) -> PostView:
    view = await reading.post(tx, viewer, post_id)
    if view.poll is None:
        raise NotFound("There is no such poll")
    return view


def _answer(call: Call, view: PostView) -> Answer:
    if view.poll is None:
        raise NotFound("There is no such poll")
    voted = view.viewer.voted if call.viewer else None
    own = call.viewer is not None and call.viewer.id == view.author.id
    emojis = [emoji(each) for each in view.post.emojis]
    return answer(poll(view.post.id, view.poll, call.instance.clock(), voted, own=own, emojis=emojis))

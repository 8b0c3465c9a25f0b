"""What a person does to a post: thank for it, pass it on, keep it, pin it, hear no more of it; and who else did."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fedi.actions import bookmarks, pins, reactions, reading
from fedi.api import pagination, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import circles
from fedi.api.publishing import require_visibility
from fedi.api.showing import Entry
from fedi.errors import NotFound
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.models.posts import Circle, Post
from fedi.store import bookmarks as marked
from fedi.store import people
from fedi.store.database import Transaction

Action = Callable[[Transaction, Actor, Post], Awaitable[object]]


def reaction(action: Action) -> Callable[[Call], Awaitable[Answer]]:
    """The endpoint of an action on a post, which answers with that post; of a boost, with what it shows."""

    async def endpoint(call: Call) -> Answer:
        post_id = await call.write(_react, action, call.me, call.id())
        return answer(await showing.post(call, _same, post_id))

    return endpoint


async def _react(tx: Transaction, action: Action, me: Actor, post_id: int) -> int:
    post = await original(tx, me, post_id)
    await action(tx, me, post)
    return post.id


async def original(tx: Transaction, viewer: Actor | None, post_id: int) -> Post:
    """The post with this id, or what it shows if it is a boost; NotFound if the viewer may not see it, or it is none
    yet.
    """
    view = await reading.post(tx, viewer, post_id)
    if view.post.circle is Circle.DRAFT:
        raise NotFound("There is no such post")
    return view.boost_of.post if view.boost_of else view.post


async def _same(_: Transaction, post_id: int) -> int:
    return post_id


favourite, unfavourite = reaction(reactions.like), reaction(reactions.unlike)
bookmark, unbookmark = reaction(bookmarks.keep), reaction(bookmarks.drop)
mute, unmute = reaction(bookmarks.mute_thread), reaction(bookmarks.unmute_thread)
pin, unpin = reaction(pins.pin), reaction(pins.unpin)
unreblog = reaction(reactions.unboost)


async def reblog(call: Call) -> Answer:
    """POST /api/v1/statuses/:id/reblog: the boost, with what it shows."""
    require_visibility(call.params)
    circle = circles.chosen(call.params.text("visibility"), None, False, Circle.PUBLIC) or Circle.PUBLIC
    boost_id = await call.write(_boost, call.me, call.id(), circle)
    return answer(await showing.post(call, _same, boost_id))


async def _boost(tx: Transaction, me: Actor, post_id: int, circle: Circle) -> int:
    return (await reactions.boost(tx, me, await original(tx, me, post_id), circle=circle)).id


async def favourited_by(call: Call) -> Answer:
    """GET /api/v1/statuses/:id/favourited_by."""
    page = pagination.asked(call, pagination.ACCOUNTS)
    return await showing.people_page(call, page, _reactors, people.likers, call.viewer, call.id(), page)


async def reblogged_by(call: Call) -> Answer:
    """GET /api/v1/statuses/:id/reblogged_by."""
    page = pagination.asked(call, pagination.ACCOUNTS)
    return await showing.people_page(call, page, _reactors, people.boosters, call.viewer, call.id(), page)


Reactors = Callable[[Transaction, Actor | None, int, Page], Awaitable[list[people.Listed]]]


async def _reactors(tx: Transaction, found: Reactors, viewer: Actor | None, post_id: int, page: Page) -> list[Entry]:
    post = await original(tx, viewer, post_id)
    return [Entry(each.id, each.actor_id) for each in await found(tx, viewer, post.id, page)]


async def bookmarked(call: Call) -> Answer:
    """GET /api/v1/bookmarks."""
    page = pagination.asked(call)
    return await showing.posts_page(call, page, _marks, marked.bookmarked, call.me, page)


async def favourited(call: Call) -> Answer:
    """GET /api/v1/favourites."""
    page = pagination.asked(call)
    return await showing.posts_page(call, page, _marks, marked.liked, call.me, page)


Marks = Callable[[Transaction, Actor, Page], Awaitable[list[marked.Marked]]]


async def _marks(tx: Transaction, found: Marks, me: Actor, page: Page) -> list[Entry]:
    return [Entry(each.id, each.post_id) for each in await found(tx, me, page)]

"""What endpoints answer with: lists and single ones of posts and people, in one read each.

An endpoint hands over a unit of work that chooses: it gives ids, in their order, of nothing but what the caller may
see. Showing them reads on in the same transaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Raw

from fedi.api import painting
from fedi.api.call import Answer, Call
from fedi.api.pagination import linked
from fedi.api.painting import Faces, Shown
from fedi.errors import NotFound
from fedi.instances.rendered import Rendered
from fedi.models.actors import Actor
from fedi.models.paging import Page
from fedi.store.database import Transaction

ChooseMany = Callable[..., Awaitable[list[int]]]
ChooseOne = Callable[..., Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a list that is cut by the ids of its relations (bookmarks, likes, follows): the relation's id, and
    that of what is shown.
    """

    cursor: int
    id: int


ChooseEntries = Callable[..., Awaitable[list[Entry]]]


# --- posts ------------------------------------------------------------------------------------------


async def posts(call: Call, choose: ChooseMany, *args: Any) -> list[Raw]:
    """The posts that a unit chooses."""
    _, found = await call.read(_posts, call.viewer, call.instance.rendered, _plain(choose), args)
    return _in_order(paint(call, found), found.ids)


async def post(call: Call, choose: ChooseOne, *args: Any) -> Raw:
    """One post; the unit raises NotFound if the caller may not see it."""
    found = await posts(call, _alone(choose), *args)
    if not found:
        raise NotFound("There is no such post")
    return found[0]


async def timeline(call: Call, page: Page, choose: ChooseMany, *args: Any, always_next: bool = True) -> Answer:
    """A page of a list that is cut by the ids of its posts."""
    entries, found = await call.read(_posts, call.viewer, call.instance.rendered, _plain(choose), args)
    cursors = [entry.cursor for entry in entries]
    return linked(call, _in_order(paint(call, found), found.ids), cursors, page, always_next=always_next)


async def posts_page(call: Call, page: Page, choose: ChooseEntries, *args: Any) -> Answer:
    """A page of posts in a list of something else."""
    entries, found = await call.read(_posts, call.viewer, call.instance.rendered, choose, args)
    cursors = [entry.cursor for entry in entries]
    return linked(call, _in_order(paint(call, found), found.ids), cursors, page)


def paint(call: Call, found: Shown) -> dict[int, bytes]:
    """Statuses by their ids, for endpoints that have read posts with `painting.read_posts` in a unit of their own."""
    return painting.posts(call.instance, found)


async def _posts(
    tx: Transaction, viewer: Actor | None, memory: Rendered, choose: ChooseEntries, args: tuple[Any, ...]
) -> tuple[list[Entry], Shown]:
    entries = await choose(tx, *args)
    return entries, await painting.read_posts(tx, viewer, memory, [entry.id for entry in entries])


# --- people -----------------------------------------------------------------------------------------


async def people(call: Call, choose: ChooseMany, *args: Any) -> list[Raw]:
    """The people that a unit chooses."""
    entries, found = await call.read(_people, call.instance.rendered, _plain(choose), args)
    return _in_order(paint_people(call, found), [entry.id for entry in entries])


async def person(call: Call, choose: ChooseOne, *args: Any) -> Raw:
    """One person; the unit raises NotFound if there is nobody."""
    found = await people(call, _alone(choose), *args)
    if not found:
        raise NotFound("There is nobody of this id")
    return found[0]


async def people_page(call: Call, page: Page, choose: ChooseEntries, *args: Any, back: str = "since_id") -> Answer:
    """A page of people in a list of something else."""
    entries, found = await call.read(_people, call.instance.rendered, choose, args)
    cursors = [entry.cursor for entry in entries]
    return linked(call, _in_order(paint_people(call, found), [each.id for each in entries]), cursors, page, back=back)


def paint_people(call: Call, found: Faces) -> dict[int, bytes]:
    """Accounts by their ids, for endpoints that have read people with `painting.read_people` in a unit of their own."""
    return painting.people(call.instance, found)


async def _people(
    tx: Transaction, memory: Rendered, choose: ChooseEntries, args: tuple[Any, ...]
) -> tuple[list[Entry], Faces]:
    entries = await choose(tx, *args)
    return entries, await painting.read_people(tx, memory, [entry.id for entry in entries])


# --- both -------------------------------------------------------------------------------------------


def _in_order(painted: Mapping[int, bytes], ids: Iterable[int]) -> list[Raw]:
    return [Raw(painted[each]) for each in ids if each in painted]


def _plain(choose: ChooseMany) -> ChooseEntries:
    """For lists that are cut by the ids of what they show."""

    async def chosen(tx: Transaction, *args: Any) -> list[Entry]:
        return [Entry(each, each) for each in await choose(tx, *args)]

    return chosen


def _alone(choose: ChooseOne) -> ChooseMany:
    async def chosen(tx: Transaction, *args: Any) -> list[int]:
        return [await choose(tx, *args)]

    return chosen

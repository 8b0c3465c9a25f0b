"""Lists of people and their timelines."""

from __future__ import annotations

from fedi.actions import lists
from fedi.api import pagination, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities.accounts import Json
from fedi.api.relationships import person
from fedi.api.showing import Entry
from fedi.errors import Invalid
from fedi.models.actors import Actor
from fedi.models.lists import PeopleList, RepliesPolicy
from fedi.models.paging import Page
from fedi.store import lists as stored
from fedi.store.database import Transaction


async def several(call: Call) -> Answer:
    """GET /api/v1/lists: all of them."""
    return answer([_entity(each) for each in await call.read(stored.of_account, call.me.id)])


async def with_member(call: Call) -> Answer:
    """GET /api/v1/accounts/:id/lists: those of the caller's lists that somebody is in."""
    return answer([_entity(each) for each in await call.read(_with_member, call.me, call.id())])


async def _with_member(tx: Transaction, me: Actor, actor_id: int) -> list[PeopleList]:
    return await stored.with_member(tx, me.id, (await person(tx, actor_id)).id)


async def by_id(call: Call) -> Answer:
    """GET /api/v1/lists/:id."""
    return answer(_entity(await call.read(lists.own, call.me, call.id())))


async def create(call: Call) -> Answer:
    """POST /api/v1/lists."""
    title = call.params.text("title") or ""
    exclusive = call.params.flag("exclusive")
    return answer(_entity(await call.write(lists.create, call.me, title, _policy(call), exclusive)))


async def change(call: Call) -> Answer:
    """PUT /api/v1/lists/:id: what is left out stays."""
    title, exclusive = call.params.text("title"), call.params.flag("exclusive")
    return answer(_entity(await call.write(lists.change, call.me, call.id(), title, _policy(call), exclusive)))


async def delete(call: Call) -> Answer:
    """DELETE /api/v1/lists/:id."""
    await call.write(lists.delete, call.me, call.id())
    return answer({})


async def members(call: Call) -> Answer:
    """GET /api/v1/lists/:id/accounts: with `limit=0` everybody at once."""
    if call.params.number("limit") == 0:
        return answer(await showing.people(call, _everybody, call.me, call.id()))
    page = pagination.asked(call, pagination.ACCOUNTS)
    return await showing.people_page(call, page, _members, call.me, call.id(), page)


async def _everybody(tx: Transaction, me: Actor, list_id: int) -> list[int]:
    return await stored.member_ids(tx, (await lists.own(tx, me, list_id)).id)


async def _members(tx: Transaction, me: Actor, list_id: int, page: Page) -> list[Entry]:
    found = await stored.members(tx, (await lists.own(tx, me, list_id)).id, page)
    return [Entry(each.id, each.actor_id) for each in found]


async def add(call: Call) -> Answer:
    """POST /api/v1/lists/:id/accounts: `account_ids[]`."""
    await call.write(lists.add, call.me, call.id(), _ids(call))
    return answer({})


async def remove(call: Call) -> Answer:
    """DELETE /api/v1/lists/:id/accounts: `account_ids[]` in the body or the query."""
    await call.write(lists.remove, call.me, call.id(), _ids(call))
    return answer({})


async def timeline(call: Call) -> Answer:
    """GET /api/v1/timelines/list/:list_id."""
    page = pagination.asked(call)
    return await showing.timeline(call, page, _timeline, call.me, call.id("list_id"), page)


async def _timeline(tx: Transaction, me: Actor, list_id: int, page: Page) -> list[int]:
    return await stored.timeline(tx, me, (await lists.own(tx, me, list_id)).id, page)


def _ids(call: Call) -> list[int]:
    return list(dict.fromkeys(call.params.ids("account_ids")))[: lists.MOST_MEMBERS + 1]


def _policy(call: Call) -> RepliesPolicy | None:
    text = call.params.text("replies_policy")
    if not text:
        return None
    try:
        return RepliesPolicy(text)
    except ValueError as error:
        raise Invalid("Replies policy is not included in the list") from error


def _entity(each: PeopleList) -> Json:
    return {
        "id": str(each.id),
        "title": each.title,
        "replies_policy": each.replies_policy,
        "exclusive": each.exclusive,
    }

"""Of whom somebody wants to be told at once, and whose notifications are kept apart meanwhile."""

from __future__ import annotations

from dataclasses import fields, replace

from fedi.actions import notifications as actions
from fedi.api import pagination, painting, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import notifications as entities
from fedi.api.painting import Faces, Shown
from fedi.errors import Invalid, NotFound
from fedi.models.notifications import Choice, HeldBack, NotificationPolicy
from fedi.models.paging import Page
from fedi.store import notification_policies as stored
from fedi.store import visibility
from fedi.store.database import Transaction

_MOST = 1_000


async def show(call: Call) -> Answer:
    """GET /api/v2/notifications/policy."""
    return answer(entities.policy(*await call.read(_policy, call.me.id)))


async def show_v1(call: Call) -> Answer:
    """GET /api/v1/notifications/policy."""
    return answer(entities.policy_v1(*await call.read(_policy, call.me.id)))


async def _policy(tx: Transaction, account_id: int) -> tuple[NotificationPolicy, int, int]:
    held = await stored.held_back(tx, account_id, Page(limit=_MOST))
    chosen = await stored.of(tx, account_id) or NotificationPolicy()
    return chosen, len(held), sum(each.size for each in held)


async def change(call: Call) -> Answer:
    """PATCH /api/v2/notifications/policy: a choice for some classes of senders."""
    asked = {field.name: call.params.text(f"for_{field.name}") for field in fields(NotificationPolicy)}
    choices = {name: _choice(text) for name, text in asked.items() if text is not None}
    return answer(entities.policy(*await call.write(_change, call.me.id, choices)))


def _choice(text: str) -> Choice:
    if text not in list(Choice):
        raise Invalid(f"'{text}' is not a valid choice")
    return Choice(text)


async def change_v1(call: Call) -> Answer:
    """PUT /api/v1/notifications/policy: yes means that they are kept apart."""
    asked = {field.name: call.params.flag(f"filter_{field.name}") for field in fields(NotificationPolicy)}
    choices = {name: Choice.FILTER if flag else Choice.ACCEPT for name, flag in asked.items() if flag is not None}
    return answer(entities.policy_v1(*await call.write(_change, call.me.id, choices)))


async def _change(tx: Transaction, account_id: int, choices: dict[str, Choice]) -> tuple[NotificationPolicy, int, int]:
    now = await stored.of(tx, account_id) or NotificationPolicy()
    await actions.choose(tx, account_id, replace(now, **choices))
    return await _policy(tx, account_id)


async def requests(call: Call) -> Answer:
    """GET /api/v1/notifications/requests: whose notifications are kept apart."""
    page = pagination.asked(call, pagination.ACCOUNTS)
    held, people, posts = await call.read(_requests, call, page)
    return pagination.linked(call, _painted(call, held, people, posts), [each.newest for each in held], page)


async def _requests(tx: Transaction, call: Call, page: Page) -> tuple[list[HeldBack], Faces, Shown]:
    return await _shown(tx, call, await stored.held_back(tx, call.me.id, page))


async def _shown(tx: Transaction, call: Call, held: list[HeldBack]) -> tuple[list[HeldBack], Faces, Shown]:
    memory = call.instance.rendered
    people = await painting.read_people(tx, memory, [each.actor_id for each in held])
    about = [each.post_id for each in held if each.post_id is not None]
    visible = await visibility.visible_ids(tx, call.me, about) if about else set()
    return held, people, await painting.read_posts(tx, call.me, memory, list(visible))


def _painted(call: Call, held: list[HeldBack], people: Faces, posts: Shown) -> list[entities.Json]:
    accounts, statuses = showing.paint_people(call, people), showing.paint(call, posts)
    return [entities.request(each, accounts[each.actor_id], statuses.get(each.post_id or 0)) for each in held]


async def request(call: Call) -> Answer:
    """GET /api/v1/notifications/requests/:id."""
    return answer(_painted(call, *await call.read(_request, call, call.id()))[0])


async def _request(tx: Transaction, call: Call, actor_id: int) -> tuple[list[HeldBack], Faces, Shown]:
    held = await stored.held_back_of(tx, call.me.id, actor_id)
    if held is None:
        raise NotFound("There is no such request")
    return await _shown(tx, call, [held])


async def accept(call: Call) -> Answer:
    """POST /api/v1/notifications/requests/:id/accept."""
    await call.write(_each, call.me.id, [call.id()], True)
    return answer({})


async def dismiss(call: Call) -> Answer:
    """POST /api/v1/notifications/requests/:id/dismiss."""
    await call.write(_each, call.me.id, [call.id()], False)
    return answer({})


async def accept_several(call: Call) -> Answer:
    """POST /api/v1/notifications/requests/accept?id[]=..."""
    await call.write(_each, call.me.id, call.params.ids("id")[:_MOST], True)
    return answer({})


async def dismiss_several(call: Call) -> Answer:
    """POST /api/v1/notifications/requests/dismiss?id[]=..."""
    await call.write(_each, call.me.id, call.params.ids("id")[:_MOST], False)
    return answer({})


async def _each(tx: Transaction, account_id: int, actor_ids: list[int], let_through: bool) -> None:
    for actor_id in actor_ids:
        if await stored.held_back_of(tx, account_id, actor_id) is None:
            raise NotFound("There is no such request")
        await (actions.let_through if let_through else actions.hold_back)(tx, account_id, actor_id)


async def merged(_: Call) -> Answer:
    """GET /api/v1/notifications/requests/merged: an accepted request is merged in the same moment."""
    return answer({"merged": True})

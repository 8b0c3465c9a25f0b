"""The directory of people who have agreed to be found, and whom somebody recommends on her profile."""

from __future__ import annotations

from fedi.actions import endorsements
from fedi.api import accounts, pagination, relationships, showing
from fedi.api.call import Answer, Call, answer
from fedi.errors import Malformed
from fedi.instances.rates import Budget
from fedi.models.actors import Actor
from fedi.store import directory, people
from fedi.store.database import Transaction

LOOKS = Budget("directory", 60, 5 * 60_000)
_DEEPEST = 10_000
_ORDERS = ("active", "new")

endorse, withdraw = relationships.change(endorsements.endorse), relationships.change(endorsements.withdraw)


async def show(call: Call) -> Answer:
    """GET /api/v1/directory: `order` is `active` or `new`."""
    order = call.params.text("order") or _ORDERS[0]
    if order not in _ORDERS:
        raise Malformed("Order must be active or new")
    return answer(await showing.people(call, _page, call.viewer, _part(call), order == _ORDERS[0]))


def _part(call: Call) -> tuple[int, int, bool]:
    offset = min(pagination.offset(call), _DEEPEST)
    return pagination.limit(call, *pagination.ACCOUNTS), offset, bool(call.params.flag("local"))


async def _page(tx: Transaction, viewer: Actor | None, part: tuple[int, int, bool], by_activity: bool) -> list[int]:
    limit, offset, local = part
    viewer_id = viewer.id if viewer else None
    return await directory.page(tx, viewer_id, local=local, by_activity=by_activity, limit=limit, offset=offset)


async def endorsed(call: Call) -> Answer:
    """GET /api/v1/accounts/:id/endorsements."""
    return await accounts.related(call, people.endorsed, call.id())


async def own_endorsed(call: Call) -> Answer:
    """GET /api/v1/endorsements."""
    return await accounts.related(call, people.endorsed, call.me.id)

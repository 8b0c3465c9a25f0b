"""Pages of what administrators keep, all of them cut by ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from fedi.api import pagination
from fedi.api.call import Answer, Call
from fedi.api.entities.accounts import Json
from fedi.models.accounts import Account
from fedi.models.paging import Page
from fedi.store.database import Transaction

PAGES = (100, 200)
"""How many entries a page has unless a client asks for another number, and at most (behaviour 19.4)."""


class Numbered(Protocol):
    """Something with an id."""

    @property
    def id(self) -> int: ...


N = TypeVar("N", bound=Numbered)


async def listed(
    call: Call, unit: Callable[[Transaction, Account, Page], Awaitable[Sequence[N]]], entity: Callable[[N], Json]
) -> Answer:
    """A page of what a unit finds for the caller, with its links."""
    page = pagination.asked(call, PAGES)
    found = await call.read(_found, unit, call.account, page)
    return pagination.linked(call, [entity(each) for each in found], [each.id for each in found], page)


async def _found(
    tx: Transaction, unit: Callable[[Transaction, Account, Page], Awaitable[Sequence[N]]], by: Account, page: Page
) -> Sequence[N]:
    return await unit(tx, by, page)

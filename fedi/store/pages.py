"""Pages of rows that sort by an id: the one way in which lists are cut."""

from __future__ import annotations

from typing import TypeVar

from fedi.models.paging import Page
from fedi.store.database import Transaction

T = TypeVar("T")


async def newest(tx: Transaction, row_type: type[T], select: str, by: str, page: Page, /, **params: object) -> list[T]:
    """A page of what `select` finds, newest first. It ends with its conditions; `by` is the id pages are cut by."""
    order = "ASC" if page.upwards else "DESC"
    found = await tx.all(
        row_type,
        f"{select} AND {by} < :below AND {by} > :above ORDER BY {by} {order} LIMIT :limit",
        below=page.below,
        above=page.above,
        limit=page.limit,
        **params,
    )
    return found[::-1] if page.upwards else found

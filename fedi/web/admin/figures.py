"""How the weeks were: what a school's teachers did, in numbers that name nobody."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import i18n, render
from fedi.actions import figures
from fedi.models.accounts import Account, SignedIn
from fedi.models.figures import Days, Share, Week
from fedi.store.database import Transaction
from fedi.store.figures import Dimension
from fedi.web.visit import moderators, read

WEEKS, SHARES = 12, 5


@dataclass(frozen=True, slots=True)
class _Figures:
    weeks: list[Week]
    shares: dict[Dimension, list[Share]]
    bytes_kept: int


@moderators
async def page(request: Request, me: SignedIn) -> Response:
    """`/admin/figures`: twelve weeks, this one first."""
    found = await read(request, _figures, me.account)
    return render.page(
        request,
        "pages/admin/figures.html",
        weeks=found.weeks,
        servers=found.shares[Dimension.SERVERS],
        languages=[(i18n.NAMES.get(each.key, each.key), each.value) for each in found.shares[Dimension.LANGUAGES]],
        bytes_kept=found.bytes_kept,
    )


async def _figures(tx: Transaction, by: Account) -> _Figures:
    weeks = await figures.weeks(tx, by, WEEKS)
    days = Days(weeks[-1].days.start, weeks[0].days.end)
    asked = [(each, "") for each in (Dimension.SERVERS, Dimension.LANGUAGES)]
    return _Figures(weeks, dict(await figures.shares(tx, by, asked, days, SHARES)), await figures.bytes_kept(tx, by))

"""Who may not join, whatever invitation she has: domains of e-mail addresses, and networks."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import sign_ups
from fedi.errors import Invalid
from fedi.models.accounts import Account, SignedIn
from fedi.models.sign_ups import EmailDomainBlock, IpBlock
from fedi.store.database import Transaction
from fedi.web import lists
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import administrators, read, see_other, words, write

DOMAINS, NETWORKS = "/admin/joining", "/admin/joining/networks"

_DAY_S = 24 * 60 * 60
_DURATIONS = {"1": _DAY_S, "7": 7 * _DAY_S, "30": 30 * _DAY_S}
_FOR_GOOD = 0


@administrators
async def domains(request: Request, me: SignedIn) -> Response:
    """`/admin/joining`: no address there is taken."""
    return await _domains(request, me, filled())


async def _domains(request: Request, me: SignedIn, form: Form) -> Response:
    found = await read(request, sign_ups.email_domains, me.account, lists.asked(request))
    return _page(request, form, found)


@administrators
async def networks(request: Request, me: SignedIn) -> Response:
    """`/admin/joining/networks`: nobody joins from there."""
    return await _networks(request, me, filled())


async def _networks(request: Request, me: SignedIn, form: Form) -> Response:
    found = await read(request, sign_ups.networks, me.account, lists.asked(request))
    return _page(request, form, found)


def _page(request: Request, form: Form, found: list[EmailDomainBlock] | list[IpBlock]) -> Response:
    _ = words(request)
    return render.page(
        request,
        "pages/admin/joining.html",
        status=422 if form.errors else 200,
        form=form,
        found=found,
        of_networks=request.url.path == NETWORKS,
        times=[("0", _("for good")), ("1", _("for a day")), ("7", _("for a week")), ("30", _("for a month"))],
        next=lists.older(request, [each.id for each in found]),
    )


@administrators
async def change_domains(request: Request, me: SignedIn) -> Response:
    """Refuse a domain, or take a refusal back."""
    form = await submitted(request)
    try:
        await write(request, _change_domains, me.account, form)
    except Invalid as error:
        return await _domains(request, me, translated(request, form, error))
    return see_other(DOMAINS)


async def _change_domains(tx: Transaction, by: Account, form: Form) -> None:
    if form.value("do") == "lift":
        await sign_ups.unblock_email_domain(tx, by, form.number("block") or 0)
    else:
        await sign_ups.block_email_domain(tx, by, form.value("domain"))


@administrators
async def change_networks(request: Request, me: SignedIn) -> Response:
    """Refuse a network, change a refusal, or take it back."""
    form = await submitted(request)
    try:
        await write(request, _change_networks, me.account, form)
    except Invalid as error:
        return await _networks(request, me, translated(request, form, error))
    return see_other(NETWORKS)


async def _change_networks(tx: Transaction, by: Account, form: Form) -> None:
    block_id, comment = form.number("block") or 0, form.value("comment")
    match form.value("do"):
        case "lift":
            await sign_ups.unblock_network(tx, by, block_id)
        case "change":
            seconds = None if form.value("days") == "same" else _seconds(form)
            await sign_ups.change_network(tx, by, block_id, None, comment, seconds)
        case _:
            await sign_ups.block_network(tx, by, form.value("ip"), comment, _seconds(form))


def _seconds(form: Form) -> int:
    return _DURATIONS.get(form.value("days"), _FOR_GOOD)

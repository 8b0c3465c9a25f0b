"""Other servers: whom we trust, whom we block, with whom the school has an agreement, and who has been heard of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import peers, servers
from fedi.errors import FediError, Invalid
from fedi.models.accounts import Account, SignedIn
from fedi.models.peers import Peer, Server, Severity
from fedi.outbound import resolver
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import administrators, read, see_other, words, write


@administrators
async def page(request: Request, _me: SignedIn) -> Response:
    """`/admin/peers`."""
    return await _page(request, filled())


async def _page(request: Request, form: Form) -> Response:
    known = await read(request, _known)
    return render.page(
        request,
        "pages/admin/peers.html",
        status=422 if form.errors else 200,
        form=form,
        peers=known.peers,
        servers=known.servers,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    peers: list[Peer]
    servers: list[Server]


async def _known(tx: Transaction) -> _Known:
    return _Known(await peers.everyone(tx), await servers.latest(tx))


@administrators
async def decide(request: Request, me: SignedIn) -> Response:
    """Trust, block, offer an agreement, end it, forget: from the list and from the form for a new server."""
    form = await submitted(request)
    try:
        if form.value("do") == "block" and not form.value("sure"):
            facts = await read(request, servers.facts, me.account, form.value("host").strip())
            if facts.followed_by_us or facts.following_us:
                return render.page(request, "pages/admin/block.html", facts=facts, form=form)
        await _decide(request, me.account, form)
    except Invalid as error:
        return await _page(request, translated(request, form, error))
    except FediError:
        _ = words(request)
        form.fail("host", _("That server did not answer as a school that runs fedi does. Try again later."))
        return await _page(request, form)
    return see_other(_back(form))


def _back(form: Form) -> str:
    """To where the button stood."""
    if form.value("back") == "server":
        return f"/admin/peers/{quote(form.value('host').strip(), safe=':')}"
    return "/admin/held" if form.value("back") == "held" else "/admin/peers"


async def _decide(request: Request, by: Account, form: Form) -> None:
    host, note, do = form.value("host").strip(), form.value("note").strip(), form.value("do")
    if do in _WITH_NOTE:
        await write(request, _WITH_NOTE[do], by, host, note)
    elif do in _BY_NAME:
        await write(request, _BY_NAME[do], by, host)
    elif do == "partner":
        await resolver.school(request.state.instance, request.state.client, host)
        await write(request, peers.add, by, host, True, note)
    else:
        raise Invalid(f"There is no action {do!r}", "do")


async def _trust(tx: Transaction, by: Account, host: str, note: str) -> None:
    await peers.add(tx, by, host, note=note)


def _held(**changes: bool | Severity) -> Callable[[Transaction, Account, str], Awaitable[object]]:
    async def unit(tx: Transaction, by: Account, host: str) -> None:
        await peers.hold(tx, by, host, **changes)

    return unit


_WITH_NOTE: dict[str, Callable[[Transaction, Account, str, str], Awaitable[object]]] = {
    "trust": _trust,
    "block": peers.block,
    "note": peers.set_note,
}
_BY_NAME: dict[str, Callable[[Transaction, Account, str], Awaitable[object]]] = {
    "end": peers.end_agreement,
    "forget": peers.remove,
    "stop": servers.stop_deliveries,
    "resume": servers.resume_deliveries,
    "ask": servers.ask_again,
    "silence": _held(severity=Severity.SILENCE),
    "unsilence": _held(severity=Severity.NOOP),
    "no-files": _held(reject_media=True),
    "files": _held(reject_media=False),
    "no-reports": _held(reject_reports=True),
    "reports": _held(reject_reports=False),
}

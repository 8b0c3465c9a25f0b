"""Other servers: whom we trust, whom we block, with whom the school has an agreement."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import peers
from fedi.errors import FediError, Invalid
from fedi.models.accounts import SignedIn
from fedi.outbound import resolver
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import administrators, read, see_other, words, write


@administrators
async def page(request: Request, _me: SignedIn) -> Response:
    """`/admin/peers`."""
    return await _page(request, filled())


async def _page(request: Request, form: Form) -> Response:
    known = await read(request, peers.everyone)
    return render.page(request, "pages/admin/peers.html", status=422 if form.errors else 200, form=form, peers=known)


@administrators
async def decide(request: Request, _me: SignedIn) -> Response:
    """Trust, block, offer an agreement, end it, forget: from the list and from the form for a new server."""
    form = await submitted(request)
    try:
        await _decide(request, form)
    except Invalid as error:
        return await _page(request, translated(request, form, error))
    except FediError:
        _ = words(request)
        form.fail("host", _("That server did not answer as a school that runs fedi does. Try again later."))
        return await _page(request, form)
    return see_other("/admin/held" if form.value("back") == "held" else "/admin/peers")


async def _decide(request: Request, form: Form) -> None:
    host, note = form.value("host").strip(), form.value("note").strip()
    match form.value("do"):
        case "trust":
            await write(request, peers.add, host, False, note)
        case "partner":
            await resolver.school(request.state.instance, request.state.client, host)
            await write(request, peers.add, host, True, note)
        case "block":
            await write(request, peers.block, host, note)
        case "end":
            await write(request, peers.end_agreement, host)
        case "forget":
            await write(request, peers.remove, host)
        case other:
            raise Invalid(f"There is no action {other!r}", "do")

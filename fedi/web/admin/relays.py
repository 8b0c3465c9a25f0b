"""Relays: which ones pass on to this school what others publish."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import relays
from fedi.errors import Conflict, FediError, Invalid, NotFound
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.outbound import resolver
from fedi.web.forms import Form, filled, submitted
from fedi.web.visit import administrators, read, see_other, words, write

MAX_ADDRESS = 500


@administrators
async def page(request: Request, _me: SignedIn) -> Response:
    """`/admin/relays`."""
    return await _page(request, filled())


async def _page(request: Request, form: Form) -> Response:
    found = await read(request, relays.everyone)
    return render.page(request, "pages/admin/relays.html", status=422 if form.errors else 200, form=form, relays=found)


@administrators
async def ask(request: Request, me: SignedIn) -> Response:
    """Ask a relay, named by its inbox, its actor or its server."""
    form = await submitted(request)
    address = form.value("address").strip()[:MAX_ADDRESS]
    try:
        await write(request, relays.follow, me.account, address, await _actor(request, address))
    except (Conflict, Invalid, NotFound):
        _ = words(request)
        form.fail("address", _("This relay was not found, or has been asked already."))
        return await _page(request, form)
    return see_other("/admin/relays")


async def _actor(request: Request, address: str) -> Actor | None:
    """The relay's actor; None if the address is that of an inbox, which is all that such a relay is known by."""
    instance, client = request.state.instance, request.state.client
    try:
        parts = urlsplit(address)
        if parts.path.rstrip("/").endswith("/inbox"):
            return None
        if "/" not in address.removeprefix("https://").removeprefix("http://").rstrip("/"):
            found = await resolver.server_actor(instance, client, parts.netloc or address)
        else:
            found = await resolver.actor(instance, client, address, refresh=True)
    except (FediError, ValueError) as error:
        raise NotFound("There is no such relay") from error
    if found is None:
        raise NotFound("There is no such relay")
    return found


@administrators
async def drop(request: Request, me: SignedIn) -> Response:
    """Take nothing from a relay any more."""
    await submitted(request)
    await write(request, relays.unfollow, me.account, request.path_params["id"])
    return see_other("/admin/relays")

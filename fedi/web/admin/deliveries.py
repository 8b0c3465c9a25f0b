"""What could not be delivered for good, with the reason; and servers that do not answer."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import servers
from fedi.models.accounts import SignedIn
from fedi.store import backlog, hosts
from fedi.store.backlog import DeadJob
from fedi.store.database import Transaction
from fedi.store.hosts import HostState
from fedi.web.forms import Form, submitted
from fedi.web.visit import administrators, local_path, read, see_other, write

JOBS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class _Trouble:
    dead: list[DeadJob]
    hosts: list[HostState]


@administrators
async def page(request: Request, _me: SignedIn) -> Response:
    """`/admin/deliveries`."""
    trouble = await read(request, _trouble)
    return render.page(request, "pages/admin/deliveries.html", dead=trouble.dead, hosts=trouble.hosts)


async def _trouble(tx: Transaction) -> _Trouble:
    failing = [state for state in await hosts.states(tx) if state.failures or state.paused_until]
    return _Trouble(await backlog.dead(tx, JOBS_SHOWN), failing)


@administrators
async def retry(request: Request, me: SignedIn) -> Response:
    """Try once more from the start."""
    form = await submitted(request)
    await write(request, servers.retry_delivery, me.account, request.path_params["id"])
    return see_other(_back(form))


def _back(form: Form) -> str:
    return local_path(form.value("back"), "/admin/deliveries")


@administrators
async def drop(request: Request, me: SignedIn) -> Response:
    """Forget it."""
    form = await submitted(request)
    await write(request, servers.drop_delivery, me.account, request.path_params["id"])
    return see_other(_back(form))


@administrators
async def resume(request: Request, me: SignedIn) -> Response:
    """Do not wait any longer for a host that was paused."""
    form = await submitted(request)
    await write(request, servers.resume_deliveries, me.account, form.value("host"))
    return see_other("/admin/deliveries")

"""Who may not join: domains of e-mail addresses, and networks."""

from __future__ import annotations

from fedi.actions import sign_ups as actions
from fedi.api.admin.listing import listed
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import admin
from fedi.api.errors import Unprocessable
from fedi.errors import Invalid

SIGN_UP_BLOCK = "sign_up_block"
_OTHERS = ("sign_up_requires_approval", "no_access")


async def email_domains(call: Call) -> Answer:
    """GET /api/v1/admin/email_domain_blocks."""
    return await listed(call, actions.email_domains, admin.email_domain_block)


async def email_domain(call: Call) -> Answer:
    """GET /api/v1/admin/email_domain_blocks/:id."""
    return answer(admin.email_domain_block(await call.read(actions.email_domain, call.account, call.id())))


async def block_email_domain(call: Call) -> Answer:
    """POST /api/v1/admin/email_domain_blocks."""
    domain = call.params.text("domain") or ""
    return answer(admin.email_domain_block(await call.write(actions.block_email_domain, call.account, domain)))


async def unblock_email_domain(call: Call) -> Answer:
    """DELETE /api/v1/admin/email_domain_blocks/:id."""
    await call.write(actions.unblock_email_domain, call.account, call.id())
    return answer({})


async def networks(call: Call) -> Answer:
    """GET /api/v1/admin/ip_blocks."""
    return await listed(call, actions.networks, admin.ip_block)


async def network(call: Call) -> Answer:
    """GET /api/v1/admin/ip_blocks/:id."""
    return answer(admin.ip_block(await call.read(actions.network, call.account, call.id())))


async def block_network(call: Call) -> Answer:
    """POST /api/v1/admin/ip_blocks."""
    params = call.params
    _require_severity(params.text("severity") or "")
    about = (params.text("ip") or "", params.text("comment") or "", params.number("expires_in"))
    return answer(admin.ip_block(await call.write(actions.block_network, call.account, *about)))


async def change_network(call: Call) -> Answer:
    """PUT /api/v1/admin/ip_blocks/:id: what is left out stays."""
    params = call.params
    _require_severity(params.text("severity") or SIGN_UP_BLOCK)
    about = (params.text("ip"), params.text("comment"), params.number("expires_in"))
    return answer(admin.ip_block(await call.write(actions.change_network, call.account, call.id(), *about)))


def _require_severity(severity: str) -> None:
    if severity in _OTHERS:
        # Whoever joins was invited, so nothing is left to approve; and a whole school may share one address.
        raise Unprocessable(f"Severity {severity} is not available here: networks are blocked for sign-ups only")
    if severity != SIGN_UP_BLOCK:
        raise Invalid("Severity is not included in the list", "severity")


async def unblock_network(call: Call) -> Answer:
    """DELETE /api/v1/admin/ip_blocks/:id."""
    await call.write(actions.unblock_network, call.account, call.id())
    return answer({})

"""Other servers as administrators decide about them: domains that are allowed, and blocks of domains."""

from __future__ import annotations

from fedi.actions import domain_blocks as actions
from fedi.actions import peers
from fedi.api.admin.listing import listed
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import admin
from fedi.errors import Invalid
from fedi.models.peers import Severity, Terms

MOST_COMMENT = peers.NOTE_CHARACTERS


async def allows(call: Call) -> Answer:
    """GET /api/v1/admin/domain_allows."""
    return await listed(call, actions.allows, admin.domain_allow)


async def allowance(call: Call) -> Answer:
    """GET /api/v1/admin/domain_allows/:id."""
    return answer(admin.domain_allow(await call.read(actions.allowance, call.account, call.id())))


async def allow(call: Call) -> Answer:
    """POST /api/v1/admin/domain_allows."""
    domain = call.params.text("domain") or ""
    return answer(admin.domain_allow(await call.write(actions.allow, call.account, domain)))


async def disallow(call: Call) -> Answer:
    """DELETE /api/v1/admin/domain_allows/:id."""
    await call.write(actions.disallow, call.account, call.id())
    return answer({})


async def blocks(call: Call) -> Answer:
    """GET /api/v1/admin/domain_blocks."""
    return await listed(call, actions.blocks, admin.domain_block)


async def by_id(call: Call) -> Answer:
    """GET /api/v1/admin/domain_blocks/:id."""
    return answer(admin.domain_block(await call.read(actions.one, call.account, call.id())))


async def block(call: Call) -> Answer:
    """POST /api/v1/admin/domain_blocks; 422 with the block there is, unless this one is stricter."""
    terms = _terms(call, Terms(Severity.SILENCE))
    peer, done = await call.write(actions.block, call.account, call.params.text("domain") or "", terms)
    if done:
        return answer(admin.domain_block(peer))
    error = f"You have already imposed stricter limits on {peer.host}, or the same."
    return answer({"error": error, "existing_domain_block": admin.domain_block(peer)}, 422)


async def change(call: Call) -> Answer:
    """PUT /api/v1/admin/domain_blocks/:id: what is left out stays."""
    known = (await call.read(actions.one, call.account, call.id())).terms
    terms = _terms(call, known or Terms(Severity.SILENCE))
    return answer(admin.domain_block(await call.write(actions.change, call.account, call.id(), terms)))


def _terms(call: Call, before: Terms) -> Terms:
    params = call.params
    severity = params.text("severity") or before.severity
    if severity not in list(Severity):
        raise Invalid("Severity is not included in the list", "severity")
    return Terms(
        Severity(severity),
        reject_media=_flag(call, "reject_media", before.reject_media),
        reject_reports=_flag(call, "reject_reports", before.reject_reports),
        private_comment=_comment(call, "private_comment", before.private_comment),
        public_comment=_comment(call, "public_comment", before.public_comment),
        obfuscate=_flag(call, "obfuscate", before.obfuscate),
    )


def _flag(call: Call, name: str, before: bool) -> bool:
    asked = call.params.flag(name)
    return before if asked is None else asked


def _comment(call: Call, name: str, before: str) -> str:
    asked = call.params.text(name)
    return before if asked is None else asked.strip()[:MOST_COMMENT]


async def unblock(call: Call) -> Answer:
    """DELETE /api/v1/admin/domain_blocks/:id."""
    return answer(admin.domain_block(await call.write(actions.unblock, call.account, call.id())))

"""Mastodon's admin API: its rows of the table. A scope lets a program ask; whether the person may, her role says."""

from __future__ import annotations

from fedi.api.admin import domains, figures, people, reports, sign_ups, switched_off
from fedi.api.operations import PERSON, Endpoint, Operation


def _row(method: str, path: str, endpoint: Endpoint, about: str = "", version: str = "v1") -> Operation:
    """`about` is the last part of the scope, none for what takes the whole of it."""
    act = "read" if method == "GET" or path in _READ_BY_POST else "write"
    scope = f"admin:{act}:{about}" if about else f"admin:{act}"
    return Operation(method, f"/api/{version}/admin/{path}", endpoint, PERSON, scope)


_READ_BY_POST = ("canonical_email_blocks/test", "dimensions", "measures", "retention")


OPERATIONS = [
    _row("GET", "accounts", people.several_v1, "accounts"),
    _row("GET", "accounts", people.several, "accounts", "v2"),
    _row("GET", "accounts/:id", people.by_id, "accounts"),
    _row("POST", "accounts/:id/approve", people.approve, "accounts"),
    _row("POST", "accounts/:id/reject", people.reject, "accounts"),
    _row("DELETE", "accounts/:id", people.delete, "accounts"),
    _row("POST", "accounts/:id/action", people.decide, "accounts"),
    _row("POST", "accounts/:id/enable", people.enable, "accounts"),
    _row("POST", "accounts/:id/unsilence", people.unsilence, "accounts"),
    _row("POST", "accounts/:id/unsuspend", people.unsuspend, "accounts"),
    _row("POST", "accounts/:id/unsensitive", people.unsensitive, "accounts"),
    _row("GET", "reports", reports.several, "reports"),
    _row("GET", "reports/:id", reports.by_id, "reports"),
    _row("PUT", "reports/:id", reports.change, "reports"),
    _row("POST", "reports/:id/assign_to_self", reports.assign_to_self, "reports"),
    _row("POST", "reports/:id/unassign", reports.unassign, "reports"),
    _row("POST", "reports/:id/resolve", reports.resolve, "reports"),
    _row("POST", "reports/:id/reopen", reports.reopen, "reports"),
    _row("GET", "domain_allows", domains.allows, "domain_allows"),
    _row("GET", "domain_allows/:id", domains.allowance, "domain_allows"),
    _row("POST", "domain_allows", domains.allow, "domain_allows"),
    _row("DELETE", "domain_allows/:id", domains.disallow, "domain_allows"),
    _row("GET", "domain_blocks", domains.blocks, "domain_blocks"),
    _row("GET", "domain_blocks/:id", domains.by_id, "domain_blocks"),
    _row("POST", "domain_blocks", domains.block, "domain_blocks"),
    _row("PUT", "domain_blocks/:id", domains.change, "domain_blocks"),
    _row("DELETE", "domain_blocks/:id", domains.unblock, "domain_blocks"),
    _row("GET", "email_domain_blocks", sign_ups.email_domains, "email_domain_blocks"),
    _row("GET", "email_domain_blocks/:id", sign_ups.email_domain, "email_domain_blocks"),
    _row("POST", "email_domain_blocks", sign_ups.block_email_domain, "email_domain_blocks"),
    _row("DELETE", "email_domain_blocks/:id", sign_ups.unblock_email_domain, "email_domain_blocks"),
    _row("GET", "ip_blocks", sign_ups.networks, "ip_blocks"),
    _row("GET", "ip_blocks/:id", sign_ups.network, "ip_blocks"),
    _row("POST", "ip_blocks", sign_ups.block_network, "ip_blocks"),
    _row("PUT", "ip_blocks/:id", sign_ups.change_network, "ip_blocks"),
    _row("DELETE", "ip_blocks/:id", sign_ups.unblock_network, "ip_blocks"),
    _row("GET", "canonical_email_blocks", switched_off.no_hashes, "canonical_email_blocks"),
    _row("GET", "canonical_email_blocks/:id", switched_off.no_such_hash, "canonical_email_blocks"),
    _row("POST", "canonical_email_blocks/test", switched_off.no_hashes, "canonical_email_blocks"),
    _row("POST", "canonical_email_blocks", switched_off.no_new_hash, "canonical_email_blocks"),
    _row("DELETE", "canonical_email_blocks/:id", switched_off.no_such_hash, "canonical_email_blocks"),
    _row("POST", "dimensions", figures.dimensions),
    _row("POST", "measures", figures.measures),
    _row("POST", "retention", figures.retention),
    *(
        _row("GET", f"trends/{each}", switched_off.nothing)
        for each in ("links", "statuses", "tags", "links/publishers")
    ),
    *(
        _row("POST", f"trends/{each}/:id/{verb}", switched_off.no_such_thing)
        for each in ("links", "statuses", "tags", "links/publishers")
        for verb in ("approve", "reject")
    ),
    _row("GET", "tags", switched_off.nothing),
    _row("GET", "tags/:id", switched_off.no_such_thing),
    _row("PUT", "tags/:id", switched_off.no_such_thing),
]

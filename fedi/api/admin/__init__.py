"""Mastodon's admin API: its rows of the table. A scope lets a program ask; whether the person may, her role says."""

from __future__ import annotations

from fedi.api.admin import domains, people, reports
from fedi.api.operations import PERSON, Endpoint, Operation


def _row(method: str, path: str, endpoint: Endpoint, about: str = "", version: str = "v1") -> Operation:
    """`about` is the last part of the scope, none for what takes the whole of it."""
    act = "read" if method == "GET" else "write"
    scope = f"admin:{act}:{about}" if about else f"admin:{act}"
    return Operation(method, f"/api/{version}/admin/{path}", endpoint, PERSON, scope)


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
]

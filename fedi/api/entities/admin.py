"""The entities of Mastodon's admin API that tell of people, reports and other servers."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from msgspec import Raw

from fedi.api.entities.accounts import role
from fedi.api.entities.times import moment, moment_or_none
from fedi.models.accounts import Role
from fedi.models.moderation import Subject
from fedi.models.peers import Peer
from fedi.models.reports import Report
from fedi.models.sign_ups import EmailDomainBlock, IpBlock

Json = dict[str, Any]


def account(seen: Subject, face: bytes) -> Json:
    """Admin::Account. Where somebody signed in from is not kept, so there are no addresses."""
    actor, held = seen.actor, seen.account
    invited_by = held.invited_by if held else None
    return {
        "id": str(actor.id),
        "username": actor.username,
        "domain": None if actor.local else actor.domain,
        "created_at": moment(actor.created_at),
        "email": (held.email if held else None) or "",
        "ip": None,
        "ips": [],
        "locale": held.language if held else None,
        "invite_request": None,
        "role": role(held.role if held else Role.TEACHER),
        "confirmed": held is not None,
        "approved": held is not None,
        "disabled": seen.disabled,
        "sensitized": actor.sensitized_at is not None,
        "silenced": actor.limited_at is not None,
        "suspended": actor.suspended_at is not None,
        "account": Raw(face),
        **({} if invited_by is None else {"invited_by_account_id": str(invited_by)}),
    }


def report(made: Report, people: Mapping[int, Json], statuses: list[Raw], rules: list[Json]) -> Json:
    """Admin::Report; `people` are those it names, `rules` those that were broken."""
    return {
        "id": str(made.id),
        "action_taken": made.resolved_at is not None,
        "action_taken_at": moment_or_none(made.resolved_at),
        "category": made.category,
        "comment": made.comment,
        "forwarded": made.forwarded,
        "created_at": moment(made.created_at),
        "updated_at": moment(made.resolved_at or made.created_at),
        "account": people[made.reporter_id],
        "target_account": people[made.target_id],
        "assigned_account": people.get(made.assigned_to or 0),
        "action_taken_by_account": people.get(made.resolved_by or 0),
        "statuses": statuses,
        "rules": rules,
    }


def domain_allow(peer: Peer) -> Json:
    """Admin::DomainAllow."""
    return {"id": str(peer.id), "domain": peer.host, "created_at": moment(peer.created_at)}


def domain_block(peer: Peer) -> Json:
    """Admin::DomainBlock of a peer against which something stands."""
    terms = peer.terms
    if terms is None:
        raise LookupError(f"Nothing stands against {peer.host}")
    return {
        **domain_allow(peer),
        "digest": sha256(peer.host.encode()).hexdigest(),
        "severity": terms.severity,
        "reject_media": terms.reject_media,
        "reject_reports": terms.reject_reports,
        "private_comment": terms.private_comment or None,
        "public_comment": terms.public_comment or None,
        "obfuscate": terms.obfuscate,
    }


def email_domain_block(block: EmailDomainBlock) -> Json:
    """Admin::EmailDomainBlock. Who was refused by it is not kept, so it has no history."""
    return {"id": str(block.id), "domain": block.domain, "created_at": moment(block.created_at), "history": []}


def ip_block(block: IpBlock) -> Json:
    """Admin::IpBlock."""
    return {
        "id": str(block.id),
        "ip": block.ip,
        "severity": "sign_up_block",
        "comment": block.comment,
        "created_at": moment(block.created_at),
        "expires_at": moment_or_none(block.expires_at),
    }

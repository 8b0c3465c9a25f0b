"""Who may not join a school, whatever invitation she has."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 1_000
"""So many blocks of a kind are kept: who joins is compared with all networks."""


@dataclass(frozen=True, slots=True)
class EmailDomainBlock:
    """Nobody joins with an e-mail address at this domain, or one below it."""

    id: int
    domain: str
    created_at: int


@dataclass(frozen=True, slots=True)
class IpBlock:
    """Nobody joins from this network (`192.0.2.0/24`), until it expires. Times are milliseconds."""

    id: int
    ip: str
    comment: str
    created_at: int
    expires_at: int | None

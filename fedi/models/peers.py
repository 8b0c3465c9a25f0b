"""Peers: the other servers, what we agreed with them, and how much of them we take."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Peering(StrEnum):
    """How a school meets servers that nobody here has decided about."""

    OPEN = "open"
    QUARANTINE = "quarantine"
    ALLOWLIST = "allowlist"


class Standing(StrEnum):
    """What the administrator decided about a host. UNKNOWN: nothing yet, so the school's `Peering` decides."""

    UNKNOWN = "unknown"
    TRUSTED = "trusted"
    BLOCKED = "blocked"


class Severity(StrEnum):
    """How far a domain block of Mastodon's API goes: nothing is taken from a host, its people are shown only to those
    who follow them, or no more than what stands beside it.
    """

    SUSPEND = "suspend"
    SILENCE = "silence"
    NOOP = "noop"


@dataclass(frozen=True, slots=True)
class Terms:
    """A domain block. `reject_media`: no files of the host are taken; `reject_reports`: no reports."""

    severity: Severity
    reject_media: bool = False
    reject_reports: bool = False
    private_comment: str = ""
    public_comment: str = ""
    obfuscate: bool = False


class Admission(StrEnum):
    """What becomes of something a host sends: refused at the door, held for the administrator, or let in."""

    REFUSE = "refuse"
    HOLD = "hold"
    ADMIT = "admit"


@dataclass(frozen=True, slots=True)
class Server:
    """A server we have met. `software` and `version` are its own word (NodeInfo), empty if it has given none; `trouble`
    is why it gave none when it was asked last. Times in milliseconds.
    """

    host: str
    first_seen_at: int
    last_heard_at: int | None
    software: str
    version: str
    checked_at: int | None
    trouble: str | None


@dataclass(frozen=True, slots=True)
class Peer:
    """A host an administrator decided about. A partner is one where both sides have confirmed.

    `restraint` is what a host that is not blocked is held to, from `restrained_at` on: `noop` or `silence`.
    """

    host: str
    standing: Standing
    note: str
    offered_at: int | None
    confirmed_by_them_at: int | None
    created_at: int
    id: int
    restraint: Severity | None = None
    restrained_at: int | None = None
    reject_media: bool = False
    reject_reports: bool = False
    public_comment: str = ""
    obfuscate: bool = False

    @property
    def terms(self) -> Terms | None:
        """What stands against the host, if anything does."""
        severity = Severity.SUSPEND if self.standing is Standing.BLOCKED else self.restraint
        if severity is None:
            return None
        said = (self.reject_media, self.reject_reports, self.note, self.public_comment, self.obfuscate)
        return Terms(severity, *said)

    @property
    def partner(self) -> bool:
        return (
            self.standing is Standing.TRUSTED and self.offered_at is not None and self.confirmed_by_them_at is not None
        )

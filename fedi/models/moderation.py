"""Moderation: what may be done about somebody, and whom moderators look for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.models.accounts import Account, Role
from fedi.models.actors import Actor


class Measure(StrEnum):
    """What is done about somebody, in the words of Mastodon's API: a word of warning, every picture covered, nobody
    signs in, shown to followers only, shown to nobody.
    """

    NONE = "none"
    SENSITIVE = "sensitive"
    DISABLE = "disable"
    SILENCE = "silence"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for somebody who moderates: reports, servers at the door, offers of an agreement."""

    reports: int = 0
    servers: int = 0
    agreements: int = 0

    @property
    def total(self) -> int:
        return self.reports + self.servers + self.agreements


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator decides about somebody. `text` is for her, by letter too with `by_mail`; `report_id`: this
    report has been dealt with.
    """

    measure: Measure
    text: str = ""
    report_id: int | None = None
    by_mail: bool = True


@dataclass(frozen=True, slots=True)
class Strike:
    """A decision that was taken."""

    id: int
    target_id: int
    by_id: int
    measure: Measure
    text: str
    report_id: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody as moderators see her; people of other servers have no account here."""

    actor: Actor
    account: Account | None

    @property
    def disabled(self) -> bool:
        """Whether she cannot sign in for another reason than a suspension."""
        disabled_at = self.account.disabled_at if self.account else None
        return disabled_at is not None and disabled_at != self.actor.suspended_at


class Origin(StrEnum):
    """Whose people."""

    LOCAL = "local"
    REMOTE = "remote"


class Status(StrEnum):
    """How they stand."""

    ACTIVE = "active"
    PENDING = "pending"
    DISABLED = "disabled"
    SILENCED = "silenced"
    SUSPENDED = "suspended"
    SENSITIZED = "sensitized"


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom a moderator looks for: all of it must fit, and None leaves a thing open. Texts are beginnings, `domain` is
    whole.
    """

    origin: Origin | None = None
    status: Status | None = None
    roles: tuple[Role, ...] | None = None
    invited_by: int | None = None
    username: str | None = None
    name: str | None = None
    domain: str | None = None
    email: str | None = None
    decided: bool = False
    """Only those about whom a measure stands that can be lifted, whichever."""

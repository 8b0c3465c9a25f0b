"""Web Push: the places where the programs of a teacher want to be told what happens, while nobody looks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.models.notifications import NotificationKind

ALERTS = (
    *(kind.value for kind in NotificationKind),
    "severed_relationships",
    "annual_report",
)
"""What a program may ask to be told; of the last two nothing is ever told here."""


class PushPolicy(StrEnum):
    """Whose doings wake a program, named as Mastodon's API names them."""

    ALL = "all"
    FOLLOWED = "followed"
    FOLLOWER = "follower"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address of a push service, and with which keys (base64url) what goes there is encrypted.

    `standard`: by RFC 8291, else by its draft, which relays of older programs still expect.
    """

    endpoint: str
    p256dh: str
    auth: str
    standard: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of which kinds of notifications a program wants to be told, and of whose."""

    alerts: tuple[str, ...] = ()
    policy: PushPolicy = PushPolicy.ALL


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """What one token has asked for. `sealed_token` is the token as only the school's key opens it: its program knows by
    it for whom of its people a message is.
    """

    id: int
    token_id: int
    account_id: int
    endpoint: str
    p256dh: str
    auth: str
    standard: bool
    alerts: tuple[str, ...]
    policy: PushPolicy
    sealed_token: str
    created_at: int

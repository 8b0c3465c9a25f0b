"""Relays: servers that pass on what many servers publish."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RelayState(StrEnum):
    """Whether the relay has answered our Follow, and how."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Relay:
    """One relay the school has asked. `address` is what the administrator typed: an inbox, or an actor's id."""

    id: int
    address: str
    inbox: str
    host: str
    actor_uri: str | None
    follow_uri: str
    state: RelayState
    created_at: int

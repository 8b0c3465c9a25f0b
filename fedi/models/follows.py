"""Follows: who reads whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FollowState(StrEnum):
    """PENDING waits for the followed person (or their server); HELD waits for our administrator to admit the peer."""

    PENDING = "pending"
    HELD = "held"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Follow:
    """One actor reads another; `uri` is the id of the Follow activity that began it."""

    id: int
    follower_id: int
    followed_id: int
    uri: str
    state: FollowState
    created_at: int


@dataclass(frozen=True, slots=True)
class Relationship:
    """How a local person and another actor stand to each other, for buttons."""

    following: FollowState | None = None
    followed_by: FollowState | None = None

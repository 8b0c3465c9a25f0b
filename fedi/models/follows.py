"""Follows: who reads whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.models.actors import Actor
from fedi.models.blocks import Mute


class FollowState(StrEnum):
    """PENDING waits for the followed person (or their server); HELD waits for our administrator to admit the peer."""

    PENDING = "pending"
    HELD = "held"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Follow:
    """One actor reads another; `uri` is the id of the Follow activity that began it.

    What the follower wants of the other: her `boosts` too, to be told of each new post (`notify`), only posts in these
    `languages` (none named: in all). Since `endorsed_at` she shows the other on her profile.
    """

    id: int
    follower_id: int
    followed_id: int
    uri: str
    state: FollowState
    created_at: int
    boosts: bool = True
    notify: bool = False
    languages: tuple[str, ...] = ()
    endorsed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a follower wants of whom she follows; None leaves a thing as it is. See `Follow`."""

    boosts: bool | None = None
    notify: bool | None = None
    languages: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """How a local person and another actor stand to each other, for buttons; `note` is what she wrote down for
    herself.
    """

    follow: Follow | None = None
    followed_by: FollowState | None = None
    blocking: bool = False
    blocked_by: bool = False
    mute: Mute | None = None
    domain_muted: bool = False
    note: str = ""

    @property
    def following(self) -> FollowState | None:
        return self.follow.state if self.follow else None


@dataclass(frozen=True, slots=True)
class FollowView:
    """A follow with the actor at its other end, for lists; pages are cut by the id of the follow."""

    follow: Follow
    actor: Actor

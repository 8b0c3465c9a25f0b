"""Communities: groups around a subject, ours and those of other servers (FEP-1b12)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.models.actors import Actor


class Posting(StrEnum):
    """Who may write to a community. To answer there one need not be a moderator."""

    MEMBERS = "members"
    SCHOOL = "school"
    ANYBODY = "anybody"
    MODERATORS = "moderators"


@dataclass(frozen=True, slots=True)
class Community:
    """What makes an actor a community; its id is the actor's. `rules` is sanitised HTML.

    `moderators_uri` is where the moderators of one elsewhere are listed.
    """

    id: int
    posting: Posting
    rules: str
    moderators_uri: str | None
    created_by: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class CommunityView:
    """A community as lists and pages show it."""

    community: Community
    actor: Actor


@dataclass(frozen=True, slots=True)
class Standing:
    """How an actor stands to a community."""

    posting: Posting
    local: bool
    member: bool
    moderator: bool
    banned: bool


@dataclass(frozen=True, slots=True)
class Ban:
    """Somebody who may not take part; `expires_at` None: for good."""

    community_id: int
    actor_uri: str
    created_at: int
    expires_at: int | None

"""Relationship: how the caller stands to somebody."""

from __future__ import annotations

from fedi.api.entities.accounts import Json
from fedi.api.entities.times import moment_or_none
from fedi.models.follows import FollowState, Relationship


def relationship(actor_id: int, found: Relationship, *, at_once: bool = False) -> Json:
    """Every field, always: strict clients miss each.

    `at_once`: a follow that nobody has to agree to shows as one before the answer of the other server is there.
    """
    following = found.following is FollowState.ACCEPTED or (at_once and found.following is not None)
    follow, mute = found.follow, found.mute
    return {
        "id": str(actor_id),
        "following": following,
        "showing_reblogs": follow is not None and follow.boosts,
        "notifying": follow is not None and follow.notify,
        "languages": list(follow.languages) or None if follow else None,
        "followed_by": found.followed_by is FollowState.ACCEPTED,
        "blocking": found.blocking,
        "blocked_by": found.blocked_by,
        "muting": mute is not None,
        "muting_notifications": mute is not None and mute.notifications,
        "muting_expires_at": moment_or_none(mute.expires_at if mute else None),
        "requested": found.following is not None and not following,
        "requested_by": found.followed_by is FollowState.PENDING,
        "domain_blocking": found.domain_muted,
        "endorsed": following and follow is not None and follow.endorsed_at is not None,
        "note": found.note,
    }

"""Whether a notification wakes a program."""

from __future__ import annotations

from fedi.models.notifications import NotificationKind
from fedi.models.push import PushPolicy, PushSubscription


def wakes(asked: PushSubscription, kind: NotificationKind, *, followed: bool, follows: bool) -> bool:
    """`followed`: the person follows who caused it; `follows`: who caused it follows her."""
    if kind not in asked.alerts:
        return False
    match asked.policy:
        case PushPolicy.ALL:
            return True
        case PushPolicy.FOLLOWED:
            return followed
        case PushPolicy.FOLLOWER:
            return follows
        case PushPolicy.NONE:
            return False

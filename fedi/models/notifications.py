"""Notifications: what happened to a teacher while she was in class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.models.actors import Actor
from fedi.models.posts import PostView


class NotificationKind(StrEnum):
    """Named as Mastodon's API names them."""

    MENTION = "mention"
    STATUS = "status"
    REBLOG = "reblog"
    FAVOURITE = "favourite"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    POLL = "poll"
    UPDATE = "update"
    QUOTE = "quote"
    QUOTED_UPDATE = "quoted_update"
    REPORT = "admin.report"


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing that happened to the person `account_id`; `actor_id` caused it. `report_id`: told to moderators."""

    id: int
    account_id: int
    kind: NotificationKind
    actor_id: int
    post_id: int | None
    created_at: int
    read_at: int | None
    report_id: int | None = None


@dataclass(frozen=True, slots=True)
class NotificationView:
    """A notification with whom and what it shows."""

    notification: Notification
    actor: Actor
    post: PostView | None

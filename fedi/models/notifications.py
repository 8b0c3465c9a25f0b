"""Notifications: what happened to a teacher while she was in class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.models.actors import Actor
from fedi.models.moderation import Strike
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
    SIGN_UP = "admin.sign_up"
    REPORT = "admin.report"
    WARNING = "moderation_warning"
    ADDED_TO_COLLECTION = "added_to_collection"
    COLLECTION_UPDATE = "collection_update"


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing that happened to the person `account_id`; `actor_id` caused it. `report_id`: told to moderators;
    `filtered`: kept apart, as her policy asks; `strike_id`: what moderators decided about her; `collection_id`: where
    she is shown.
    """

    id: int
    account_id: int
    kind: NotificationKind
    actor_id: int
    post_id: int | None
    created_at: int
    read_at: int | None
    report_id: int | None = None
    filtered: bool = False
    strike_id: int | None = None
    collection_id: int | None = None


GROUPED = (NotificationKind.FAVOURITE, NotificationKind.REBLOG, NotificationKind.FOLLOW, NotificationKind.SIGN_UP)
"""What is told together: several people thank for the same post, or begin to follow."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notifications a reader asks for: of these kinds (none named: all), without those, by one actor only."""

    kinds: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    actor_id: int | None = None
    with_filtered: bool = False
    grouped: tuple[str, ...] = GROUPED


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class NotificationGroup:
    """Notifications of a kind about the same post within half a day; `newest` and `oldest` are ids."""

    key: str
    kind: NotificationKind
    post_id: int | None
    report_id: int | None
    strike_id: int | None
    collection_id: int | None
    size: int
    newest: int
    oldest: int
    newest_at: int


class Choice(StrEnum):
    """What becomes of notifications of a class of senders: told, kept apart, or never made."""

    ACCEPT = "accept"
    FILTER = "filter"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class NotificationPolicy:
    """A person's choice for each class of senders she did not ask to hear of."""

    not_following: Choice = Choice.ACCEPT
    not_followers: Choice = Choice.ACCEPT
    new_accounts: Choice = Choice.ACCEPT
    private_mentions: Choice = Choice.ACCEPT
    limited_accounts: Choice = Choice.FILTER
    bots: Choice = Choice.ACCEPT


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Somebody whose notifications are kept apart: how many, the newest of them, and the last post among them."""

    actor_id: int
    size: int
    newest: int
    first_at: int
    newest_at: int
    post_id: int | None


@dataclass(frozen=True, slots=True)
class NotificationView:
    """A notification with whom and what it shows."""

    notification: Notification
    actor: Actor
    post: PostView | None
    strike: Strike | None = None

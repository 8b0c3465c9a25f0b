"""Notification, NotificationGroup, NotificationPolicy and NotificationRequest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec
from msgspec import Raw, Struct

from fedi.api.entities.times import moment
from fedi.models.moderation import Strike
from fedi.models.notifications import (
    GROUPED,
    Choice,
    HeldBack,
    Notification,
    NotificationGroup,
    NotificationPolicy,
)

Json = dict[str, Any]


class Avatar(Struct):
    """PartialAccountWithAvatar: what of an account its picture takes."""

    id: str
    acct: str
    url: str
    avatar: str
    avatar_static: str
    avatar_description: str
    locked: bool
    bot: bool


_decode = msgspec.json.Decoder(Avatar).decode

HALF_A_DAY_MS = 12 * 60 * 60 * 1000


def group_key(told: Notification) -> str:
    """What groups it with others: the same as `store.notifications` makes of its columns."""
    if told.kind in GROUPED:
        return f"{told.kind}-{told.post_id or 0}-{told.created_at // HALF_A_DAY_MS}"
    return f"ungrouped-{told.id}"


def notification(told: Notification, people: Mapping[int, bytes], posts: Mapping[int, bytes], about: Json) -> Json:
    """One notification, with whom and what it shows; `about` is what only some kinds have."""
    return {
        "id": str(told.id),
        "type": told.kind,
        "group_key": group_key(told),
        "created_at": moment(told.created_at),
        "account": Raw(people[told.actor_id]),
        **({"status": Raw(posts[told.post_id])} if told.post_id is not None else {}),
        **about,
        **({"filtered": True} if told.filtered else {}),
    }


def group(found: NotificationGroup, actor_ids: list[int], about: Json) -> Json:
    """A group; people and posts stand beside it, once each. `about` is what only some kinds have."""
    return {
        "group_key": found.key,
        "notifications_count": found.size,
        "type": found.kind,
        "most_recent_notification_id": found.newest,
        "page_min_id": str(found.oldest),
        "page_max_id": str(found.newest),
        "latest_page_notification_at": moment(found.newest_at),
        "sample_account_ids": [str(each) for each in actor_ids],
        "status_id": None if found.post_id is None else str(found.post_id),
        **about,
    }


def avatar(account: bytes) -> Avatar:
    """The same of an account that is JSON already."""
    return _decode(account)


def policy(chosen: NotificationPolicy, requests: int, held_back: int) -> Json:
    """The policy with a choice for each class of senders."""
    return {f"for_{name}": choice for name, choice in asdict(chosen).items()} | _summary(requests, held_back)


def policy_v1(chosen: NotificationPolicy, requests: int, held_back: int) -> Json:
    """The same as yes and no, as it was before there were three choices."""
    filters = {f"filter_{name}": choice is not Choice.ACCEPT for name, choice in asdict(chosen).items()}
    del filters["filter_limited_accounts"]
    return filters | _summary(requests, held_back)


def _summary(requests: int, held_back: int) -> Json:
    return {"summary": {"pending_requests_count": requests, "pending_notifications_count": held_back}}


def request(held: HeldBack, account: bytes, last_post: bytes | None) -> Json:
    """Somebody whose notifications are kept apart; hers is the id."""
    return {
        "id": str(held.actor_id),
        "created_at": moment(held.first_at),
        "updated_at": moment(held.newest_at),
        "account": Raw(account),
        "notifications_count": str(held.size),
        "last_status": None if last_post is None else Raw(last_post),
    }


def warning(strike: Strike, target: bytes) -> Json:
    """AccountWarning: what moderators decided about somebody. She answers them by other ways than an appeal."""
    return {
        "id": str(strike.id),
        "action": strike.measure,
        "text": strike.text,
        "status_ids": None,
        "target_account": Raw(target),
        "appeal": None,
        "created_at": moment(strike.created_at),
    }

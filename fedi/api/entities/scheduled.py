"""ScheduledStatus: a post that publishes itself later, with what a client said of it."""

from __future__ import annotations

from typing import Any

from fedi.api.entities import circles, statuses
from fedi.api.entities.accounts import quote_policy
from fedi.api.entities.media import KeyOf, attachment
from fedi.api.entities.times import moment
from fedi.config import School
from fedi.models.posts import PostView
from fedi.models.schedules import Schedule

Json = dict[str, Any]


def scheduled(school: School, schedule: Schedule, view: PostView, key_of: KeyOf | None, app_id: int) -> Json:
    """ScheduledStatus. `app_id` is the program that asks: which one wrote a post is not kept."""
    return {
        "id": str(view.post.id),
        "scheduled_at": moment(schedule.run_at),
        "params": {**_params(schedule, view), "application_id": app_id},
        "media_attachments": [attachment(school, file, key_of) for file in view.files],
    }


def _params(schedule: Schedule, view: PostView) -> Json:
    post = view.post
    return {
        "text": statuses.source(view),
        "poll": _poll(schedule, view),
        "media_ids": [str(file.id) for file in view.files] or None,
        "sensitive": post.sensitive,
        "spoiler_text": statuses.spoiler_text(view),
        "visibility": circles.visibility(schedule.circle),
        "circle": schedule.circle,
        "local_only": circles.local_only(schedule.circle, post.kept_within),
        "in_reply_to_id": post.in_reply_to_id,
        "language": post.language,
        "scheduled_at": None,
        "idempotency": None,
        "with_rate_limit": False,
        "quoted_status_id": str(view.quote.quote.quoted_id) if view.quote and view.quote.quote.quoted_id else None,
        "quote_approval_policy": quote_policy(post.quote_policy),
    }


def _poll(schedule: Schedule, view: PostView) -> Json | None:
    poll = view.poll
    if poll is None or poll.closes_at is None:
        return None
    return {
        "options": [option.title for option in poll.options],
        "expires_in": (poll.closes_at - schedule.run_at) // 1000,
        "multiple": poll.multiple,
        "hide_totals": poll.hide_totals,
    }

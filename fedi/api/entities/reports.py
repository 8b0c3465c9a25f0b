"""Report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Raw

from fedi.api.entities.times import moment, moment_or_none
from fedi.models.reports import Report

Json = dict[str, Any]


def report(made: Report, post_ids: Iterable[int], collection_ids: Iterable[int], target: bytes) -> Json:
    """A report, as its sender and the notifications of moderators have it."""
    return {
        "id": str(made.id),
        "action_taken": made.resolved_at is not None,
        "action_taken_at": moment_or_none(made.resolved_at),
        "category": made.category,
        "comment": made.comment,
        "forwarded": made.forwarded,
        "created_at": moment(made.created_at),
        "status_ids": [str(each) for each in post_ids],
        "collection_ids": [str(each) for each in collection_ids],
        "rule_ids": list(made.rule_ids),
        "target_account": Raw(target),
    }

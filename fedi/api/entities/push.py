"""WebPushSubscription."""

from __future__ import annotations

from typing import Any

from fedi.models.push import ALERTS, PushSubscription

Json = dict[str, Any]


def subscription(asked: PushSubscription, server_key: str) -> Json:
    """What a token has asked for; its id is a number, and a small one, as Tusky reads it."""
    return {
        "id": asked.id,
        "endpoint": asked.endpoint,
        "standard": asked.standard,
        "alerts": {each: each in asked.alerts for each in ALERTS},
        "server_key": server_key,
        "policy": asked.policy,
    }

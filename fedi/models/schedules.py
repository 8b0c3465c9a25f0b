"""Schedules: drafts that publish themselves."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.models.posts import Circle


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a draft publishes itself (milliseconds), and in which circle. `failed`: it could not, and will not."""

    post_id: int
    account_id: int
    circle: Circle
    run_at: int
    failed: bool = False

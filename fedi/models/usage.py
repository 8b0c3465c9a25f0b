"""How much a school is used, as it tells everybody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Our people, those of them who were seen in the last 30 and 180 days, and our posts; `hosts` are the other servers
    whose people we know.
    """

    people: int
    active_month: int
    active_half_year: int
    posts: int
    hosts: int

"""Events: open lessons, webinars and courses that other servers announce (FEP-8a8e)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventStatus(StrEnum):
    """Whether it takes place. RESCHEDULED and MOVED_ONLINE do, otherwise than announced first."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    RESCHEDULED = "rescheduled"
    MOVED_ONLINE = "moved-online"


class JoinMode(StrEnum):
    """How one takes part. EXTERNAL: at the address the event names. UNKNOWN: it does not say."""

    FREE = "free"
    RESTRICTED = "restricted"
    EXTERNAL = "external"
    INVITE = "invite"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who arranges an event; `url` is a page or an id, empty if there is none."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Event:
    """When and where. Times are milliseconds; `starts_at` None: postponed, and nobody knows until when.

    `shows_end`: the end is for people's eyes, not only for calendars. `time_zone` is an IANA name.
    """

    starts_at: int | None
    ends_at: int | None
    shows_end: bool
    time_zone: str | None
    status: EventStatus
    place: str
    address: str
    online_url: str | None
    join_mode: JoinMode
    join_url: str | None
    organisers: tuple[Organiser, ...]
    categories: tuple[str, ...]
    capacity: int | None
    remaining: int | None

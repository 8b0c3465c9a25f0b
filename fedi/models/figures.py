"""Figures about a school: what happened on which days, what there is most of, and who stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Days:
    """Some days in a row, counted since 1970 in UTC; `end` is the last of them."""

    start: int
    end: int

    @property
    def all(self) -> range:
        return range(self.start, self.end + 1)

    @property
    def before(self) -> Days:
        """As many days right before them."""
        return Days(2 * self.start - self.end - 1, self.start - 1)

    @property
    def begins_at(self) -> int:
        """When the first of them begins, in milliseconds."""
        return self.start * DAY_MS

    @property
    def noon(self) -> int:
        """Noon of the first of them, in milliseconds: that day in nearly every time zone."""
        return self.begins_at + DAY_MS // 2


@dataclass(frozen=True, slots=True)
class Count:
    """How much of something there was on a day."""

    day: int
    value: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Something counted day by day. `previous` is the total of as many days before; None: the total is of all times."""

    key: str
    total: int
    previous: int | None
    days: dict[int, int]


@dataclass(frozen=True, slots=True)
class Share:
    """One of the things there is most of, and how much."""

    key: str
    value: int


@dataclass(frozen=True, slots=True)
class Activity:
    """What is told to everybody of a week: how many of the school were here, what they published, who was new."""

    days: Days
    visitors: int
    posts: int
    newcomers: int


@dataclass(frozen=True, slots=True)
class Week(Activity):
    """A week, and what else is told to moderators of it: what others made of the posts, and reports."""

    interactions: int
    opened: int
    resolved: int


class Frequency(StrEnum):
    """How long the periods of a cohort are."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Cohort:
    """The people who came in one period, and how many of them were here in that and in each later one."""

    period: Days
    size: int
    present: tuple[tuple[Days, int], ...]


def periods(days: Days, frequency: Frequency) -> list[Days]:
    """The days one by one, or the months they lie in."""
    if frequency is Frequency.DAY:
        return [Days(day, day) for day in days.all]
    found, first = list[Days](), _date(days.start).replace(day=1)
    while _number(first) <= days.end:
        following = (first + timedelta(days=31)).replace(day=1)
        found.append(Days(_number(first), _number(following) - 1))
        first = following
    return found


def latest_weeks(today: int, number: int) -> list[Days]:
    """So many weeks, that of the day `today` first, each from its Monday."""
    # Day 0 was a Thursday.
    monday = today - (today + 3) % 7
    return [Days(monday - 7 * each, monday - 7 * each + 6) for each in range(number)]


def _date(day: int) -> date:
    return datetime.fromtimestamp(day * DAY_MS // 1000, UTC).date()


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days

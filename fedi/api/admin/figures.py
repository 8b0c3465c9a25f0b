"""Figures: measures by the day, what there is most of, and who stays."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from typing import TypeVar

from fedi import __version__
from fedi.actions import figures as actions
from fedi.api.call import Answer, Call, answer
from fedi.api.entities.accounts import Json
from fedi.api.entities.times import moment
from fedi.errors import Invalid
from fedi.models.figures import DAY_MS, Cohort, Days, Frequency, Measured, Share
from fedi.store.figures import Dimension, Measure

MOST_DAYS = 366
MOST_COHORTS = 93
_MOST_SHARES = 100
_WHOLE = _SPACE, _VERSIONS, _SOURCES = ("space_usage", "software_versions", "sources")

K = TypeVar("K", Measure, Dimension)


async def measures(call: Call) -> Answer:
    """POST /api/v1/admin/measures; keys that are not counted here are left out."""
    days = _days(call, MOST_DAYS)
    found = await call.read(actions.measures, call.account, _asked(call, Measure), days)
    return answer([_measure(each, days) for each in found])


def _measure(found: Measured, days: Days) -> Json:
    values = [{"date": _date(day), "value": str(found.days.get(day, 0))} for day in days.all]
    previous = {} if found.previous is None else {"previous_total": str(found.previous)}
    unit = "bytes" if found.key == Measure.INSTANCE_MEDIA else None
    return {"key": found.key, "unit": unit, "total": str(found.total), **previous, "data": values}


async def dimensions(call: Call) -> Answer:
    """POST /api/v1/admin/dimensions; those of hashtags are left out."""
    limit = min(max(call.params.number("limit") or 10, 1), _MOST_SHARES)
    asked = _asked(call, Dimension)
    found = await call.read(actions.shares, call.account, asked, _days(call, MOST_DAYS), limit)
    entries = [{"key": what.value, "data": [_share(each) for each in shares]} for what, shares in found]
    whole = [key for key in _WHOLE if key in call.params.texts("keys")]
    return answer([*entries, *[{"key": key, "data": await _whole(call, key)} for key in whole]])


async def _whole(call: Call, key: str) -> list[Json]:
    """What has nothing to do with days. `sources`: everybody came by an invitation, so none is told apart."""
    if key == _SPACE:
        size = await call.read(actions.bytes_kept, call.account)
        return [_item("media", "Files", str(size), unit="bytes", human_value=f"{size / 1024 / 1024:.1f} MB")]
    if key == _VERSIONS:
        versions = {"fedi": __version__, "Python": platform.python_version()}
        return [_item(name.lower(), name, version, human_value=version) for name, version in versions.items()]
    return []


def _share(found: Share) -> Json:
    return _item(found.key, found.key, str(found.value))


def _item(key: str, human_key: str, value: str, **more: str) -> Json:
    return {"key": key, "human_key": human_key, "value": value, **more}


async def retention(call: Call) -> Answer:
    """POST /api/v1/admin/retention."""
    name = call.params.text("frequency") or Frequency.DAY
    if name not in list(Frequency):
        raise Invalid("Frequency is not included in the list", "frequency")
    frequency = Frequency(name)
    days = _days(call, MOST_COHORTS if frequency is Frequency.DAY else MOST_DAYS)
    found = await call.read(actions.cohorts, call.account, days, frequency)
    return answer([_cohort(each, frequency) for each in found])


def _cohort(found: Cohort, frequency: Frequency) -> Json:
    data = [
        {"date": _date(period.start), "rate": value / found.size if found.size else 0.0, "value": str(value)}
        for period, value in found.present
    ]
    return {"period": _date(found.period.start), "frequency": frequency, "data": data}


def _asked(call: Call, among: type[K]) -> list[tuple[K, str]]:
    """Known keys, each once, with the host of those that are about one; without a host they are left out."""
    found = [among(key) for key in dict.fromkeys(call.params.texts("keys")) if key in list(among)]
    hosts = {each: (call.params.object(each).text("domain") or "").strip().lower() for each in found if each.of_host}
    return [(each, hosts.get(each, "")) for each in found if not each.of_host or hosts[each]]


def _days(call: Call, most: int) -> Days:
    """From `start_at` to `end_at`; Invalid for what is no time, or longer than is counted."""
    start, end = _day(call, "start_at"), _day(call, "end_at")
    if end < start or end - start >= most:
        raise Invalid(f"End at must be at most {most} days after the start", "end_at")
    if end > call.instance.clock() // DAY_MS + MOST_DAYS:
        raise Invalid("End at is too far away", "end_at")
    return Days(start, end)


def _day(call: Call, name: str) -> int:
    text = call.params.text(name) or ""
    try:
        told = datetime.fromisoformat(text)
        return max(0, int((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp() * 1000) // DAY_MS)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"{name.replace('_', ' ').capitalize()} is not a time", name) from error


def _date(day: int) -> str:
    return moment(day * DAY_MS)

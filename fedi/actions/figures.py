"""Figures about a school for those who look after it."""

from __future__ import annotations

from fedi.actions.moderation import require
from fedi.models.accounts import Account, Role
from fedi.models.figures import DAY_MS, Activity, Cohort, Days, Frequency, Measured, Share, Week, latest_weeks, periods
from fedi.store import figures
from fedi.store.database import Transaction
from fedi.store.figures import Dimension, Measure


async def measures(tx: Transaction, by: Account, asked: list[tuple[Measure, str]], days: Days) -> list[Measured]:
    """What happened on some days; beside each measure the host it is of, or nothing."""
    require(by, Role.MODERATOR)
    return [await figures.measure(tx, what, days, host) for what, host in asked]


async def shares(
    tx: Transaction, by: Account, asked: list[tuple[Dimension, str]], days: Days, limit: int
) -> list[tuple[Dimension, list[Share]]]:
    """What there was most of on some days."""
    require(by, Role.MODERATOR)
    return [(what, await figures.shares(tx, what, days, limit, host)) for what, host in asked]


async def bytes_kept(tx: Transaction, by: Account) -> int:
    """How large all files are that are kept here."""
    require(by, Role.MODERATOR)
    return await figures.bytes_kept(tx)


async def activity(tx: Transaction, number: int) -> list[Activity]:
    """What everybody may know of the latest weeks, this one first."""
    found = latest_weeks(tx.now // DAY_MS, number)
    span = _span(found)
    posts, newcomers = await figures.published(tx, span), await _by_day(tx, Measure.NEW_USERS, span)
    return [
        # Whoever comes on two days of a week is one person: days cannot be added up.
        Activity(days, await figures.visitors(tx, days), _within(posts, days), _within(newcomers, days))
        for days in found
    ]


async def weeks(tx: Transaction, by: Account, number: int) -> list[Week]:
    """The latest weeks, this one first."""
    require(by, Role.MODERATOR)
    found = await activity(tx, number)
    span = _span([each.days for each in found])
    summed = [await _by_day(tx, what, span) for what in _SUMMED]
    return [
        Week(each.days, each.visitors, each.posts, each.newcomers, *(_within(counts, each.days) for counts in summed))
        for each in found
    ]


_SUMMED = (Measure.INTERACTIONS, Measure.OPENED_REPORTS, Measure.RESOLVED_REPORTS)


def _span(weeks: list[Days]) -> Days:
    return Days(weeks[-1].start, weeks[0].end)


async def _by_day(tx: Transaction, what: Measure, days: Days) -> dict[int, int]:
    return (await figures.measure(tx, what, days)).days


def _within(counts: dict[int, int], days: Days) -> int:
    return sum(counts.get(day, 0) for day in days.all)


async def cohorts(tx: Transaction, by: Account, days: Days, frequency: Frequency) -> list[Cohort]:
    """Who came when, and stayed."""
    require(by, Role.MODERATOR)
    return await figures.cohorts(tx, periods(days, frequency))

"""Figures about a school, counted when somebody asks: each count walks an index between two days, or is of a host."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.ids import LOW_BITS
from fedi.models.figures import Cohort, Count, Days, Measured, Share
from fedi.store.database import Transaction

DAY_MS = 24 * 60 * 60 * 1000
_DAY = DAY_MS << LOW_BITS
"""What the ids of a day span."""


class Measure(StrEnum):
    """What is counted day by day, in the words of Mastodon's API; the lower ones are of one server."""

    ACTIVE_USERS = "active_users"
    NEW_USERS = "new_users"
    INTERACTIONS = "interactions"
    OPENED_REPORTS = "opened_reports"
    RESOLVED_REPORTS = "resolved_reports"
    INSTANCE_ACCOUNTS = "instance_accounts"
    INSTANCE_STATUSES = "instance_statuses"
    INSTANCE_FOLLOWS = "instance_follows"
    INSTANCE_FOLLOWERS = "instance_followers"
    INSTANCE_REPORTS = "instance_reports"
    INSTANCE_MEDIA = "instance_media_attachments"

    @property
    def of_host(self) -> bool:
        return self.value.startswith("instance_")


class Dimension(StrEnum):
    """What there is most of."""

    LANGUAGES = "languages"
    SERVERS = "servers"
    INSTANCE_ACCOUNTS = "instance_accounts"
    INSTANCE_LANGUAGES = "instance_languages"

    @property
    def of_host(self) -> bool:
        return self.value.startswith("instance_")


@dataclass(frozen=True, slots=True)
class _Source:
    """Rows between `:since` and `:until` (ids, unless the unit is another), and what is added up."""

    rows: str
    add: str = "count(*)"
    unit: int = _DAY


def _ids(what: str, tables: str, condition: str = "") -> str:
    return f"SELECT {what} FROM {tables} WHERE x.id >= :since AND x.id < :until {condition}"


_AT = f"x.id / {_DAY} AS day"
_OF_HOST = "AND a.host = :host AND NOT a.local"
_SOURCES = {
    Measure.ACTIVE_USERS: _Source(
        "SELECT day, account_id AS who FROM visits WHERE day >= :since AND day < :until", "count(DISTINCT who)", 1
    ),
    Measure.NEW_USERS: _Source(_ids(_AT, "accounts x JOIN actors a ON a.id = x.id", "AND a.kind = 'Person'")),
    Measure.INTERACTIONS: _Source(
        f"""
        {_ids(_AT, "likes x JOIN posts p ON p.id = x.post_id", "AND p.local")}
        UNION ALL
        {_ids(_AT, "posts x JOIN posts p ON p.id = coalesce(x.boost_of_id, x.in_reply_to_id)", "AND p.local")}
        """
    ),
    Measure.OPENED_REPORTS: _Source(_ids(_AT, "reports x")),
    Measure.RESOLVED_REPORTS: _Source(
        f"SELECT resolved_at / {DAY_MS} AS day FROM reports WHERE resolved_at >= :since AND resolved_at < :until",
        unit=DAY_MS,
    ),
    Measure.INSTANCE_ACCOUNTS: _Source(
        f"SELECT a.id / {_DAY} AS day FROM actors a WHERE a.id >= :since AND a.id < :until {_OF_HOST}"
    ),
    Measure.INSTANCE_STATUSES: _Source(_ids(_AT, "actors a JOIN posts x ON x.actor_id = a.id", _OF_HOST)),
    Measure.INSTANCE_FOLLOWS: _Source(
        _ids(_AT, "actors a JOIN follows x ON x.followed_id = a.id", f"AND x.state = 'accepted' {_OF_HOST}")
    ),
    Measure.INSTANCE_FOLLOWERS: _Source(
        _ids(_AT, "actors a JOIN follows x ON x.follower_id = a.id", f"AND x.state = 'accepted' {_OF_HOST}")
    ),
    Measure.INSTANCE_REPORTS: _Source(_ids(_AT, "actors a JOIN reports x ON x.target_id = a.id", _OF_HOST)),
    Measure.INSTANCE_MEDIA: _Source(
        _ids(
            f"{_AT}, coalesce(x.size, 0) AS bytes",
            "actors a JOIN files x ON x.owner_id = a.id",
            f"AND x.storage_key IS NOT NULL {_OF_HOST}",
        ),
        "coalesce(sum(bytes), 0)",
    ),
}


async def measure(tx: Transaction, what: Measure, days: Days, host: str = "") -> Measured:
    """One of them on each of some days, with its total; those of a server have a total of all times."""
    source = _SOURCES[what]
    about = {"host": host} if what.of_host else {}
    found = await tx.all(
        Count,
        f"SELECT day, {source.add} AS value FROM ({source.rows}) found GROUP BY day",
        **_between(source, days),
        **about,
    )
    total = await _total(tx, source, Days(0, tx.now // DAY_MS) if what.of_host else days, about)
    previous = None if what.of_host else await _total(tx, source, days.before, about)
    return Measured(what.value, total, previous, {each.day: each.value for each in found})


async def visitors(tx: Transaction, days: Days) -> int:
    """How many of the school's people were here on some days."""
    return await _total(tx, _SOURCES[Measure.ACTIVE_USERS], days, {})


async def published(tx: Transaction, days: Days) -> dict[int, int]:
    """How much the school's people published on each of some days, to whomever: no drafts, and nothing they shared."""
    found = await tx.all(
        Count,
        f"""
        SELECT id / {_DAY} AS day, count(*) AS value FROM posts
        WHERE  local AND kind <> 'boost' AND circle <> 'draft' AND id >= :since AND id < :until
        GROUP  BY id / {_DAY}
        """,
        since=max(0, days.start) * _DAY,
        until=max(0, days.end + 1) * _DAY,
    )
    return {each.day: each.value for each in found}


async def _total(tx: Transaction, source: _Source, days: Days, about: dict[str, str]) -> int:
    statement = f"SELECT {source.add} FROM ({source.rows}) found"
    return int(await tx.value(statement, **_between(source, days), **about))


def _between(source: _Source, days: Days) -> dict[str, int]:
    return {"since": max(0, days.start) * source.unit, "until": max(0, days.end + 1) * source.unit}


_SHARES = {
    Dimension.LANGUAGES: f"""
        SELECT c.language AS key, count(DISTINCT c.id) AS value
        FROM   accounts c JOIN visits v ON v.account_id = c.id
        WHERE  v.day >= :since / {_DAY} AND v.day < :until / {_DAY}
        GROUP  BY c.language
    """,
    Dimension.SERVERS: """
        SELECT a.host AS key, count(*) AS value FROM posts p JOIN actors a ON a.id = p.actor_id
        WHERE  p.id >= :since AND p.id < :until AND NOT p.local
        GROUP  BY a.host
    """,
    Dimension.INSTANCE_ACCOUNTS: f"""
        SELECT a.username AS key, count(f.id) AS value
        FROM   actors a JOIN follows f ON f.followed_id = a.id AND f.state = 'accepted'
        WHERE  f.id >= :since AND f.id < :until {_OF_HOST}
        GROUP  BY a.id, a.username
    """,
    Dimension.INSTANCE_LANGUAGES: f"""
        SELECT coalesce(p.language, 'und') AS key, count(*) AS value
        FROM   actors a JOIN posts p ON p.actor_id = a.id
        WHERE  p.id >= :since AND p.id < :until {_OF_HOST}
        GROUP  BY coalesce(p.language, 'und')
    """,
}


async def shares(tx: Transaction, what: Dimension, days: Days, limit: int, host: str = "") -> list[Share]:
    """What there was most of on some days, the most first."""
    return await tx.all(
        Share,
        f"SELECT key, value FROM ({_SHARES[what]}) found ORDER BY value DESC, key LIMIT :limit",
        since=max(0, days.start) * _DAY,
        until=max(0, days.end + 1) * _DAY,
        limit=limit,
        **({"host": host} if what.of_host else {}),
    )


async def bytes_kept(tx: Transaction) -> int:
    """The size of all files that are kept here."""
    return int(await tx.value("SELECT coalesce(sum(size), 0) FROM files WHERE storage_key IS NOT NULL"))


async def cohorts(tx: Transaction, periods: list[Days]) -> list[Cohort]:
    """Who came in each of these periods in a row, and how many of them were here in that and in each later one."""
    came = await tx.all(
        Count,
        f"""
        SELECT id / {_DAY} AS day, count(*) AS value FROM accounts
        WHERE  id >= :since AND id < :until
        GROUP  BY id / {_DAY}
        """,
        since=periods[0].start * _DAY,
        until=(periods[-1].end + 1) * _DAY,
    )
    present = [(period, await _present(tx, periods[0], period)) for period in periods]
    return [
        Cohort(period, _within(came, period), tuple((later, _within(seen, period)) for later, seen in present[place:]))
        for place, period in enumerate(periods)
    ]


async def _present(tx: Transaction, first: Days, period: Days) -> list[Count]:
    """Those who were here in a period, by the day they came."""
    return await tx.all(
        Count,
        f"""
        SELECT   account_id / {_DAY} AS day, count(DISTINCT account_id) AS value FROM visits
        WHERE    day >= :start AND day <= :end AND account_id >= :since
        GROUP BY account_id / {_DAY}
        """,
        start=period.start,
        end=period.end,
        since=first.start * _DAY,
    )


def _within(counts: list[Count], period: Days) -> int:
    return sum(each.value for each in counts if period.start <= each.day <= period.end)

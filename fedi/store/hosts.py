"""How other servers answer: one that does not is paused, and only it; one that has been dead for a week is let go."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from fedi.store.database import Transaction

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
PAUSE_MS = 5_000
"""The first pause, short: one connection that broke is no dead server."""

LONGEST_PAUSE_MS = 60 * MINUTE_MS
FOR_EVER = 2**53
"""The time until which a host is paused that somebody has stopped, in milliseconds."""

FAILURES_BEFORE_PAUSE = 10
DAYS_BEFORE_UNAVAILABLE = 7


@dataclass(frozen=True, slots=True)
class HostState:
    """What is known of a host's health; `failures` in a row, times in milliseconds."""

    host: str
    paused_until: int | None
    pauses: int
    failures: int
    failing_since: int | None
    last_success_at: int | None
    last_failure_at: int | None
    last_error: str | None
    unavailable_at: int | None
    stopped_at: int | None = None


async def state(tx: Transaction, host: str) -> HostState | None:
    """The row of one host, None if nothing was ever to be delivered to it."""
    return await tx.one(HostState, "SELECT * FROM hosts WHERE host = :host", host=host)


async def states(tx: Transaction) -> list[HostState]:
    """All hosts, those in trouble first."""
    return await tx.all(HostState, "SELECT * FROM hosts ORDER BY failing_since IS NULL, failing_since, host LIMIT 1000")


async def unavailable(tx: Transaction, hosts: Collection[str]) -> set[str]:
    """Those of `hosts` to which nothing is sent until they show life."""
    if not hosts:
        return set()
    found = await tx.all(
        str,
        "SELECT host FROM hosts WHERE host IN :hosts* AND unavailable_at IS NOT NULL",
        hosts=sorted(hosts),
    )
    return set(found)


async def succeeded(tx: Transaction, host: str) -> None:
    """A delivery arrived. Written at most once a minute while all is well."""
    stopped = await tx.value(
        """
        INSERT INTO hosts (host, last_success_at)
        VALUES (:host, :now)
        ON CONFLICT (host) DO UPDATE
           SET last_success_at = excluded.last_success_at, failures = 0, pauses = 0,
               failing_since = NULL, unavailable_at = NULL,
               paused_until = CASE WHEN hosts.stopped_at IS NOT NULL THEN hosts.paused_until END
         WHERE hosts.failures > 0 OR hosts.pauses > 0 OR hosts.unavailable_at IS NOT NULL
            OR hosts.stopped_at IS NOT NULL OR coalesce(hosts.last_success_at, 0) < :recently
     RETURNING stopped_at
        """,
        host=host,
        now=tx.now,
        recently=tx.now - MINUTE_MS,
    )
    if stopped is not None:
        await hold(tx, host, FOR_EVER)


async def all_succeeded(tx: Transaction, hosts: Collection[str]) -> None:
    """Deliveries to these hosts arrived; while all is well, one look is all that costs."""
    well = await tx.all(
        str,
        """
        SELECT host
          FROM hosts
         WHERE host IN :hosts* AND last_success_at >= :recently
           AND failures = 0 AND pauses = 0 AND unavailable_at IS NULL AND stopped_at IS NULL
        """,
        hosts=sorted(hosts),
        recently=tx.now - MINUTE_MS,
    )
    for host in sorted(set(hosts) - set(well)):
        await succeeded(tx, host)


async def failed(tx: Transaction, host: str, error: str, *, unreachable: bool) -> int | None:
    """A delivery failed. The time until which the host is now paused, None if it is not.

    An unreachable host is paused at once, one that answers badly after ten failures in a row; each pause in a row is
    twice as long.
    """
    before = await state(tx, host)
    failures = (before.failures if before else 0) + 1
    if not unreachable and failures < FAILURES_BEFORE_PAUSE:
        await _note_failure(tx, host, error)
        return None
    if before and before.paused_until and before.paused_until > tx.now:
        return before.paused_until  # a request that was under way when the pause began: counted once
    await _note_failure(tx, host, error)
    return await _pause(tx, host, before.pauses if before else 0)


async def _note_failure(tx: Transaction, host: str, error: str) -> None:
    await tx.execute(
        """
        INSERT INTO hosts (host, failures, failing_since, last_failure_at, last_error)
        VALUES (:host, 1, :now, :now, :error)
        ON CONFLICT (host) DO UPDATE
           SET failures = hosts.failures + 1, last_failure_at = excluded.last_failure_at,
               last_error = excluded.last_error,
               failing_since = coalesce(hosts.failing_since, excluded.failing_since),
               unavailable_at = CASE WHEN hosts.failing_since < :week_ago
                                     THEN coalesce(hosts.unavailable_at, excluded.last_failure_at) END
        """,
        host=host,
        now=tx.now,
        error=error[:1000],
        week_ago=tx.now - DAYS_BEFORE_UNAVAILABLE * DAY_MS,
    )


async def _pause(tx: Transaction, host: str, pauses: int) -> int:
    until = tx.now + min(PAUSE_MS << min(pauses, 10), LONGEST_PAUSE_MS)
    await tx.execute(
        "UPDATE hosts SET paused_until = :until, pauses = pauses + 1, failures = 0 WHERE host = :host",
        until=until,
        host=host,
    )
    await hold(tx, host, until)
    return until


async def hold(tx: Transaction, host: str, until: int) -> None:
    """Let no thread of the host be due before `until`."""
    await tx.execute(
        "UPDATE threads SET due_at = :until WHERE host = :host AND lease IS NULL AND due_at < :until",
        host=host,
        until=until,
    )


async def shows_life(tx: Transaction, host: str) -> None:
    """Something signed came from the host: what waits for it may go now."""
    woken = await tx.execute(
        """
        UPDATE hosts
           SET paused_until = NULL, pauses = 0, failures = 0, failing_since = NULL, unavailable_at = NULL
         WHERE host = :host AND stopped_at IS NULL AND (paused_until IS NOT NULL OR unavailable_at IS NOT NULL)
        """,
        host=host,
    )
    if woken:
        await resume(tx, host)


async def stop(tx: Transaction, host: str) -> None:
    """Let everything for the host wait until `go_on`, whatever it answers to what is under way."""
    await tx.execute(
        """
        INSERT INTO hosts (host, paused_until, stopped_at)
        VALUES (:host, :ever, :now)
        ON CONFLICT (host) DO UPDATE
           SET paused_until = excluded.paused_until, stopped_at = coalesce(hosts.stopped_at, excluded.stopped_at)
        """,
        host=host,
        ever=FOR_EVER,
        now=tx.now,
    )
    await hold(tx, host, FOR_EVER)


async def keep_stopped(tx: Transaction, host: str) -> None:
    """Something that was under way to a host when it was stopped has failed: what is behind it waits all the same."""
    if await tx.value("SELECT stopped_at FROM hosts WHERE host = :host AND stopped_at IS NOT NULL", host=host):
        await hold(tx, host, FOR_EVER)


async def go_on(tx: Transaction, host: str) -> None:
    """End every pause of a host, and let what waits for it be due now."""
    await tx.execute(
        """
        UPDATE hosts SET stopped_at = NULL, paused_until = NULL, pauses = 0, unavailable_at = NULL
         WHERE host = :host
        """,
        host=host,
    )
    await resume(tx, host)


async def resume(tx: Transaction, host: str) -> None:
    """Let the host's threads be due now."""
    await tx.execute(
        "UPDATE threads SET due_at = :now WHERE host = :host AND lease IS NULL AND due_at > :now",
        host=host,
        now=tx.now,
    )
    tx.announce("jobs", tx.school.host)


async def prune(tx: Transaction, before: int) -> int:
    """Forget hosts that nothing was sent to since a moment (milliseconds), and for which nothing waits; how many."""
    return await tx.execute(
        """
        DELETE FROM hosts
         WHERE coalesce(last_success_at, 0) < :before AND coalesce(last_failure_at, 0) < :before
           AND stopped_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM threads WHERE threads.host = hosts.host)
        """,
        before=before,
    )

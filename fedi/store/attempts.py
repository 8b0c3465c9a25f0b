"""Attempts to sign in that failed, counted for each account and each address from which they came."""

from __future__ import annotations

from collections.abc import Sequence

from fedi.store.database import Transaction

WINDOW_MS = 24 * 3600_000
"""After a day without trouble a subject starts again from nothing."""


async def blocked_until(tx: Transaction, subjects: Sequence[str]) -> int:
    """Until when (milliseconds) the first of these may not try again; 0 if none is blocked."""
    until = await tx.value(
        "SELECT max(blocked_until) FROM attempts WHERE subject IN :subjects* AND blocked_until > :now",
        subjects=list(subjects),
        now=tx.now,
    )
    return int(until or 0)


async def count(tx: Transaction, subject: str) -> int:
    """Count one attempt; how many there were in the window, with this one."""
    failures = await tx.value(
        """
        INSERT INTO attempts (subject, failures, first_at, blocked_until) VALUES (:subject, 1, :now, 0)
        ON CONFLICT (subject) DO UPDATE SET
            failures = CASE WHEN attempts.first_at <= :start THEN 1 ELSE attempts.failures + 1 END,
            first_at = CASE WHEN attempts.first_at <= :start THEN :now ELSE attempts.first_at END
        RETURNING failures
        """,
        subject=subject,
        now=tx.now,
        start=tx.now - WINDOW_MS,
    )
    return int(failures)


async def block(tx: Transaction, subject: str, until: int) -> None:
    """No further attempt before `until` (milliseconds)."""
    await tx.execute(
        "UPDATE attempts SET blocked_until = :until WHERE subject = :subject", until=until, subject=subject
    )


async def forget(tx: Transaction, subject: str) -> None:
    """The subject has shown that it knows the password."""
    await tx.execute("DELETE FROM attempts WHERE subject = :subject", subject=subject)


async def take_back(tx: Transaction, subject: str) -> None:
    """The last attempt succeeded, so it does not count and blocks nobody; the failures before it stay."""
    await tx.execute(
        "UPDATE attempts SET failures = failures - 1, blocked_until = 0 WHERE subject = :subject", subject=subject
    )


async def prune(tx: Transaction) -> int:
    """Forget what lies outside the window; how many."""
    return await tx.execute(
        "DELETE FROM attempts WHERE first_at <= :start AND blocked_until <= :now", start=tx.now - WINDOW_MS, now=tx.now
    )

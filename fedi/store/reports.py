"""Reports: what waits for the moderators, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from fedi.models.paging import Page
from fedi.models.reports import Report, ReportCategory, ReportedPost, ReportNote
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json
from fedi.store.pages import newest

_NAMES = [field.name for field in fields(Report)]
_COLUMNS = ", ".join(_NAMES)


@dataclass(frozen=True, slots=True)
class _Row:
    report_id: int
    uri: str
    post_id: int | None


async def insert(tx: Transaction, report: Report, about: Iterable[ReportedPost]) -> None:
    """A new report and the posts it is about."""
    values = {name: getattr(report, name) for name in _NAMES} | {"rule_ids": as_json(report.rule_ids)}
    await tx.execute(f"INSERT INTO reports ({_COLUMNS}) VALUES ({', '.join(f':{name}' for name in _NAMES)})", **values)
    await tx.execute_many(
        "INSERT INTO report_posts (report_id, position, uri, post_id) VALUES (:report, :position, :uri, :post)",
        [
            {"report": report.id, "position": position, "uri": each.uri, "post": each.post_id}
            for position, each in enumerate(about)
        ],
    )


async def by_id(tx: Transaction, report_id: int) -> Report | None:
    """One report."""
    return await tx.one(Report, f"SELECT {_COLUMNS} FROM reports WHERE id = :id", id=report_id)


async def page(
    tx: Transaction, page: Page, *, resolved: bool, target_id: int | None = None, reporter_id: int | None = None
) -> list[Report]:
    """Reports that wait, or that have been resolved, the latest first; about or by one actor if given."""
    return await newest(
        tx,
        Report,
        f"""
        SELECT {_COLUMNS} FROM reports
        WHERE  resolved_at IS {"NOT NULL" if resolved else "NULL"}
        AND    (CAST(:target AS $id) IS NULL OR target_id = :target)
        AND    (CAST(:reporter AS $id) IS NULL OR reporter_id = :reporter)
        """,
        "id",
        page,
        target=target_id,
        reporter=reporter_id,
    )


async def count_open_by(tx: Transaction, reporter_id: int) -> int:
    """How many reports of this reporter wait."""
    counted = await tx.value(
        "SELECT count(*) FROM reports WHERE reporter_id = :reporter AND resolved_at IS NULL", reporter=reporter_id
    )
    return int(counted)


async def count_open_from(tx: Transaction, host: str) -> int:
    """How many reports by actors of a host wait."""
    counted = await tx.value(
        """
        SELECT count(*) FROM reports
        WHERE  resolved_at IS NULL
        AND    EXISTS (SELECT 1 FROM actors WHERE id = reports.reporter_id AND host = :host)
        """,
        host=host,
    )
    return int(counted)


async def count_open_from_elsewhere(tx: Transaction) -> int:
    """How many reports by people of other servers wait."""
    counted = await tx.value(
        """
        SELECT count(*) FROM reports
        WHERE  resolved_at IS NULL AND EXISTS (SELECT 1 FROM actors WHERE id = reports.reporter_id AND NOT local)
        """
    )
    return int(counted)


async def posts_of(tx: Transaction, report_ids: Sequence[int]) -> dict[int, list[ReportedPost]]:
    """The posts that reports are about, by report."""
    rows = await tx.all(
        _Row,
        "SELECT report_id, uri, post_id FROM report_posts WHERE report_id IN :ids* ORDER BY report_id, position",
        ids=list(report_ids),
    )
    found: dict[int, list[ReportedPost]] = {}
    for row in rows:
        found.setdefault(row.report_id, []).append(ReportedPost(row.uri, row.post_id))
    return found


async def set_resolved(tx: Transaction, report_id: int, at: int | None, by: int | None) -> None:
    """A moderator has dealt with it; None opens it again."""
    await tx.execute(
        "UPDATE reports SET resolved_at = :at, resolved_by = :by WHERE id = :id", at=at, by=by, id=report_id
    )


async def set_category(tx: Transaction, report_id: int, category: ReportCategory, rule_ids: tuple[str, ...]) -> None:
    """What a report is about after all."""
    await tx.execute(
        "UPDATE reports SET category = :category, rule_ids = :rules WHERE id = :id",
        category=category,
        rules=as_json(rule_ids),
        id=report_id,
    )


async def open_about(tx: Transaction, target_id: int) -> list[int]:
    """The reports about somebody that wait."""
    return await tx.all(
        int, "SELECT id FROM reports WHERE target_id = :target AND resolved_at IS NULL", target=target_id
    )


async def assign(tx: Transaction, report_id: int, account_id: int | None) -> None:
    """A moderator takes care of it, or nobody in particular."""
    await tx.execute("UPDATE reports SET assigned_to = :account WHERE id = :id", account=account_id, id=report_id)


async def add_note(tx: Transaction, note: ReportNote) -> None:
    """Write something beside a report."""
    await tx.execute(
        """
        INSERT INTO report_notes (id, report_id, author_id, text, created_at)
        VALUES (:id, :report, :author, :text, :at)
        """,
        id=note.id,
        report=note.report_id,
        author=note.author_id,
        text=note.text,
        at=note.created_at,
    )


async def notes(tx: Transaction, report_id: int) -> list[ReportNote]:
    """What moderators wrote beside a report, in order."""
    return await tx.all(
        ReportNote,
        "SELECT id, report_id, author_id, text, created_at FROM report_notes WHERE report_id = :report ORDER BY id",
        report=report_id,
    )

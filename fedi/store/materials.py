"""The metadata of teaching materials, beside their posts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.materials import Material
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json


@dataclass(frozen=True, slots=True)
class _Row:
    post_id: int
    kind: str
    subject: str
    classes: tuple[int, ...]
    licence: str
    duration_minutes: int | None
    objectives: str
    keywords: tuple[str, ...]
    based_on: str | None
    author_line: str


async def of_posts(tx: Transaction, post_ids: Iterable[int]) -> dict[int, Material]:
    """The metadata of those posts that are materials."""
    rows = await tx.all(
        _Row,
        """
        SELECT post_id, kind, subject, classes, licence, duration_minutes, objectives, keywords, based_on, author_line
          FROM materials
         WHERE post_id IN :ids*
        """,
        ids=list(post_ids),
    )
    return {row.post_id: _material(row) for row in rows}


def _material(row: _Row) -> Material:
    return Material(
        row.kind,
        row.subject,
        row.classes,
        row.licence,
        row.duration_minutes,
        row.objectives,
        row.keywords,
        row.based_on,
        row.author_line,
    )


async def put(tx: Transaction, post_id: int, material: Material) -> None:
    """Keep the metadata of a post, in place of what was there."""
    await tx.execute(
        """
        INSERT INTO materials (post_id, kind, subject, classes, licence, duration_minutes, objectives, keywords,
                               based_on, author_line)
        VALUES (:post_id, :kind, :subject, :classes, :licence, :duration_minutes, :objectives, :keywords,
                :based_on, :author_line)
        ON CONFLICT (post_id) DO UPDATE
           SET kind = excluded.kind, subject = excluded.subject, classes = excluded.classes,
               licence = excluded.licence, duration_minutes = excluded.duration_minutes,
               objectives = excluded.objectives, keywords = excluded.keywords, based_on = excluded.based_on,
               author_line = excluded.author_line
        """,
        post_id=post_id,
        kind=material.kind,
        subject=material.subject,
        classes=as_json(material.classes),
        licence=material.licence,
        duration_minutes=material.duration_minutes,
        objectives=material.objectives,
        keywords=as_json(material.keywords),
        based_on=material.based_on,
        author_line=material.author_line,
    )
    await tx.execute("DELETE FROM material_classes WHERE post_id = :post", post=post_id)
    await tx.execute_many(
        "INSERT INTO material_classes (class, post_id) VALUES (:class, :post)",
        [{"class": number, "post": post_id} for number in set(material.classes)],
    )


async def remove(tx: Transaction, post_id: int) -> None:
    """Forget the metadata of a post that is being deleted."""
    await tx.execute("DELETE FROM material_classes WHERE post_id = :post", post=post_id)
    await tx.execute("DELETE FROM materials WHERE post_id = :post", post=post_id)

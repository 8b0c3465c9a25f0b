"""Revisions: what a post said before it was edited, and what hung on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fedi.models.files import File
from fedi.models.posts import PostView, Revision
from fedi.store import files
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json

KEPT = 50
"""How many earlier texts of a post are kept: somebody who edits without end fills no disk."""


@dataclass(frozen=True, slots=True)
class _Attached:
    revision_id: int
    file_id: int
    description: str


async def keep(tx: Transaction, view: PostView) -> None:
    """Keep what a post says now, before an edit replaces it; the oldest texts beyond KEPT are forgotten."""
    post, revision_id = view.post, tx.new_id()
    await tx.execute(
        """
        INSERT INTO revisions (id, post_id, created_at, title, summary, content, sensitive, emojis, choices)
        VALUES (:id, :post, :created_at, :title, :summary, :content, :sensitive, :emojis, :choices)
        """,
        id=revision_id,
        post=post.id,
        created_at=post.published_at if post.edited_at is None else post.edited_at,
        title=post.title,
        summary=post.summary,
        content=post.content,
        sensitive=post.sensitive,
        emojis=as_json(post.emojis),
        choices=as_json([option.title for option in view.poll.options]) if view.poll else None,
    )
    await _keep_files(tx, revision_id, post.id, view.files)
    await _forget_oldest(tx, post.id)


async def _keep_files(tx: Transaction, revision_id: int, post_id: int, attached: Sequence[File]) -> None:
    rows = [
        {"id": revision_id, "position": position, "post": post_id, "file": file.id, "said": file.description}
        for position, file in enumerate(attached)
    ]
    await tx.execute_many(
        """
        INSERT INTO revision_files (revision_id, position, post_id, file_id, description)
        VALUES (:id, :position, :post, :file, :said)
        """,
        rows,
    )


async def _forget_oldest(tx: Transaction, post_id: int) -> None:
    last = await tx.value(
        "SELECT id FROM revisions WHERE post_id = :post ORDER BY id DESC LIMIT 1 OFFSET :kept", post=post_id, kept=KEPT
    )
    if last is not None:
        await tx.execute(
            "DELETE FROM revision_files WHERE post_id = :post AND revision_id <= :last", post=post_id, last=last
        )
        await tx.execute("DELETE FROM revisions WHERE post_id = :post AND id <= :last", post=post_id, last=last)


async def of_post(tx: Transaction, post_id: int) -> list[Revision]:
    """The earlier texts of a post, the first one first."""
    found = await tx.all(
        Revision,
        """
        SELECT id, post_id, created_at, title, summary, content, sensitive, emojis, choices
        FROM   revisions
        WHERE  post_id = :post
        ORDER  BY id
        """,
        post=post_id,
    )
    attached = await _files(tx, post_id) if found else {}
    return [replace(each, files=tuple(attached.get(each.id, ()))) for each in found]


async def _files(tx: Transaction, post_id: int) -> dict[int, list[File]]:
    """The files of each revision of a post."""
    links = await tx.all(
        _Attached,
        """
        SELECT revision_id, file_id, description FROM revision_files
        WHERE  post_id = :post
        ORDER  BY revision_id, position
        """,
        post=post_id,
    )
    found = await files.by_ids(tx, [link.file_id for link in links])
    of_revisions: dict[int, list[File]] = {}
    for link in links:
        file = replace(found[link.file_id], description=link.description)
        of_revisions.setdefault(link.revision_id, []).append(file)
    return of_revisions

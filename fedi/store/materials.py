"""Materials: what a lesson plan or a worksheet says about itself; title, text and files stand on its post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from fedi.models.materials import Material
from fedi.store.database import Transaction
from fedi.store.rows import as_json

_NAMES = [field.name for field in fields(Material)]


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


async def insert(tx: Transaction, post_id: int, material: Material) -> None:
    """Make a post a material."""
    values = asdict(material) | {"classes": as_json(material.classes), "keywords": as_json(material.keywords)}
    await tx.execute(
        f"INSERT INTO materials (post_id, {', '.join(_NAMES)}) VALUES (:post_id, {', '.join(f':{n}' for n in _NAMES)})",
        post_id=post_id,
        **values,
    )
    await tx.execute_many(
        "INSERT INTO material_classes (class, post_id) VALUES (:class_, :post)",
        [{"class_": each, "post": post_id} for each in sorted(set(material.classes))],
    )


async def remove(tx: Transaction, post_id: int) -> None:
    """Forget what a post says as a material."""
    await tx.execute("DELETE FROM material_classes WHERE post_id = :post", post=post_id)
    await tx.execute("DELETE FROM materials WHERE post_id = :post", post=post_id)


async def of_posts(tx: Transaction, post_ids: Iterable[int]) -> dict[int, Material]:
    """The materials among these posts."""
    rows = await tx.all(
        _Row, f"SELECT post_id, {', '.join(_NAMES)} FROM materials WHERE post_id IN :ids*", ids=list(post_ids)
    )
    return {row.post_id: Material(*(getattr(row, name) for name in _NAMES)) for row in rows}

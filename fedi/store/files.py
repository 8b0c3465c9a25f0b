"""Files: what is known of each; the bytes lie in the school's storage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from fedi.models.files import File
from fedi.store.database import Transaction

COLUMNS = ", ".join(field.name for field in fields(File))
"""What a SELECT names to get a `File`."""


async def by_ids(tx: Transaction, file_ids: Iterable[int]) -> dict[int, File]:
    """The files by their ids; what does not exist is left out."""
    found = await tx.all(File, f"SELECT {COLUMNS} FROM files WHERE id IN :ids*", ids=list(set(file_ids)))
    return {file.id: file for file in found}

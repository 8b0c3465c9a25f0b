"""Files that peers announce: rows without bytes, until somebody asks for one."""

from __future__ import annotations

from fedi.models.files import RemoteFile
from fedi.store.database import Transaction
from fedi.store.rows import as_json


async def announce(tx: Transaction, owner_id: int, remote: RemoteFile) -> int:
    """The id of a file of this owner at this address; what is said of it now replaces what was said before."""
    known: int | None = await tx.value(
        "SELECT id FROM files WHERE owner_id = :owner AND remote_url = :url ORDER BY id LIMIT 1",
        owner=owner_id,
        url=remote.url,
    )
    if known is None:
        return await _insert(tx, owner_id, remote)
    await tx.execute("UPDATE files SET description = :text WHERE id = :id", text=remote.description, id=known)
    return known


async def _insert(tx: Transaction, owner_id: int, remote: RemoteFile) -> int:
    file_id = tx.new_id()
    await tx.execute(
        """
        INSERT INTO files (
            id, owner_id, kind, media_type, name, description, size, sha256, width, height, blurhash, focus,
            remote_url, created_at, used_at
        ) VALUES (
            :id, :owner, :kind, :media_type, :name, :description, :size, :sha256, :width, :height, :blurhash, :focus,
            :url, :now, :now
        )
        """,
        id=file_id,
        owner=owner_id,
        kind=remote.kind,
        media_type=remote.media_type,
        name=remote.name,
        description=remote.description,
        size=remote.size,
        sha256=remote.sha256,
        width=remote.width,
        height=remote.height,
        blurhash=remote.blurhash,
        focus=as_json(remote.focus) if remote.focus else None,
        url=remote.url,
        now=tx.now,
    )
    return file_id

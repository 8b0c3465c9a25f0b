"""Files that peers announce: rows without bytes, until somebody asks for one."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.models.files import FileKind, RemoteFile
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    sha256: str | None


async def announce(tx: Transaction, owner_id: int, remote: RemoteFile) -> int:
    """The id of a file of this owner at this address; what is said of it now replaces what was said before.

    If another digest is announced than before, the bytes that were fetched are forgotten, and fetched again when
    somebody asks for them.
    """
    known = await tx.one(
        _Known,
        "SELECT id, sha256 FROM files WHERE owner_id = :owner AND remote_url = :url ORDER BY id LIMIT 1",
        owner=owner_id,
        url=remote.url,
    )
    if known is None:
        return await add(tx, owner_id, remote)
    icon_id = await _icon(tx, owner_id, remote)
    await tx.execute(
        "UPDATE files SET description = :text, focus = :focus, icon_id = :icon WHERE id = :id",
        text=remote.description,
        focus=as_json(remote.focus) if remote.focus else None,
        icon=icon_id,
        id=known.id,
    )
    if known.sha256 != remote.sha256:
        await fetch_anew(tx, known.id, remote)
    return known.id


async def _icon(tx: Transaction, owner_id: int, remote: RemoteFile) -> int | None:
    """The picture that is shown of a file; a picture is small enough by itself."""
    if remote.icon_url is None or remote.kind is FileKind.IMAGE:
        return None
    return await announce(tx, owner_id, RemoteFile(remote.icon_url, FileKind.IMAGE, "", "", ""))


async def fetch_anew(tx: Transaction, file_id: int, remote: RemoteFile) -> None:
    """The bytes at the address of a file are others now: those that were fetched are forgotten."""
    await tx.execute(
        """
        UPDATE files
           SET kind = :kind, media_type = :media_type, name = :name, size = :size, sha256 = :sha256, width = :width,
               height = :height, duration_ms = :duration_ms, blurhash = :blurhash, focus = :focus,
               storage_key = NULL, preview_key = NULL
         WHERE id = :id
        """,
        id=file_id,
        **_announced(remote),
    )


async def add(tx: Transaction, owner_id: int, remote: RemoteFile) -> int:
    """The id of a new file of this owner, whatever else is known at its address."""
    file_id = tx.new_id()
    await tx.execute(
        """
        INSERT INTO files (
            id, owner_id, kind, media_type, name, description, size, sha256, width, height, duration_ms, blurhash,
            focus, remote_url, created_at, used_at, icon_id
        ) VALUES (
            :id, :owner, :kind, :media_type, :name, :description, :size, :sha256, :width, :height, :duration_ms,
            :blurhash, :focus, :url, :now, :now, :icon
        )
        """,
        id=file_id,
        owner=owner_id,
        **_announced(remote),
        description=remote.description,
        url=remote.url,
        now=tx.now,
        icon=await _icon(tx, owner_id, remote),
    )
    return file_id


def _announced(remote: RemoteFile) -> dict[str, object]:
    return {
        "kind": remote.kind,
        "media_type": remote.media_type,
        "name": remote.name,
        "size": remote.size,
        "sha256": remote.sha256,
        "width": remote.width,
        "height": remote.height,
        "duration_ms": remote.duration_ms,
        "blurhash": remote.blurhash,
        "focus": as_json(remote.focus) if remote.focus else None,
    }

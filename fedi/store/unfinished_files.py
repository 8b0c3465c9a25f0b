"""Film and sound that was sent, from the bytes as they came to a file that can be used, or cannot."""

from __future__ import annotations

from fedi.models.files import File, FileState, NewFile, RawFile
from fedi.store import files
from fedi.store.database import Transaction


async def insert(tx: Transaction, owner_id: int, raw: RawFile) -> File:
    """Keep what is still to be worked on."""
    file = File(
        id=tx.new_id(),
        owner_id=owner_id,
        kind=raw.kind,
        media_type=raw.media_type,
        name=raw.name,
        description=raw.description,
        size=None,
        sha256=None,
        width=None,
        height=None,
        duration_ms=None,
        blurhash=None,
        focus=None,
        remote_url=None,
        storage_key=None,
        preview_key=None,
        created_at=tx.now,
        used_at=tx.now,
        state=FileState.PROCESSING,
        raw_key=raw.raw_key,
    )
    await files.keep(tx, file)
    return file


async def finish(tx: Transaction, file_id: int, new: NewFile) -> bool:
    """It can be used now; a picture that its owner has given stays. False if the file is gone."""
    changed = await tx.execute(
        """
        UPDATE files
           SET kind = :kind, media_type = :media_type, name = :name, size = :size, sha256 = :sha256, width = :width,
               height = :height, duration_ms = :duration_ms, bit_rate = :bit_rate, frame_rate = :frame_rate,
               blurhash = coalesce(blurhash, :blurhash), preview_key = coalesce(preview_key, :preview_key),
               preview_width = coalesce(preview_width, :preview_width),
               preview_height = coalesce(preview_height, :preview_height),
               storage_key = :storage_key, raw_key = NULL, state = :ready
         WHERE id = :id AND state = :processing
        """,
        id=file_id,
        kind=new.kind,
        media_type=new.media_type,
        name=new.name,
        size=new.size,
        sha256=new.sha256,
        width=new.width,
        height=new.height,
        duration_ms=new.duration_ms,
        bit_rate=new.bit_rate,
        frame_rate=new.frame_rate,
        blurhash=new.blurhash,
        preview_key=new.preview_key,
        preview_width=new.preview_width,
        preview_height=new.preview_height,
        storage_key=new.storage_key,
        ready=FileState.READY,
        processing=FileState.PROCESSING,
    )
    return changed == 1


async def fail(tx: Transaction, file_id: int) -> None:
    """It cannot be used; its owner is told when she asks."""
    await tx.execute(
        "UPDATE files SET state = :failed, raw_key = NULL WHERE id = :id AND state = :processing",
        id=file_id,
        failed=FileState.FAILED,
        processing=FileState.PROCESSING,
    )


async def set_preview(tx: Transaction, file_id: int, picture: NewFile) -> None:
    """Another picture stands for the file from now on."""
    await tx.execute(
        """
        UPDATE files
           SET preview_key = :key, preview_width = :width, preview_height = :height, blurhash = :blurhash
         WHERE id = :id
        """,
        id=file_id,
        key=picture.preview_key,
        width=picture.preview_width,
        height=picture.preview_height,
        blurhash=picture.blurhash,
    )


async def any_of(tx: Transaction, owner_id: int, file_ids: list[int]) -> bool:
    """Whether one of these files, as far as they are the owner's, cannot be used, yet or ever."""
    found = await tx.value(
        "SELECT 1 FROM files WHERE id IN :ids* AND owner_id = :owner AND state <> :ready LIMIT 1",
        ids=file_ids,
        owner=owner_id,
        ready=FileState.READY,
    )
    return found is not None

"""Files: what is known of each; the bytes lie in the school's storage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

from fedi.models.actors import Actor
from fedi.models.files import File, NewFile
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json
from fedi.store.visibility import VISIBLE, as_seen_by

COLUMNS = ", ".join(field.name for field in fields(File))
"""What a SELECT names to get a `File`."""

_COLUMNS_OF_F = ", ".join(f"f.{field.name}" for field in fields(File))


async def by_ids(tx: Transaction, file_ids: Iterable[int]) -> dict[int, File]:
    """The files by their ids; what does not exist is left out."""
    found = await tx.all(File, f"SELECT {COLUMNS} FROM files WHERE id IN :ids*", ids=list(set(file_ids)))
    return {file.id: file for file in found}


async def by_id(tx: Transaction, file_id: int) -> File | None:
    """One file."""
    return await tx.one(File, f"SELECT {COLUMNS} FROM files WHERE id = :id", id=file_id)


async def insert(tx: Transaction, owner_id: int, new: NewFile) -> File:
    """Keep a file that was taken in here."""
    file = File(
        id=tx.new_id(),
        owner_id=owner_id,
        kind=new.kind,
        media_type=new.media_type,
        name=new.name,
        description=new.description,
        size=new.size,
        sha256=new.sha256,
        width=new.width,
        height=new.height,
        duration_ms=new.duration_ms,
        blurhash=new.blurhash,
        focus=None,
        remote_url=None,
        storage_key=new.storage_key,
        preview_key=new.preview_key,
        created_at=tx.now,
        used_at=tx.now,
        preview_width=new.preview_width,
        preview_height=new.preview_height,
        bit_rate=new.bit_rate,
        frame_rate=new.frame_rate,
    )
    await keep(tx, file)
    return file


async def keep(tx: Transaction, file: File) -> None:
    """Write the row of a file."""
    await tx.execute(
        """
        INSERT INTO files (id, owner_id, kind, media_type, name, description, size, sha256, width, height,
                           duration_ms, blurhash, focus, remote_url, storage_key, preview_key, created_at, used_at,
                           preview_width, preview_height, bit_rate, frame_rate, state, raw_key)
        VALUES (:id, :owner_id, :kind, :media_type, :name, :description, :size, :sha256, :width, :height,
                :duration_ms, :blurhash, :focus, :remote_url, :storage_key, :preview_key, :created_at, :used_at,
                :preview_width, :preview_height, :bit_rate, :frame_rate, :state, :raw_key)
        """,
        id=file.id,
        owner_id=file.owner_id,
        kind=file.kind,
        media_type=file.media_type,
        name=file.name,
        description=file.description,
        size=file.size,
        sha256=file.sha256,
        width=file.width,
        height=file.height,
        duration_ms=file.duration_ms,
        blurhash=file.blurhash,
        focus=as_json(file.focus) if file.focus else None,
        remote_url=file.remote_url,
        storage_key=file.storage_key,
        preview_key=file.preview_key,
        created_at=file.created_at,
        used_at=file.used_at,
        preview_width=file.preview_width,
        preview_height=file.preview_height,
        bit_rate=file.bit_rate,
        frame_rate=file.frame_rate,
        state=file.state,
        raw_key=file.raw_key,
    )


async def describe(tx: Transaction, file_id: int, description: str) -> None:
    """Say what is to be seen in a file, for those who cannot see it."""
    await tx.execute("UPDATE files SET description = :description WHERE id = :id", id=file_id, description=description)


async def set_focus(tx: Transaction, file_id: int, focus: tuple[float, float]) -> None:
    """Say which point of a picture has to stay in sight, from -1 to 1 across and up."""
    await tx.execute("UPDATE files SET focus = :focus WHERE id = :id", id=file_id, focus=as_json(focus))


async def is_attached(tx: Transaction, file_id: int) -> bool:
    """Whether a file hangs on a post, or on an earlier version of one."""
    found = await tx.value(
        """
        SELECT 1 FROM post_files WHERE file_id = :id
        UNION ALL
        SELECT 1 FROM revision_files WHERE file_id = :id
        LIMIT 1
        """,
        id=file_id,
    )
    return found is not None


async def cached(tx: Transaction, file_id: int, fetched: NewFile) -> File | None:
    """The bytes of a remote file have been fetched: what they are replaces what was announced. None if it is gone."""
    return await tx.one(
        File,
        f"""
        UPDATE files
           SET kind = :kind, media_type = :media_type, size = :size, storage_key = :storage_key,
               preview_key = :preview_key, width = coalesce(:width, width), height = coalesce(:height, height),
               preview_width = :preview_width, preview_height = :preview_height,
               blurhash = coalesce(:blurhash, blurhash), used_at = :now
         WHERE id = :id
     RETURNING {COLUMNS}
        """,
        id=file_id,
        kind=fetched.kind,
        media_type=fetched.media_type,
        size=fetched.size,
        storage_key=fetched.storage_key,
        preview_key=fetched.preview_key,
        width=fetched.width,
        height=fetched.height,
        preview_width=fetched.preview_width,
        preview_height=fetched.preview_height,
        blurhash=fetched.blurhash,
        now=tx.now,
    )


async def uncached(tx: Transaction, file_ids: list[int]) -> None:
    """The cached bytes of remote files were removed; they can be fetched again."""
    await tx.execute("UPDATE files SET storage_key = NULL, preview_key = NULL WHERE id IN :ids*", ids=file_ids)


async def seen_by(tx: Transaction, viewer: Actor | None, file_id: int) -> File | None:
    """The file, if `viewer` sees a post it belongs to, or owns it, or it is a picture of a profile.

    One statement, whatever keeps it from being there.
    """
    return await tx.one(
        File,
        f"""
        SELECT {_COLUMNS_OF_F} FROM files f JOIN actors o ON o.id = f.owner_id
         WHERE f.id = :id AND o.suspended_at IS NULL AND o.deleted_at IS NULL
           AND (
                   f.id IN (o.avatar_id, o.header_id)
                OR f.owner_id = CAST(:viewer AS $id)
                OR EXISTS (SELECT 1 FROM post_files JOIN posts p ON p.id = post_files.post_id
                            WHERE post_files.file_id = f.id AND {VISIBLE})
                OR EXISTS (SELECT 1 FROM revision_files JOIN posts p ON p.id = revision_files.post_id
                            WHERE revision_files.file_id = f.id AND {VISIBLE})
               )
        """,
        id=file_id,
        **as_seen_by(viewer),
    )


async def shown(tx: Transaction, file_id: int) -> File | None:
    """The file, unless its owner is gone."""
    return await tx.one(
        File,
        f"""
        SELECT {_COLUMNS_OF_F} FROM files f JOIN actors o ON o.id = f.owner_id
         WHERE f.id = :id AND o.suspended_at IS NULL AND o.deleted_at IS NULL
        """,
        id=file_id,
    )


async def used(tx: Transaction, file_id: int) -> None:
    """Somebody asked for a cached file."""
    await tx.execute("UPDATE files SET used_at = :now WHERE id = :id", id=file_id, now=tx.now)


async def cache_size(tx: Transaction) -> int:
    """The bytes of all cached remote files."""
    found: int = await tx.value(
        "SELECT coalesce(sum(size), 0) FROM files WHERE remote_url IS NOT NULL AND storage_key IS NOT NULL"
    )
    return found


async def least_used(tx: Transaction, limit: int) -> list[File]:
    """Cached remote files, those nobody has asked for longest first."""
    return await tx.all(
        File,
        f"""
        SELECT {COLUMNS} FROM files
         WHERE remote_url IS NOT NULL AND storage_key IS NOT NULL
         ORDER BY used_at
         LIMIT :limit
        """,
        limit=limit,
    )


async def orphans(tx: Transaction, older_than: int, limit: int, among: Sequence[int] | None = None) -> list[File]:
    """Files of no post, card, profile or other file that were not used since `older_than`, or are of somebody gone.

    They are looked for in all files, or `among` some.
    """
    return await tx.all(
        File,
        f"""
        SELECT {COLUMNS} FROM files
         WHERE NOT EXISTS (SELECT 1 FROM post_files WHERE post_files.file_id = files.id)
           AND NOT EXISTS (SELECT 1 FROM revision_files WHERE revision_files.file_id = files.id)
           AND NOT EXISTS (SELECT 1 FROM emojis WHERE emojis.file_id = files.id)
           AND NOT EXISTS (SELECT 1 FROM cards WHERE cards.picture_id = files.id)
           AND NOT EXISTS (SELECT 1 FROM files shown WHERE shown.icon_id = files.id)
           AND EXISTS (SELECT 1 FROM actors o
                        WHERE o.id = files.owner_id
                          AND (o.deleted_at IS NOT NULL
                               OR (files.created_at < :older_than AND files.used_at < :older_than
                                   AND files.id NOT IN (coalesce(o.avatar_id, 0), coalesce(o.header_id, 0)))))
           {"AND files.id IN :among*" if among is not None else ""}
         LIMIT :limit
        """,
        older_than=older_than,
        limit=limit,
        **({"among": list(among)} if among is not None else {}),
    )


async def unused(tx: Transaction, file_ids: Iterable[int]) -> list[File]:
    """Those of these files that are on no post, profile or card, in no history, and neither emoji nor icon."""
    return await tx.all(
        File,
        f"""
        SELECT {COLUMNS} FROM files
         WHERE files.id IN :ids*
           AND NOT EXISTS (SELECT 1 FROM post_files WHERE post_files.file_id = files.id)
           AND NOT EXISTS (SELECT 1 FROM revision_files WHERE revision_files.file_id = files.id)
           AND NOT EXISTS (SELECT 1 FROM emojis WHERE emojis.file_id = files.id)
           AND NOT EXISTS (SELECT 1 FROM cards WHERE cards.picture_id = files.id)
           AND NOT EXISTS (SELECT 1 FROM files shown WHERE shown.icon_id = files.id)
           AND NOT EXISTS (SELECT 1 FROM actors o WHERE o.avatar_id = files.id OR o.header_id = files.id)
        """,
        ids=list(file_ids),
    )


async def of_owner(tx: Transaction, owner_id: int) -> list[File]:
    """Everything an actor owns."""
    return await tx.all(File, f"SELECT {COLUMNS} FROM files WHERE owner_id = :owner", owner=owner_id)


async def delete(tx: Transaction, file_ids: list[int]) -> None:
    """Forget files that nothing refers to."""
    await tx.execute("DELETE FROM files WHERE id IN :ids*", ids=file_ids)


async def referenced_keys(tx: Transaction, keys: list[str]) -> set[str]:
    """Those of `keys` under which some file still has its bytes or its preview."""
    found = await tx.all(
        str,
        """
        SELECT storage_key FROM files WHERE storage_key IN :keys*
         UNION
        SELECT preview_key FROM files WHERE preview_key IN :keys*
         UNION
        SELECT raw_key FROM files WHERE raw_key IN :keys*
        """,
        keys=keys,
    )
    return set(found)

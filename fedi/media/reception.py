"""Takes files in: bounded while they are read, sniffed, hashed, pictures written anew, previews made."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import unicodedata
from pathlib import Path, PurePosixPath
from typing import Protocol

from fedi.errors import Invalid, TooLarge
from fedi.media import workbench
from fedi.media.storage import Storage
from fedi.media.types import PDF, Sniffed, sniff
from fedi.models.files import FileKind, NewFile
from fedi.workshop.orders import Made, Order

_CHUNK = 256 * 1024
_LONGEST_NAME = 120


class Upload(Protocol):
    """A file on its way in, as Starlette hands it to us."""

    filename: str | None

    async def read(self, size: int = -1) -> bytes: ...


async def receive(storage: Storage, upload: Upload, description: str = "") -> NewFile:
    """Take in an uploaded file. TooLarge or Invalid say what is wrong with it, and nothing of it is kept."""
    with storage.scratch() as scratch:
        await _copy(upload, scratch, storage.limits.file_bytes)
        return await take_in(storage, scratch, upload.filename or "", description)


async def receive_path(storage: Storage, source: Path, name: str = "", description: str = "") -> NewFile:
    """Take in a copy of a file on this machine; the rules are those of an upload."""
    with storage.scratch() as scratch:
        await asyncio.to_thread(_copy_path, source, scratch, storage.limits.file_bytes)
        return await take_in(storage, scratch, name or source.name, description)


async def _copy(upload: Upload, scratch: Path, limit: int) -> None:
    size = 0
    with scratch.open("wb") as file:
        while chunk := await upload.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            await asyncio.to_thread(file.write, chunk)


def _copy_path(source: Path, scratch: Path, limit: int) -> None:
    if source.stat().st_size > limit:
        raise _too_large(limit)
    shutil.copyfile(source, scratch)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The file is larger than {limit // (1024 * 1024)} MiB")


async def take_in(storage: Storage, scratch: Path, name: str, description: str = "") -> NewFile:
    """Take in a file that was written to a scratch path of the storage, where it may be changed."""
    sniffed = await asyncio.to_thread(_looked_at, scratch, name)
    with storage.scratch() as preview:
        made = await _prepare(storage, scratch, sniffed, preview)
        return await asyncio.to_thread(_kept, storage, scratch, preview, sniffed, made, _safe_name(name), description)


def _looked_at(scratch: Path, name: str) -> Sniffed:
    if scratch.stat().st_size == 0:
        raise Invalid("The file is empty", "file")
    return sniff(scratch, _safe_name(name))


async def _prepare(storage: Storage, scratch: Path, sniffed: Sniffed, preview: Path) -> Made | None:
    """Clean the file in place and write its preview, if it can have one."""
    if sniffed.kind is not FileKind.IMAGE and sniffed.media_type != PDF:
        return None
    with storage.scratch() as spare:
        order = Order(
            source=str(scratch),
            preview=str(preview),
            scratch=str(spare),
            media_type=sniffed.media_type,
            pixels=storage.limits.picture_pixels,
            file_bytes=storage.limits.file_bytes,
        )
        return await workbench.make(order)


def _kept(
    storage: Storage, scratch: Path, preview: Path, sniffed: Sniffed, made: Made | None, name: str, description: str
) -> NewFile:
    preview_key = storage.keep(preview, _sha256(preview), ".webp") if preview.stat().st_size else None
    size, digest = scratch.stat().st_size, _sha256(scratch)
    picture = made if sniffed.kind is FileKind.IMAGE else None
    return NewFile(
        kind=sniffed.kind,
        media_type=sniffed.media_type,
        name=name,
        size=size,
        sha256=digest,
        storage_key=storage.keep(scratch, digest),
        preview_key=preview_key,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        blurhash=made.blurhash if made else None,
        description=description,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, hashlib.sha256).hexdigest()


def _safe_name(name: str) -> str:
    """A file name that is one path component and one line, its ending kept."""
    base = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    clean = re.sub(r"[\x00-\x1f\x7f\"<>|:*?%\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", base).strip(" .")
    path = PurePosixPath(clean or "file")
    return path.stem[: _LONGEST_NAME - len(path.suffix)] + path.suffix[:20]

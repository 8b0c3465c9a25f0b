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
from fedi.media import documents, pictures
from fedi.media.pictures import Measured
from fedi.media.storage import Storage
from fedi.media.types import Sniffed, sniff
from fedi.models.files import FileKind, NewFile

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
    async with storage.workbench:
        return await asyncio.to_thread(_finish, storage, scratch, _safe_name(name), description)


def _finish(storage: Storage, scratch: Path, name: str, description: str) -> NewFile:
    if scratch.stat().st_size == 0:
        raise Invalid("The file is empty", "file")
    sniffed = sniff(scratch, name)
    with storage.scratch() as preview:
        measured = _prepare(storage, scratch, sniffed, preview)
        preview_key = storage.keep(preview, _sha256(preview), ".webp") if preview.stat().st_size else None
    size, digest = scratch.stat().st_size, _sha256(scratch)
    return NewFile(
        kind=sniffed.kind,
        media_type=sniffed.media_type,
        name=name,
        size=size,
        sha256=digest,
        storage_key=storage.keep(scratch, digest),
        preview_key=preview_key,
        width=measured.width if measured and sniffed.kind is FileKind.IMAGE else None,
        height=measured.height if measured and sniffed.kind is FileKind.IMAGE else None,
        blurhash=measured.blurhash if measured else None,
        description=description,
    )


def _prepare(storage: Storage, scratch: Path, sniffed: Sniffed, preview: Path) -> Measured | None:
    """Clean the file in place and write its preview, if it can have one."""
    if sniffed.kind is FileKind.IMAGE:
        return _rewrite(storage, scratch, sniffed.media_type, preview)
    if sniffed.media_type == "application/pdf":
        return documents.first_page(scratch, preview)
    return None


def _rewrite(storage: Storage, scratch: Path, media_type: str, preview: Path) -> Measured:
    with storage.scratch() as clean:
        measured = pictures.rewrite(scratch, media_type, clean, storage.limits.picture_pixels)
        pictures.preview(clean, preview, storage.limits.picture_pixels)
        clean.replace(scratch)
    return measured


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, hashlib.sha256).hexdigest()


def _safe_name(name: str) -> str:
    """A file name that is one path component and one line, its ending kept."""
    base = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    clean = re.sub(r"[\x00-\x1f\x7f\"<>|:*?%\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", base).strip(" .")
    path = PurePosixPath(clean or "file")
    return path.stem[: _LONGEST_NAME - len(path.suffix)] + path.suffix[:20]

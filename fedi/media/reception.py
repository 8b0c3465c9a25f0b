"""Takes files in: bounded while they are read, sniffed, hashed, pictures written anew, previews made."""

from __future__ import annotations

import asyncio
import hashlib
import re
import shutil
import unicodedata
from dataclasses import replace
from enum import IntEnum
from pathlib import Path, PurePosixPath
from typing import Protocol

from fedi.errors import Invalid, TooLarge
from fedi.media import boxes, workbench
from fedi.media.films import FILM_PIXELS, FRAME_RATE, most_bytes, programs
from fedi.media.storage import Storage
from fedi.media.types import GIF, PDF, Sniffed, is_closed_photograph, kind_of, sniff
from fedi.media.workbench import Place
from fedi.models.files import FileKind, NewFile, RawFile
from fedi.workshop.orders import Made, Order

_CHUNK = 256 * 1024
_LONGEST_NAME = 120
_ENDINGS = {
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "audio/webm": ".weba",
    "audio/mpeg": ".mp3",
    "audio/flac": ".flac",
    "audio/wav": ".wav",
    "audio/aac": ".aac",
}


class Upload(Protocol):
    """A file on its way in, as Starlette hands it to us."""

    filename: str | None

    async def read(self, size: int = -1) -> bytes: ...


class Films(IntEnum):
    """How much is done for film and sound, in seconds of CPU: what is on a profile or comes from a peer stays as it is,
    and who waits for an answer gives up some day.
    """

    LEAVE = 0
    BRIEFLY = 45
    THOROUGHLY = 900


_PLACES = {Films.LEAVE: Place.PICTURE, Films.BRIEFLY: Place.FILM, Films.THOROUGHLY: Place.LATER}


async def receive(storage: Storage, upload: Upload, description: str = "", films: Films = Films.LEAVE) -> NewFile:
    """Take in an uploaded file. TooLarge or Invalid say what is wrong with it, and nothing of it is kept."""
    with storage.scratch() as scratch:
        await _copy(upload, scratch, storage.limits.file_bytes)
        return await take_in(storage, scratch, upload.filename or "", description, films)


async def receive_for_later(storage: Storage, upload: Upload, description: str = "") -> NewFile | RawFile:
    """The same, but what takes long is only looked at, and kept as it came: `finish` goes on with it."""
    with storage.scratch() as scratch:
        await _copy(upload, scratch, storage.limits.file_bytes)
        sniffed = await asyncio.to_thread(_looked_at, scratch, upload.filename or "")
        if programs() is None or not _takes_long(sniffed):
            return await take_in(storage, scratch, upload.filename or "", description, Films.BRIEFLY)
        key = await asyncio.to_thread(lambda: storage.keep(scratch, _sha256(scratch), ".raw"))
        return RawFile(sniffed.kind, sniffed.media_type, _safe_name(upload.filename or ""), key, description)


async def finish(storage: Storage, raw_key: str, name: str) -> NewFile:
    """Take in what `receive_for_later` has kept; Invalid if it cannot be used."""
    with storage.scratch() as scratch:
        await asyncio.to_thread(shutil.copyfile, storage.path(raw_key), scratch)
        return await take_in(storage, scratch, name, films=Films.THOROUGHLY)


def _takes_long(sniffed: Sniffed) -> bool:
    return sniffed.kind in (FileKind.VIDEO, FileKind.AUDIO) or sniffed.media_type == GIF


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
    await asyncio.to_thread(_require_open, scratch)


def _copy_path(source: Path, scratch: Path, limit: int) -> None:
    if source.stat().st_size > limit:
        raise _too_large(limit)
    shutil.copyfile(source, scratch)
    _require_open(scratch)


def _require_open(scratch: Path) -> None:
    if is_closed_photograph(scratch):
        raise Invalid("A picture of this kind keeps where it was taken, and cannot be cleaned: send a JPEG", "file")


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The file is larger than {limit // (1024 * 1024)} MiB")


async def take_in(
    storage: Storage, scratch: Path, name: str, description: str = "", films: Films = Films.LEAVE
) -> NewFile:
    """Take in a file that was written to a scratch path of the storage, where it may be changed."""
    sniffed = await asyncio.to_thread(_looked_at, scratch, name)
    with storage.scratch() as preview:
        made = await _prepare(storage, scratch, sniffed, preview, films)
        kept = await asyncio.to_thread(_kept, storage, scratch, preview, sniffed, made)
    return replace(kept, name=_named(_safe_name(name), made), description=description)


def _looked_at(scratch: Path, name: str) -> Sniffed:
    if scratch.stat().st_size == 0:
        raise Invalid("The file is empty", "file")
    return sniff(scratch, _safe_name(name))


async def _prepare(storage: Storage, scratch: Path, sniffed: Sniffed, preview: Path, films: Films) -> Made | None:
    """Clean the file in place and write its preview, if it can have one."""
    if sniffed.kind in (FileKind.VIDEO, FileKind.AUDIO):
        if films is Films.LEAVE:
            return None
        if (most := most_bytes(storage.limits)) < await asyncio.to_thread(lambda: scratch.stat().st_size):
            raise _too_large(most)
        if programs() is None:
            await asyncio.to_thread(_forget_words, scratch, sniffed)
            return None
    elif sniffed.kind is not FileKind.IMAGE and sniffed.media_type != PDF:
        return None
    with storage.scratch() as spare:
        order = _order(storage, sniffed, films, scratch, preview, spare)
        return await workbench.make(order, _PLACES[films] if order.ffmpeg else Place.PICTURE)


def _forget_words(scratch: Path, sniffed: Sniffed) -> None:
    if sniffed.media_type in boxes.FILES:
        boxes.forget(scratch)


def _order(storage: Storage, sniffed: Sniffed, films: Films, scratch: Path, preview: Path, spare: Path) -> Order:
    order = Order(
        source=str(scratch),
        preview=str(preview),
        scratch=str(spare),
        media_type=sniffed.media_type,
        pixels=storage.limits.picture_pixels,
        file_bytes=storage.limits.file_bytes,
    )
    found = programs()
    if not found or films is Films.LEAVE or not _takes_long(sniffed):
        return order
    return replace(
        order,
        cpu_s=int(films),
        film_pixels=FILM_PIXELS,
        frame_rate=FRAME_RATE,
        ffmpeg=found.ffmpeg,
        ffprobe=found.ffprobe,
    )


def _kept(storage: Storage, scratch: Path, preview: Path, sniffed: Sniffed, made: Made | None) -> NewFile:
    preview_key = storage.keep(preview, _sha256(preview), ".webp") if preview.stat().st_size else None
    size, digest = scratch.stat().st_size, _sha256(scratch)
    made = made or Made()
    media_type = made.media_type or sniffed.media_type
    return NewFile(
        kind=FileKind.GIFV if sniffed.media_type == GIF and media_type != GIF else kind_of(media_type),
        media_type=media_type,
        name="",
        size=size,
        sha256=digest,
        storage_key=storage.keep(scratch, digest),
        preview_key=preview_key,
        width=made.width,
        height=made.height,
        blurhash=made.blurhash,
        preview_width=made.preview_width,
        preview_height=made.preview_height,
        duration_ms=made.duration_ms,
        bit_rate=made.bit_rate,
        frame_rate=made.frame_rate,
    )


def _named(name: str, made: Made | None) -> str:
    """What was converted has another ending."""
    ending = _ENDINGS.get(made.media_type or "") if made is not None else None
    return str(PurePosixPath(name).with_suffix(ending)) if ending else name


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, hashlib.sha256).hexdigest()


def _safe_name(name: str) -> str:
    """A file name that is one path component and one line, its ending kept."""
    base = unicodedata.normalize("NFC", PurePosixPath(name.replace("\\", "/")).name)
    clean = re.sub(r"[\x00-\x1f\x7f\"<>|:*?%\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", base).strip(" .")
    path = PurePosixPath(clean or "file")
    return path.stem[: _LONGEST_NAME - len(path.suffix)] + path.suffix[:20]

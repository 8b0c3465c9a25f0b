"""MediaAttachment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fedi.config import School
from fedi.models.files import File, FileKind, FileState
from fedi.render import file_path, preview_path

Json = dict[str, Any]

_TYPES = {
    FileKind.IMAGE: "image",
    FileKind.GIFV: "gifv",
    FileKind.VIDEO: "video",
    FileKind.AUDIO: "audio",
    FileKind.DOCUMENT: "unknown",
}
_PREVIEW_SIDE = 640
DOCUMENT = "/static/document.png"
"""The picture of a document that has none: programs show a gap where they have no picture, or take the file for one."""


KeyOf = Callable[[int], str]
"""Gives the key that opens a file to whoever has its address."""


def attachment(school: School, file: File, key_of: KeyOf | None) -> Json:
    """A file of a post, or one that waits to be put on one. Remote files are reached through our own origin too.

    Files that not everybody may have need `key_of`: programs load them without saying who they are.
    """
    return {
        "id": str(file.id),
        "type": _TYPES[file.kind],
        "url": address(school, file, key_of) if file.state is FileState.READY else None,
        "preview_url": _preview(school, file, key_of),
        "remote_url": file.remote_url,
        "preview_remote_url": None,
        "text_url": None,
        "meta": _meta(file),
        "description": file.description or _name_of_document(file),
        "blurhash": file.blurhash,
    }


def address(school: School, file: File, key_of: KeyOf | None) -> str:
    """Where a file is."""
    return _keyed(school, file, file_path(file), key_of)


def _preview(school: School, file: File, key_of: KeyOf | None) -> str | None:
    if file.has_preview:
        return _keyed(school, file, preview_path(file.id), key_of)
    return f"{school.base_url}{DOCUMENT}" if file.kind is FileKind.DOCUMENT else None


def _keyed(school: School, file: File, path: str, key_of: KeyOf | None) -> str:
    return f"{school.base_url}{path}" + (f"?key={key_of(file.id)}" if key_of else "")


def _name_of_document(file: File) -> str | None:
    # Clients show nothing else of a file that they cannot draw.
    return file.name or None if file.kind is FileKind.DOCUMENT else None


def _meta(file: File) -> Json:
    """Measures twice, as Mastodon has them: of the original and of the preview, and of film and sound beside them."""
    meta: Json = {}
    original = _original(file)
    if original:
        meta["original"] = original
    if (small := _small(file)) is not None:
        meta["small"] = _measures(*small)
    if file.duration_ms:
        meta |= _of_film(file)
    if file.focus:
        meta["focus"] = {"x": file.focus[0], "y": file.focus[1]}
    return meta


def _original(file: File) -> Json:
    found: Json = _measures(file.width, file.height) if file.width and file.height else {}
    told = {
        "frame_rate": file.frame_rate,
        "duration": file.duration_ms / 1000 if file.duration_ms else None,
        "bitrate": file.bit_rate,
    }
    return found | {name: value for name, value in told.items() if value is not None}


def _small(file: File) -> tuple[int, int] | None:
    if file.preview_width and file.preview_height:
        return file.preview_width, file.preview_height
    if file.kind is not FileKind.IMAGE or not (file.width and file.height):
        return None
    scale = min(1.0, _PREVIEW_SIDE / max(file.width, file.height))
    return max(1, round(file.width * scale)), max(1, round(file.height * scale))


def _of_film(file: File) -> Json:
    seconds = (file.duration_ms or 0) / 1000
    length = f"{int(seconds // 3600)}:{int(seconds // 60) % 60:02}:{seconds % 60:05.2f}"
    found: Json = {"length": length, "duration": seconds}
    if file.frame_rate:
        over, _, under = file.frame_rate.partition("/")
        found["fps"] = round(int(over) / int(under or 1))
    return found | (_measures(file.width, file.height) if file.width and file.height else {})


def _measures(width: int, height: int) -> Json:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}

"""MediaAttachment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fedi.config import School
from fedi.models.files import File, FileKind
from fedi.render import file_path, preview_path

Json = dict[str, Any]

_TYPES = {FileKind.IMAGE: "image", FileKind.VIDEO: "video", FileKind.AUDIO: "audio", FileKind.DOCUMENT: "unknown"}
_PREVIEW_SIDE = 640


KeyOf = Callable[[int], str]
"""Gives the key that opens a file to whoever has its address."""


def attachment(school: School, file: File, key_of: KeyOf | None) -> Json:
    """A file of a post, or one that waits to be put on one. Remote files are reached through our own origin too.

    Files that not everybody may have need `key_of`: programs load them without saying who they are.
    """
    has_preview = file.preview_key or _has_remote_preview(file)
    return {
        "id": str(file.id),
        "type": _TYPES[file.kind],
        "url": address(school, file, key_of),
        "preview_url": _keyed(school, file, preview_path(file.id), key_of) if has_preview else None,
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


def _keyed(school: School, file: File, path: str, key_of: KeyOf | None) -> str:
    return f"{school.base_url}{path}" + (f"?key={key_of(file.id)}" if key_of else "")


def _has_remote_preview(file: File) -> bool:
    """A picture that is not here yet gets its preview when somebody asks for it."""
    return file.remote_url is not None and file.kind is FileKind.IMAGE


def _name_of_document(file: File) -> str | None:
    # Clients show nothing else of a file that they cannot draw.
    return file.name or None if file.kind is FileKind.DOCUMENT else None


def _meta(file: File) -> Json:
    meta: Json = {}
    if file.width and file.height:
        meta["original"] = _measures(file.width, file.height)
        scale = min(1.0, _PREVIEW_SIDE / max(file.width, file.height))
        meta["small"] = _measures(max(1, round(file.width * scale)), max(1, round(file.height * scale)))
    if file.duration_ms:
        meta.setdefault("original", {})["duration"] = file.duration_ms / 1000
    if file.focus:
        meta["focus"] = {"x": file.focus[0], "y": file.focus[1]}
    return meta


def _measures(width: int, height: int) -> Json:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}

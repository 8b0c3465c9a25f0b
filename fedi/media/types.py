"""What a file really is, by its own bytes; and how each type may be served.

The list is fixed and holds nothing that a browser runs or that could be taken for an ActivityPub document: no JSON, no
HTML, no SVG. What is not on it is served as bytes to be saved.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

import filetype

from fedi.models.files import FileKind

UNKNOWN = "application/octet-stream"

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
SOUND = ("audio/mpeg", "audio/ogg", "audio/flac", "audio/wav", "audio/mp4", "audio/aac", "audio/webm")
FILM = ("video/mp4", "video/webm", "video/ogg", "video/quicktime")
PDF = "application/pdf"
GIF = "image/gif"
_INLINE = frozenset({*PICTURES, *SOUND, *FILM, PDF})

# What filetype calls them, and what the rest of the world does.
_ALIASES = {
    "audio/x-wav": "audio/wav",
    "audio/x-flac": "audio/flac",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "image/apng": "image/png",
    "video/x-m4v": "video/mp4",
}

# HEIF and its kin by their brands; TIFF, which raw photographs are as well; JPEG 2000, XL and XR.
_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
_PHOTOGRAPHS = (
    b"II*\0",
    b"MM\0*",
    b"\0\0\0\x0cjP  ",
    b"\0\0\0\x0cJXL ",
    b"\xff\x0a",
    b"II\xbc\x01",
)

# Containers (zip, OLE) and text show their kind by name only; that may choose a program, never what a browser does.
_BY_NAME = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".epub": "application/epub+zip",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".zip": "application/zip",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".rtf": "application/rtf",
}
_ZIP = frozenset(
    {
        "application/zip",
        "application/epub+zip",
        *(value for key, value in _BY_NAME.items() if key in {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"}),
    }
)
_OLE = frozenset({"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"})
_TEXT = frozenset({"text/plain", "text/csv", "application/rtf"})
SERVED = _INLINE | _ZIP | _OLE | _TEXT
# An MP4 by another name, as telephones film it; filetype looks for its mark at the wrong place.
_3GP_MAGIC = b"ftyp3g"
_ZIP_MAGIC = b"PK\x03\x04"
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD_BYTES = 8192


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the bytes say: a media type of the fixed list, and how it is shown."""

    media_type: str
    kind: FileKind


def sniff(path: Path, name: str) -> Sniffed:
    """What the file at `path`, called `name` by whoever sent it, really is."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    media_type = _of_bytes(head, PurePath(name).suffix.lower())
    return Sniffed(media_type, kind_of(media_type))


def _of_bytes(head: bytes, suffix: str) -> str:
    named = _BY_NAME.get(suffix, UNKNOWN)
    if head.startswith(_ZIP_MAGIC):
        return named if named in _ZIP else "application/zip"
    if head.startswith(_OLE_MAGIC):
        return named if named in _OLE else UNKNOWN
    if head[4:].startswith(_3GP_MAGIC):
        return "video/mp4"
    guessed = filetype.guess_mime(head)
    if guessed is not None:
        known = _ALIASES.get(guessed, guessed)
        return known if known in SERVED else UNKNOWN
    return named if named in _TEXT and b"\0" not in head else UNKNOWN


def is_closed_photograph(path: Path) -> bool:
    """Whether it is a picture as cameras and telephones write it that we cannot write anew: it would keep in itself
    where it was taken, wherever it goes.
    """
    with path.open("rb") as file:
        head = file.read(12)
    return head.startswith(_PHOTOGRAPHS) or (head[4:8] == b"ftyp" and head[8:12] in _BRANDS)


def kind_of(media_type: str) -> FileKind:
    """How a media type is shown; everything but pictures, sound and film is a document."""
    if media_type in PICTURES:
        return FileKind.IMAGE
    if media_type in SOUND:
        return FileKind.AUDIO
    return FileKind.VIDEO if media_type in FILM else FileKind.DOCUMENT


def served_as(media_type: str) -> str:
    """The Content-Type a file of this kind is sent with."""
    return media_type if media_type in SERVED else UNKNOWN


def inline(media_type: str) -> bool:
    """Whether a browser may show it; everything else is a download."""
    return media_type in _INLINE

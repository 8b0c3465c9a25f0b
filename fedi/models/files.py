"""Files: pictures, documents, sound and film that belong to posts and people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """How a file is shown; a DOCUMENT is offered for download. A GIFV is a film without sound that was a GIF."""

    IMAGE = "image"
    GIFV = "gifv"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"


class FileState(StrEnum):
    """Whether a file can be used: one that was just sent may still be worked on, or have turned out to be unusable."""

    READY = "ready"
    PROCESSING = "processing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class File:
    """One file.

    `storage_key` is where its bytes lie in the school's storage, None while a remote file has not been fetched;
    `preview_key` a WebP picture of it. `sha256` is hexadecimal; `description` is for those who cannot see it. `used_at`
    is when somebody last asked for a cached file, to the hour. `bit_rate` is in bits a second, `frame_rate` a fraction;
    `raw_key` is where the bytes lie as they were sent, while they are worked on. `icon_id` is the picture that another
    server shows of it.
    """

    id: int
    owner_id: int
    kind: FileKind
    media_type: str
    name: str
    description: str
    size: int | None
    sha256: str | None
    width: int | None
    height: int | None
    duration_ms: int | None
    blurhash: str | None
    focus: tuple[float, float] | None
    remote_url: str | None
    storage_key: str | None
    preview_key: str | None
    created_at: int
    used_at: int = 0
    preview_width: int | None = None
    preview_height: int | None = None
    bit_rate: int | None = None
    frame_rate: str | None = None
    state: FileState = FileState.READY
    raw_key: str | None = None
    icon_id: int | None = None

    @property
    def has_preview(self) -> bool:
        """Whether a small picture of it is to be had: it is here, or is fetched when somebody asks for it."""
        is_remote_picture = self.remote_url is not None and self.kind is FileKind.IMAGE
        return self.preview_key is not None or self.icon_id is not None or is_remote_picture

    @property
    def keys(self) -> tuple[str, ...]:
        """Where whatever there is of it lies in the storage."""
        return tuple(key for key in (self.storage_key, self.preview_key, self.raw_key) if key)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """An attachment as a peer announces it: nothing in it is trusted until the bytes have been fetched."""

    url: str
    kind: FileKind
    media_type: str
    name: str
    description: str
    size: int | None = None
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    blurhash: str | None = None
    focus: tuple[float, float] | None = None
    icon_url: str | None = None


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that was taken in: sniffed, hashed, cleaned, and lying in the school's storage. Sizes in bytes."""

    kind: FileKind
    media_type: str
    name: str
    size: int
    sha256: str
    storage_key: str
    preview_key: str | None = None
    width: int | None = None
    height: int | None = None
    blurhash: str | None = None
    description: str = ""
    preview_width: int | None = None
    preview_height: int | None = None
    duration_ms: int | None = None
    bit_rate: int | None = None
    frame_rate: str | None = None


@dataclass(frozen=True, slots=True)
class RawFile:
    """Film or sound that was sent, and lies in the storage as it came, to be worked on."""

    kind: FileKind
    media_type: str
    name: str
    raw_key: str
    description: str = ""

"""Which films and sounds are taken, and whether this machine can work on them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cache

from fedi.config import MEBIBYTE, Limits

FILM_PIXELS = 3840 * 2160
FRAME_RATE = 120
UNSEEN_BYTES = 16 * MEBIBYTE
"""The most that is taken of film and sound where there is no ffmpeg: nothing looks into it then."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Where ffmpeg and ffprobe are."""

    ffmpeg: str
    ffprobe: str


@cache
def programs() -> Programs | None:
    """The programs of this machine; None if it has none. Looked for once: who installs them starts the server anew."""
    ffmpeg, ffprobe = shutil.which("ffmpeg"), shutil.which("ffprobe")
    return Programs(ffmpeg, ffprobe) if ffmpeg and ffprobe else None


def most_bytes(limits: Limits) -> int:
    """The largest film or sound that is taken."""
    return limits.file_bytes if programs() else min(limits.file_bytes, UNSEEN_BYTES)

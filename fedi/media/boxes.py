"""Where there is no ffmpeg: what a phone wrote into an MP4 or MOV about its owner and her place is made unreadable.

Such a file is a tree of boxes (ISO/IEC 14496-12, 4.2). Those that hold words are renamed to `free`, which every player
skips, and their content is cleared; nothing moves, so nothing else has to be understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

FILES = frozenset({"video/mp4", "video/quicktime", "audio/mp4"})
_TREES = frozenset({b"moov", b"trak", b"moof", b"traf"})
_WORDS = frozenset({b"udta", b"meta", b"uuid"})
_MOST_BOXES, _DEPTH = 10_000, 4
_CLEARED = 64 * 1024


def forget(path: Path) -> None:
    """Clear the words of a film in place; what is not built as it should be is left as it is from there on."""
    with path.open("r+b") as file:
        boxes = _boxes(file, 0, path.stat().st_size)
        for _, (start, head, end) in zip(range(_MOST_BOXES), boxes, strict=False):
            file.seek(start + 4)
            file.write(b"free")
            file.seek(start + head)
            for at in range(start + head, end, _CLEARED):
                file.write(bytes(min(_CLEARED, end - at)))


def _boxes(file: BinaryIO, start: int, end: int, depth: int = 0) -> Iterator[tuple[int, int, int]]:
    """The boxes that hold words: where each begins, how long its head is, and where it ends."""
    while end - start >= 8:
        file.seek(start)
        header = file.read(16)
        size, kind, head = int.from_bytes(header[:4]), header[4:8], 8
        if size == 1:
            size, head = int.from_bytes(header[8:16]), 16
        elif size == 0:
            size = end - start
        if size < head or size > end - start:
            return
        if kind in _WORDS:
            yield start, head, start + size
        elif kind in _TREES and depth < _DEPTH:
            yield from _boxes(file, start + head, start + size, depth + 1)
        start += size

"""Where the bytes of a school lie: a local folder, each file named by the hash of what it holds."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fedi.config import InstanceConfig, Limits


class Storage:
    """The files of one school. A key is made of a hash, so a file is never overwritten by another."""

    def __init__(self, config: InstanceConfig) -> None:
        self.limits: Limits = config.school.limits
        self._folder = config.media_folder
        # Pictures and PDFs take much memory while they are worked on: two at a time, however many teachers upload.
        self.workbench = asyncio.Semaphore(2)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A path for a file in the making; what is not kept by then is removed."""
        waiting = self._folder / "incoming"
        waiting.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=waiting)
        os.close(handle)
        path = Path(name)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def keep(self, scratch: Path, sha256: str, suffix: str = "") -> str:
        """Move a finished file into place and on to the disk; its key."""
        key = f"{sha256[:2]}/{sha256[2:]}{suffix}"
        place = self.path(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("rb") as file:
            os.fsync(file.fileno())
        scratch.replace(place)
        return key

    def path(self, key: str) -> Path:
        """Where the bytes of `key` lie."""
        return self._folder / key

    def size(self) -> int:
        """The bytes of all files together."""
        return sum(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())

    def erase(self, key: str) -> None:
        """Remove a file nobody refers to any more."""
        self.path(key).unlink(missing_ok=True)

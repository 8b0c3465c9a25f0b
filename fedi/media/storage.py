"""Where the bytes of a school lie: a local folder of files that never change and belong to one row each."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fedi.config import InstanceConfig, Limits


class Storage:
    """The files of one school.

    A key is made of the hash of what it holds, and of chance: the same worksheet taken in twice lies here twice, so
    that erasing the one cannot race with taking in the other.
    """

    def __init__(self, config: InstanceConfig) -> None:
        self.limits: Limits = config.school.limits
        self._folder = config.media_folder.absolute()

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
        key = f"{sha256[:2]}/{sha256[2:]}.{secrets.token_hex(4)}{suffix}"
        place = self.path(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("rb") as file:
            os.fsync(file.fileno())
        scratch.replace(place)
        return key

    def path(self, key: str) -> Path:
        """Where the bytes of `key` lie."""
        return self._folder / key

    def erase(self, key: str) -> None:
        """Remove a file nobody refers to any more."""
        self.path(key).unlink(missing_ok=True)

    def older_than(self, moment: float) -> Iterator[str]:
        """The keys of everything that was last written before `moment` (seconds), what a crash left unfinished too."""
        for path in self._folder.rglob("*"):
            # Another process may be erasing beside us.
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime < moment:
                    yield str(path.relative_to(self._folder))

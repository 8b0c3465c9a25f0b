"""Where tests put their files: in memory, if this machine has room there."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""What a run writes at most, several times over."""


def use_memory() -> None:
    """Make temporary files in memory from now on, in child processes too, unless TMPDIR says where to.

    The suite makes and erases some hundred thousand files (900 are a database of PostgreSQL), which costs a disk more
    than all the rest costs the processor.
    """
    if "TMPDIR" not in os.environ and _has_room(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _has_room(folder: Path) -> bool:
    """Whether programs can be written there and run."""
    if not os.access(folder, os.W_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(folder).free > ROOM

"""What one piece of work may cost the machine, kept by its kernel."""

from __future__ import annotations

import os
import resource
from contextlib import suppress

_OPEN_FILES = 64
_NICENESS = 10


def keep_to(cpu_s: int, file_bytes: int, memory: int) -> None:
    """Bound this process, and whatever it starts, from now on; sizes in bytes.

    Whoever answers requests goes first on the processor.
    """
    os.nice(_NICENESS)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))
    with suppress(ValueError):  # macOS knows this limit, and takes no number for it
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

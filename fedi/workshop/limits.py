"""What one piece of work may cost the machine, kept by its kernel."""

from __future__ import annotations

import os
import resource
from contextlib import suppress

_MEMORY_BYTES = 512 * 2**20
_BYTES_A_PIXEL = 16
"""A picture is four bytes a pixel, and stands in memory up to three times while it is turned and converted."""

_OPEN_FILES = 64
_NICENESS = 10


def keep_to(cpu_s: int, file_bytes: int, pixels: int) -> None:
    """Bound this process, and whatever it starts, from now on. Whoever answers requests goes first on the processor."""
    os.nice(_NICENESS)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))
    with suppress(ValueError):  # macOS knows this limit, and takes no number for it
        memory = _MEMORY_BYTES + _BYTES_A_PIXEL * pixels
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

"""File descriptors: a school that is open holds about five, so a process raises its limit once, at its start."""

from __future__ import annotations

import resource


def raise_limit() -> int:
    """Raise the soft limit of open files to the hard one; gives the limit that now holds."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft == hard:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard

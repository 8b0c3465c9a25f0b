"""How long somebody waits after too many wrong passwords: longer each time, never for good.

An account gets few tries, since there is one person behind it; an address many, since a whole school may share one.
"""

from __future__ import annotations

FREE_FOR_ACCOUNT = 5
FREE_FOR_ADDRESS = 50
LONGEST_PAUSE_MS = 15 * 60_000
"""An attacker must not be able to shut a teacher out of her account for longer than that."""

_FIRST_PAUSE_MS = 2_000


def pause_ms(failures: int, free: int) -> int:
    """Milliseconds until the next try, after `failures` of which the first `free` cost nothing."""
    over = failures - free
    if over < 0:
        return 0
    return min(LONGEST_PAUSE_MS, _FIRST_PAUSE_MS << min(over, 20))

"""How often somebody has called the API of one school lately: what is counted here is forgotten at a restart.

Each process counts for itself: these numbers keep a client that has gone wild from the others, they guard no secret.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

_SUBJECTS = 10_000


@dataclass(frozen=True, slots=True)
class Budget:
    """So many calls of a kind in so many milliseconds."""

    name: str
    calls: int
    window_ms: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left of a budget until `resets_at` (milliseconds); `over`: this call is one too many."""

    budget: Budget
    remaining: int
    resets_at: int
    over: bool


class Rates:
    """Calls by kind and by who made them, in windows that begin at whole multiples of their length."""

    def __init__(self) -> None:
        self._counted: OrderedDict[tuple[str, int | str], tuple[int, int]] = OrderedDict()

    def spend(self, budget: Budget, subject: int | str, now: int) -> Spent:
        """Count a call that `subject` makes at `now`."""
        key, window = (budget.name, subject), now // budget.window_ms
        began, calls = self._counted.get(key, (window, 0))
        calls = calls + 1 if began == window else 1
        self._counted[key] = (window, calls)
        self._counted.move_to_end(key)
        if len(self._counted) > _SUBJECTS:
            self._counted.popitem(last=False)
        left = budget.calls - calls
        return Spent(budget, max(0, left), (window + 1) * budget.window_ms, left < 0)

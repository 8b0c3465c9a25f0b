"""Pages of lists that sort by id, newest first."""

from __future__ import annotations

from dataclasses import dataclass

NEWEST = 2**63 - 1
OLDEST = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: older than `before`, and newer than `after`; both are ids and not part of the page.

    With `after`, the page is the one right above that id; without it, the newest one. Both are told newest first.
    """

    limit: int = 20
    before: int | None = None
    after: int | None = None

    @property
    def below(self) -> int:
        return NEWEST if self.before is None else self.before

    @property
    def above(self) -> int:
        return OLDEST if self.after is None else self.after

    @property
    def upwards(self) -> bool:
        """Whether the rows next to `after` are wanted, so that the search goes from old to new."""
        return self.after is not None

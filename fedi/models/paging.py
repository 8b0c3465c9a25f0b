"""Pages of lists that sort by id, newest first."""

from __future__ import annotations

from dataclasses import dataclass

NEWEST = 2**63 - 1
OLDEST = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: older than `before`, and newer than `after` or `since`; ids that are not part of the page.

    With `after`, the page is the one right above that id; without it, the newest one, which `since` cuts off below.
    Both are told newest first.
    """

    limit: int = 20
    before: int | None = None
    after: int | None = None
    since: int | None = None

    @property
    def below(self) -> int:
        return NEWEST if self.before is None else self.before

    @property
    def above(self) -> int:
        edge = self.since if self.after is None else self.after
        return OLDEST if edge is None else edge

    @property
    def upwards(self) -> bool:
        """Whether the rows next to `after` are wanted, so that the search goes from old to new."""
        return self.after is not None


@dataclass(frozen=True, slots=True)
class Sieve:
    """What a reader wants of a timeline; hashtags in their folded form."""

    local: bool = False
    remote: bool = False
    only_media: bool = False
    no_replies: bool = False
    no_boosts: bool = False
    any_tags: tuple[str, ...] = ()
    all_tags: tuple[str, ...] = ()
    no_tags: tuple[str, ...] = ()

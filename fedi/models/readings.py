"""What is read from other servers because somebody here looks at it, and when that was last done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_LONGEST_MS = 10 * 60_000


class ReadingKind(StrEnum):
    """The rest of a thread, the history of a profile, the counts of a poll, who of ours follows an actor."""

    THREAD = "thread"
    PROFILE = "profile"
    POLL = "poll"
    FOLLOWERS = "followers"


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading; `ref_id` is the id of the thread, the actor or the post. `found`: how many posts it has brought."""

    kind: ReadingKind
    ref_id: int
    asked_at: int
    finished_at: int | None
    found: int

    def running(self, now: int) -> bool:
        """Whether more may come of it soon; what has not ended after ten minutes never will."""
        return self.finished_at is None and now - self.asked_at < _LONGEST_MS

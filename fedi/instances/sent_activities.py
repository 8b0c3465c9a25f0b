"""What a school has lately been sending: an activity goes to hundreds of inboxes in a second, and is read once."""

from __future__ import annotations

from collections import OrderedDict

from fedi.models.activities import SentActivity
from fedi.store import activities
from fedi.store.database import Database

_KEPT = 64


class SentActivities:
    """A bounded memory. What was sent never changes, so nothing in it grows old."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, SentActivity] = OrderedDict()

    async def find(self, db: Database, activity_id: int) -> SentActivity | None:
        """The activity with our number; None if the school has erased it."""
        known = self._known.get(activity_id) or await db.read(activities.by_id, activity_id)
        if known is not None:
            self._known[activity_id] = known
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return known

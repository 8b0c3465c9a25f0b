"""Entities of the API that one school has lately shown, as JSON: a home is read far more often than a post changes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

from fedi.policies.filters import FilteredText, Filters

V = TypeVar("V")

_KEPT = 2_000
"""About 2 KB each."""

_FILTERS_KEPT = 500


class Kept(Generic[V]):
    """A bounded memory by id; each entry is good for one version of its thing."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[int, tuple[object, V]] = OrderedDict()

    def find(self, key: int, version: object) -> V | None:
        """What was kept of this version. Changes nothing, so that units of work may ask, on whatever thread."""
        version_kept, value = self._kept.get(key, (None, None))
        return value if version_kept == version else None

    def keep(self, key: int, version: object, value: V) -> None:
        """Keep this version, and no other."""
        self._kept[key] = (version, value)
        self._kept.move_to_end(key)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, key: int) -> None:
        """Something changed that no version tells."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """... and of how many things nobody knows."""
        self._kept.clear()


class Rendered:
    """Posts and people of one school, each without what depends on who looks; the texts of posts as filters look at
    them, and the filters of those who have some, by their accounts.
    """

    def __init__(self) -> None:
        self.posts: Kept[bytes] = Kept()
        self.people: Kept[bytes] = Kept()
        self.texts: Kept[FilteredText] = Kept()
        self.filters: Kept[Filters] = Kept(_FILTERS_KEPT)

    def clear(self) -> None:
        """Another process has written: it may have changed what no version tells."""
        for kept in (self.posts, self.people, self.texts, self.filters):
            kept.clear()

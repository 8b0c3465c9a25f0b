"""Pieces of pages that one school has lately shown, so that a list of posts is not rendered anew for each reader."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from markupsafe import Markup

_KEPT = 2_000
"""About 1.5 KB each."""


class Fragments:
    """A bounded memory; a key says everything its fragment depends on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Markup] = OrderedDict()

    def find(self, key: tuple[object, ...], make: Callable[[], Markup]) -> Markup:
        """The fragment of `key`, made now if it is not kept."""
        made = self._kept.get(key)
        if made is None:
            made = self._kept[key] = make()
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return made

    def clear(self) -> None:
        """Something changed that no key tells."""
        self._kept.clear()

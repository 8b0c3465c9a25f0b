"""A memory that forgets the oldest: what strangers can make us remember has an end."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

V = TypeVar("V")


class Bounded(OrderedDict[str, V]):
    """A dictionary of at most so many entries; each is as old as the time it was last set."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: str, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        if len(self) > self._most:
            self.popitem(last=False)

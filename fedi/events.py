"""The hub that streams, push and the worker listen to; it is fed after a commit, on the event loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

Listener = Callable[[int | str], object]
"""Is told the reference of one announcement; it returns at once and does not raise."""


class Hub:
    """Announcements of one school, by topic. Nothing is kept: who does not listen hears nothing."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)

    def publish(self, topic: str, ref: int | str) -> None:
        """Tell everybody who listens to `topic`."""
        for listener in tuple(self._listeners.get(topic, ())):
            listener(ref)

    def subscribe(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Listen to `topic`; what is returned ends it."""
        self._listeners[topic].append(listener)
        return lambda: self._forget(topic, listener)

    def _forget(self, topic: str, listener: Listener) -> None:
        remaining = self._listeners[topic]
        if listener in remaining:
            remaining.remove(listener)
        if not remaining:
            del self._listeners[topic]

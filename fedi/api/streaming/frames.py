"""One event as readers get it, made once for all of them: for a WebSocket (13.4), and for a stream of events (13.8)."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from fedi.instances.streams import Label, Reader

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Message:
    """An event: its name, and its payload as text, which is JSON or the id of what is gone; None if it has none."""

    event: str
    payload: str | None = None
    _frames: dict[Label, str] = field(default_factory=dict)

    def send(self, reader: Reader, label: Label) -> None:
        """Have a reader sent this, who calls the channel by this label; a stream of events names no channel."""
        if label not in self._frames:
            self._frames[label] = self._frame(label) if label else self._lines()
        reader.push(self._frames[label])

    def _frame(self, label: Label) -> str:
        frame = {"stream": list(label), "event": self.event}
        return _encode(frame if self.payload is None else {**frame, "payload": self.payload}).decode()

    def _lines(self) -> str:
        # Without data no browser hands an event on; this is the word that Mastodon's clients know.
        return f"event: {self.event}\ndata: {'undefined' if self.payload is None else self.payload}\n\n"

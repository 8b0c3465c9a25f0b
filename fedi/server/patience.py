"""How long a visitor may take: who sends a byte a minute, or never reads, holds a connection for a while and no more.

uvicorn waits for ever for the head of a first request, for the rest of a body, and for a reader. Whoever opens
connections and says nothing would take all of them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.types import Message
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits of one connection, and how many there may be; times in seconds.

    A body comes with at least `body_pace` bytes a second, looked at every `look_s`; a reader who has taken nothing for
    `stalled_s` is left. A message on a WebSocket may come in so many `pieces`, and so many messages at once.
    """

    head_s: float = 10
    head_bytes: int = 64 * 1024
    look_s: float = 15
    body_pace: int = 1024
    stalled_s: float = 60
    pieces: int = 64
    connections: int = 2_000


class PatientProtocol(HttpToolsProtocol):
    """One connection, as uvicorn handles it, with an end to waiting."""

    patience: ClassVar[Patience] = Patience()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._in_head = True
        self._received = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.patience.connections:
            transport.abort()
            return
        self._wait(self.patience.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        if self._stalled is not None:
            self._stalled.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        # What comes after this head is counted with it: only whoever sends everything at once meets the limit early.
        if self._in_head and self._received > self.patience.head_bytes + len(data):
            self.transport.abort()
            return
        super().data_received(data)
        cycle: RequestResponseCycle | None = self.cycle
        if self._waiting is None and cycle is not None and cycle.response_complete:
            # Empty lines between two requests begin nothing, and yet have ended uvicorn's wait for the next one.
            self._wait(self.patience.head_s)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._received = True, 0
        if self._waiting is None:
            self._wait(self.patience.head_s)

    def on_headers_complete(self) -> None:
        self._in_head, self._received = False, 0
        self._stop_waiting()
        self._look_again()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stop_waiting()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(self.patience.stalled_s, self.transport.abort)

    def resume_writing(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
        super().resume_writing()

    def _look_again(self) -> None:
        self._received = 0
        self._waiting = self.loop.call_later(self.patience.look_s, self._look)

    def _look(self) -> None:
        # Where we read slowly ourselves, nobody else is to blame.
        if not self.flow.read_paused and self._received < self.patience.look_s * self.patience.body_pace:
            self.transport.abort()
            return
        self._look_again()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class PatientSocket(WebSocketsSansIOProtocol):
    """The same for a WebSocket: nobody is listened to who does not read, and hanging up has an end."""

    patience: ClassVar[Patience] = Patience()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stalled: asyncio.TimerHandle | None = None
        self._leaving: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._stalled, self._leaving):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= self.patience.pieces:
            self.transport.abort()
            return
        super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        # Reading stops after a message until it is understood; what came with it has been read already.
        if self.queue.qsize() >= self.patience.pieces:
            self.transport.abort()
            return
        super().send_receive_event_to_app()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(self.patience.stalled_s, self.transport.abort)
        # Each ping of a client is answered: one who sends them and reads nothing would fill the memory.
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()
        super().resume_writing()

    async def send(self, message: Message) -> None:  # type: ignore[override]
        await super().send(message)  # type: ignore[arg-type]
        if self.close_sent:
            self._leave()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._leave()

    def _leave(self) -> None:
        """Whoever does not take the last that is said to it is left all the same."""
        if self._leaving is None:
            self._leaving = self.loop.call_later(self.patience.stalled_s, self.transport.abort)

"""Open streams of one school: who listens to what, and the one task that tells them what has happened.

A reader who takes nothing away is left, not waited for: what is kept for it is bounded, and it comes again.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context
from dataclasses import dataclass

import structlog

from fedi.errors import TooManyRequests
from fedi.events import Hub
from fedi.store import tokens
from fedi.store.database import Database

log = structlog.get_logger("fedi.streams")

WAITING, WAITING_BYTES = 200, 256 * 1024
"""How many frames, and how much of them, may wait for one reader."""

CHANNELS = 100
"""How many channels one stream carries."""

OF_TOKEN, OF_ACCOUNT, OF_ADDRESS = 20, 50, 1_200
"""How many streams may be open. A whole school may share one address."""

OF_PROCESS = 1_500
"""The same for all schools of a process: connections are left for everybody else (`server.patience`)."""

CHECK_S = 60
"""How often the tokens behind open streams are looked at again: a command or another process may have ended them
while nobody here heard of it.
"""

SIGNED_OUT, STOPPED, TOO_SLOW = 1008, 1001, 1013
"""Why a stream has ended, as a WebSocket says it (RFC 6455, 7.4)."""

_HAPPENED = 10_000
_TRY_AGAIN_S = 60
_OF_EVERYBODY = ("posts", "edits", "deletions", "open_deletions")
_OF_ONE = ("home", "notifications", "notifications_merged", "filters_changed", "conversations")

Label = tuple[str, ...]
"""What frames call a channel; empty where they do not name it."""

News = tuple[str, int | str]
"""A topic of the hub, and what it is about."""

Tell = Callable[[list[News]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Channel:
    """The name of a stream, and which one of that name: an account's, a list, a hashtag, or the only one."""

    name: str
    which: str = ""


class Reader:
    """One open stream: what it listens to, and what waits to be sent."""

    __slots__ = ("_awake", "_bytes", "_waiting", "account_id", "address", "channels", "ended", "notified", "token_id")

    def __init__(self, token_id: int, account_id: int, address: str, *, notified: bool) -> None:
        """`notified`: its token may read notifications."""
        self.token_id = token_id
        self.account_id = account_id
        self.address = address
        self.notified = notified
        self.channels: set[Channel] = set()
        self.ended: int | None = None
        self._waiting: deque[str] = deque()
        self._bytes = 0
        self._awake = asyncio.Event()

    def push(self, text: str) -> None:
        """Have a text sent; whoever does not read is given up."""
        if self.ended is not None:
            return
        if self._waiting and (len(self._waiting) >= WAITING or self._bytes + len(text) > WAITING_BYTES):
            self.end(TOO_SLOW)
            return
        self._waiting.append(text)
        self._bytes += len(text)
        self._awake.set()

    def end(self, reason: int) -> None:
        """Nothing more is sent, not even what waits."""
        if self.ended is None:
            self.ended = reason
        self._waiting.clear()
        self._awake.set()

    async def next(self) -> str | None:
        """What is to be sent next; None at the end."""
        while not self._waiting and self.ended is None:
            self._awake.clear()
            await self._awake.wait()
        if self.ended is not None:
            return None
        text = self._waiting.popleft()
        self._bytes -= len(text)
        return text


class Room:
    """How many streams a process holds."""

    def __init__(self, most: int = OF_PROCESS) -> None:
        self.left = most


class Streams:
    """The open streams of a school. It listens to the hub only while there are some."""

    def __init__(self, hub: Hub, db: Database, room: Room) -> None:
        self._hub = hub
        self._db = db
        self._room = room
        self._readers: set[Reader] = set()
        self._counted: Counter[tuple[str, int | str]] = Counter()
        self._channels: defaultdict[str, dict[str, dict[Reader, Label]]] = defaultdict(dict)
        self._listening: dict[str, Callable[[], None]] = {}
        self._happened: deque[News] = deque(maxlen=_HAPPENED)
        self._awake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def __len__(self) -> int:
        return len(self._readers)

    # --- opening and closing ------------------------------------------------------------------------

    def open(self, reader: Reader, tell: Tell) -> None:
        """Begin a stream; TooManyRequests if its token, person or address, or this process, has enough.

        `tell` is handed what has happened, in order, and turns it into what readers are sent.
        """
        bounds = zip(_counts(reader), (OF_TOKEN, OF_ACCOUNT, OF_ADDRESS), strict=True)
        if self._room.left <= 0 or any(self._counted[key] >= most for key, most in bounds):
            raise TooManyRequests("Too many streams are open", _TRY_AGAIN_S)
        self._room.left -= 1
        self._readers.add(reader)
        self._counted.update(_counts(reader))
        self._hear_all(reader.account_id)
        if not self._tasks:
            loop = asyncio.get_running_loop()
            # Whoever came first lends them nothing of hers: neither her language nor the number of her request.
            self._tasks = [loop.create_task(work, context=Context()) for work in (self._run(tell), self._watch())]

    def close(self, reader: Reader) -> None:
        """A stream has ended; again changes nothing."""
        reader.end(STOPPED)
        if reader not in self._readers:
            return
        for channel in tuple(reader.channels):
            self.unsubscribe(reader, channel)
        self._room.left += 1
        self._readers.discard(reader)
        for key in _counts(reader):
            self._counted[key] -= 1
            if not self._counted[key]:
                del self._counted[key]
        if not self._counted["account", reader.account_id]:
            self._stop_hearing(*(f"{each}:{reader.account_id}" for each in _OF_ONE))
        if not self._readers:
            self.stop()

    def stop(self) -> None:
        """Everything ends, and nothing of the hub is listened to."""
        for reader in self._readers:
            reader.end(STOPPED)
        self._stop_hearing(*self._listening)
        self._happened.clear()
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    async def check(self) -> None:
        """End the streams whose tokens open nothing any more."""
        if self._readers:
            good = await self._db.read(tokens.good, {reader.token_id for reader in self._readers})
            self._end(lambda reader: reader.token_id not in good)

    async def check_one(self, reader: Reader) -> None:
        """The same of one stream that has just begun: its token may have ended while it was looked at."""
        if reader.token_id not in await self._db.read(tokens.good, [reader.token_id]):
            reader.end(SIGNED_OUT)

    def _end(self, which: Callable[[Reader], bool]) -> None:
        for reader in self._readers:
            if which(reader):
                reader.end(SIGNED_OUT)

    # --- channels -----------------------------------------------------------------------------------

    def subscribe(self, reader: Reader, channel: Channel, label: Label) -> None:
        """Have a stream listen to a channel, once; TooManyRequests if it listens to too many."""
        if channel in reader.channels:
            return
        if len(reader.channels) >= CHANNELS:
            raise TooManyRequests("Too many channels", _TRY_AGAIN_S)
        reader.channels.add(channel)
        self._channels[channel.name].setdefault(channel.which, {})[reader] = label
        if channel.name == "list":
            self._hear(f"list:{channel.which}")

    def unsubscribe(self, reader: Reader, channel: Channel) -> None:
        """The reverse; of what it does not listen to, nothing."""
        if channel not in reader.channels:
            return
        reader.channels.discard(channel)
        of_name = self._channels[channel.name]
        del of_name[channel.which][reader]
        if not of_name[channel.which]:
            del of_name[channel.which]
            self._stop_hearing(f"list:{channel.which}" if channel.name == "list" else "")

    def readers(self, name: str) -> Mapping[str, Mapping[Reader, Label]]:
        """Who listens to the channels of a name, by which one it is; it changes while the event loop runs."""
        return self._channels[name]

    # --- hearing ------------------------------------------------------------------------------------

    def _hear_all(self, account_id: int) -> None:
        for topic in (*_OF_EVERYBODY, *(f"{each}:{account_id}" for each in _OF_ONE)):
            self._hear(topic)
        self._listen("tokens", lambda ended: self._end(lambda reader: reader.token_id == int(ended)))
        self._listen("sessions", lambda ended: self._end(lambda reader: reader.account_id == int(ended)))

    def _hear(self, topic: str) -> None:
        self._listen(topic, lambda ref: self._note(topic, ref))

    def _listen(self, topic: str, listener: Callable[[int | str], object]) -> None:
        if topic not in self._listening:
            self._listening[topic] = self._hub.subscribe(topic, listener)

    def _stop_hearing(self, *topics: str) -> None:
        for topic in topics:
            self._listening.pop(topic, lambda: None)()

    def _note(self, topic: str, ref: int | str) -> None:
        self._happened.append((topic, ref))
        self._awake.set()

    async def _run(self, tell: Tell) -> None:
        while True:
            await self._awake.wait()
            self._awake.clear()
            happened = list(self._happened)
            self._happened.clear()
            await tell(happened)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK_S)
            try:
                await self.check()
            except Exception:
                # A database that is away for a moment is looked at a minute later.
                log.exception("the tokens behind streams could not be looked at")


def _counts(reader: Reader) -> list[tuple[str, int | str]]:
    return [("token", reader.token_id), ("account", reader.account_id), ("address", reader.address)]


def accounts(readers: Mapping[str, Mapping[Reader, Label]]) -> set[int]:
    """Whose streams these are."""
    return {reader.account_id for listening in readers.values() for reader in listening}

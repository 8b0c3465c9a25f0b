"""Files of peers that one school is fetching right now, and those it could not have a moment ago.

Bounded, for anybody may ask for what a peer has announced; and one fetch a file, however many ask for it at once.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

from fedi.models.files import File

_AT_ONCE = 8
_FAILURES = 2_000
_FAILED_MS = 10 * 60_000


class FileFetches:
    """The fetches of one school. Belongs to the event loop of its instance."""

    def __init__(self) -> None:
        self._under_way: dict[int, asyncio.Task[File]] = {}
        self._failed: OrderedDict[int, int] = OrderedDict()
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def once(self, file_id: int, fetch: Callable[[], Coroutine[Any, Any, File]]) -> File:
        """What `fetch` returns or raises; whoever asks while it is under way waits for the same.

        It goes on when those who asked have left: the next one finds the file here.
        """
        task = self._under_way.get(file_id)
        if task is None:
            task = self._under_way[file_id] = asyncio.create_task(self._run(fetch))
            task.add_done_callback(lambda done: self._ended(file_id, done))
        return await asyncio.shield(task)

    async def _run(self, fetch: Callable[[], Coroutine[Any, Any, File]]) -> File:
        async with self._room:
            return await fetch()

    def _ended(self, file_id: int, task: asyncio.Task[File]) -> None:
        del self._under_way[file_id]
        if not task.cancelled():
            task.exception()  # seen, even if nobody is left who asked

    def failed_lately(self, file_id: int, now: int) -> bool:
        """Whether this file could not be had within the last ten minutes; `now` in milliseconds."""
        return self._failed.get(file_id, 0) > now

    def note_failure(self, file_id: int, now: int) -> None:
        """The file could not be had: its server is left in peace for ten minutes."""
        self._failed[file_id] = now + _FAILED_MS
        self._failed.move_to_end(file_id)
        while len(self._failed) > _FAILURES:
            self._failed.popitem(last=False)

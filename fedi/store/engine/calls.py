"""Calls of `read` and `write` on their way to SQLite's threads, and the lanes in which they wait for a connection."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context, copy_context
from typing import Any, Protocol

from fedi.errors import Unavailable
from fedi.store.database import Publish
from fedi.store.engine.transaction import Transaction

# How often, in seconds, a running connection is looked at for a deadline that has passed.
TICK = 0.05


class UnitSuspended(RuntimeError):
    """A unit of work awaited something other than its transaction."""


class Call:
    """One unit of work, its caller's context, and what came of it.

    It is begun and driven on the connection's thread, made and settled on the event loop.
    """

    __slots__ = ("announcements", "args", "begun", "context", "deadline", "error", "future", "result", "unit")

    def __init__(
        self, unit: Callable[..., Coroutine[Any, Any, Any]], args: tuple[Any, ...], deadline: float | None
    ) -> None:
        self.unit = unit
        self.args = args
        self.deadline = deadline
        self.context: Context = copy_context()
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.begun = False
        self.result: Any = None
        self.error: BaseException | None = None
        self.announcements: list[tuple[str, int | str]] = []

    def begin(self) -> bool:
        """Whether to run it: not if the caller gave up before it was begun; after that, always."""
        if not self.begun and self.future.cancelled():
            return False
        self.begun = True
        return True

    def drive(self, tx: Transaction) -> None:
        """Run the unit to its end and keep what came of it, whatever that is. Never raises."""
        try:
            self.result = self.context.run(self._finish, tx)
            self.error = tx.failure
            self.announcements = tx.announcements
        except BaseException as error:  # noqa: BLE001  a CancelledError or SystemExit is the caller's, not this thread's
            self.error = error

    def _finish(self, tx: Transaction) -> Any:
        coroutine = self.unit(tx, *self.args)
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value
        coroutine.close()
        raise UnitSuspended(f"{self.unit.__qualname__} awaited something other than its transaction")

    def settle(self, publish: Publish) -> None:
        """Publish what the unit announced, then give its caller the result."""
        loop = self.future.get_loop()
        if self.error is None and self.announcements:
            loop.call_soon(_publish_all, publish, self.announcements)
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


def _publish_all(publish: Publish, announcements: list[tuple[str, int | str]]) -> None:
    for topic, ref in announcements:
        publish(topic, ref)


class Worker(Protocol):
    """A connection that carries calls out on its own thread."""

    async def carry_out(self, calls: list[Call]) -> None: ...

    def interrupt_overdue(self) -> None: ...

    async def close(self) -> None: ...


class Lane:
    """Calls waiting for one of a few connections, which are opened when they are first needed."""

    def __init__(self, connect: Callable[[], Awaitable[Worker]], publish: Publish, *, width: int, batch: int) -> None:
        self._connect = connect
        self._publish = publish
        self._unopened = width
        self._batch = batch
        self._waiting: deque[Call] = deque()
        self._idle: list[Worker] = []
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    def submit(self, call: Call) -> asyncio.Future[Any]:
        """Put a call in the queue; its future is done after its COMMIT."""
        if self._closed:
            raise Unavailable("The database is closed")
        self._waiting.append(call)
        if self._idle or self._unopened:
            self._start()
        return call.future

    async def drain(self) -> None:
        """Carry out what waits."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        """Carry out what waits, then close the connections."""
        await self.drain()
        self._closed = True
        for worker in self._idle:
            await worker.close()
        self._idle.clear()

    def _start(self) -> None:
        worker = self._idle.pop() if self._idle else None
        self._unopened -= worker is None
        task = asyncio.get_running_loop().create_task(self._empty(worker))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _empty(self, worker: Worker | None) -> None:
        """Carry out what waits, a batch at a time, until nothing does."""
        if worker is None:
            worker = await self._opened()
        while worker and self._waiting:
            calls = [self._waiting.popleft() for _ in range(min(self._batch, len(self._waiting)))]
            await self._carry_out(worker, calls)
        if worker:
            self._idle.append(worker)

    async def _opened(self) -> Worker | None:
        try:
            return await self._connect()
        except Exception as error:  # noqa: BLE001  it is raised in every caller
            self._unopened += 1
            self._fail(list(self._waiting), error)
            self._waiting.clear()
            return None

    async def _carry_out(self, worker: Worker, calls: list[Call]) -> None:
        watch = _Watch(worker)
        try:
            await worker.carry_out(calls)
        except Exception as error:  # noqa: BLE001  it is raised in every caller
            self._fail(calls, error)
        else:
            for call in calls:
                call.settle(self._publish)
        finally:
            watch.stop()

    def _fail(self, calls: list[Call], error: Exception) -> None:
        for call in calls:
            call.error = error
            call.settle(self._publish)


class _Watch:
    """Looks at a running connection every TICK: SQLite forgets an interrupt that comes between two statements."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._loop = asyncio.get_running_loop()
        self._timer = self._loop.call_later(TICK, self._look)

    def _look(self) -> None:
        self._worker.interrupt_overdue()
        self._timer = self._loop.call_later(TICK, self._look)

    def stop(self) -> None:
        self._timer.cancel()

"""Sends requests that were written beforehand over a few kept connections, at as little CPU of its own as can be."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Outcome:
    """The status and the seconds of every request, in the order in which they were answered."""

    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


async def send_all(port: int, requests: Sequence[bytes], connections: int) -> Outcome:
    """Send the requests, each connection one after the other, and read every answer."""
    outcome, waiting = Outcome(), iter(requests)

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            started = time.perf_counter()
            writer.write(request)
            outcome.statuses.append(await read_answer(reader))
            outcome.seconds.append(time.perf_counter() - started)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(connection() for _ in range(connections)))
    return outcome


async def read_answer(reader: asyncio.StreamReader) -> int:
    """Read one answer with a Content-Length, or chunked, to its end; its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if b"transfer-encoding: chunked" in head:
        while (size := int((await reader.readuntil(b"\r\n")).strip(), 16)) > 0:
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    elif b"content-length:" in head:
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
    return status

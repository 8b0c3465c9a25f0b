"""`memory`: what one school takes in one process, idle and after an hour's work in a minute. Target: 90 and 200 MiB."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bench import inbox, peers, school
from bench.load import send_all
from bench.process import free_port, serving
from fedi.instances import Instance

_PAGES = ("/", "/library", "/about", "/@teacher0")


def run(n: int | None = None) -> dict[str, object]:
    """Load the school with `n` deliveries (3,000) and as many pages."""
    with school.folder() as folder:
        return _measure(folder, n or 3_000)


def _measure(folder: Path, n: int) -> dict[str, object]:
    port = free_port()
    settings = school.create(folder, port)
    senders = peers.invent(inbox.HOSTS, inbox.ACTORS)

    async def fill(instance: Instance) -> None:
        teachers = await school.add_teachers(instance, inbox.FOLLOWERS)
        await school.follow_all(instance, teachers, await school.know(instance, senders))

    school.prepare(settings, fill)
    with serving(folder, port) as server:
        asyncio.run(send_all(port, [_get("/", port)], 1))  # opens the school
        idle = server.memory_mib()
        inbox.deliver(settings, port, [inbox.request(senders[i % len(senders)], i, port) for i in range(n)], 0)
        asyncio.run(send_all(port, [_get(_PAGES[i % len(_PAGES)], port) for i in range(n)], inbox.CONNECTIONS))
        return {"n": n, "idle_mib": round(idle, 1), "loaded_mib": round(server.memory_mib(), 1)}


def _get(path: str, port: int) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {school.HOST}:{port}\r\n\r\n".encode()

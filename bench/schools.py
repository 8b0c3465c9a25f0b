"""`schools`: two hundred schools in one process. Target: under 300 MiB idle, file descriptors bounded."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bench import school
from bench.load import send_all
from bench.process import free_port, serving
from fedi.instances import Instance


def run(n: int | None = None) -> dict[str, object]:
    """Serve `n` schools (200)."""
    with school.folder() as folder:
        return _measure(folder, n or 200)


def _measure(folder: Path, n: int) -> dict[str, object]:
    port = free_port()
    names = [f"school{number}.localhost" for number in range(n)]
    for name in names:
        school.prepare(school.create(folder, port, name), _nothing)
    with serving(folder, port) as server:
        started = server.memory_mib()
        outcome = asyncio.run(send_all(port, [_front_page(name, port) for name in names], 4))
        open_mib, descriptors = server.memory_mib(), server.descriptors()
        refused = sum(status != 200 for status in outcome.statuses)
        asyncio.run(send_all(port, [_front_page(name, port) for name in names] * 5, 8))
        return {
            "n": n,
            "started_mib": round(started, 1),
            "idle_mib": round(open_mib, 1),
            "loaded_mib": round(server.memory_mib(), 1),
            "descriptors": descriptors,
            "refused": refused,
        }


async def _nothing(instance: Instance) -> None:
    """A school is complete when it has been opened once."""


def _front_page(name: str, port: int) -> bytes:
    return f"GET / HTTP/1.1\r\nHost: {name}:{port}\r\n\r\n".encode()

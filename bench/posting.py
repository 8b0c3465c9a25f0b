"""`posting`: how long a teacher with 500 remote followers waits for the answer to a post. Target: 15 ms (p50).

Her followers are on as many hosts, behind TLS, and answer at once. Each post waits until that before it is delivered;
those of `burst` do not, and stand beside the deliveries of the post before.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from bench import authority, school
from bench.fanout import follower, sink
from bench.figures import milliseconds, percentile
from bench.home import authorize
from bench.load import read_answer
from bench.process import Server, free_port, serving
from fedi.config import InstanceConfig
from fedi.instances import Instance

POSTS = 40
HOSTS = 500
_PATIENCE_S = 60
_BURST = 5


def run(n: int | None = None) -> dict[str, object]:
    """Write `n` posts (40)."""
    with school.folder() as folder:
        return _measure(folder, n or POSTS)


def _measure(folder: Path, n: int) -> dict[str, object]:
    port, sink_port = free_port(), free_port()
    names = [f"peer{number}.localhost" for number in range(HOSTS)]
    authority.write(folder, names)
    settings = school.create(folder, port, ca_file=folder / "ca.pem")
    headers: list[str] = []

    async def fill(instance: Instance) -> None:
        authors = await school.add_teachers(instance, 2)
        followers = [await instance.db.write(follower, f"{name}:{sink_port}") for name in names]
        await school.follow_all(instance, followers, authors[:1])
        headers.extend([await instance.db.write(authorize, each, ("read", "write")) for each in authors])

    school.prepare(settings, fill)
    with sink(folder, sink_port), serving(folder, port) as server:
        for header in headers:
            _write(settings, server, header, 2)
        cpu = server.cpu_s()
        alone = _write(settings, server, headers[1], n)
        alone_cpu = server.cpu_s() - cpu
        followed = _write(settings, server, headers[0], n)
        burst = asyncio.run(_posts(port, headers[0], _BURST))
    return {
        "n": n,
        "p50_ms": milliseconds(percentile(followed, 0.5)),
        "p90_ms": milliseconds(percentile(followed, 0.9)),
        "max_ms": milliseconds(max(followed)),
        "burst_p50_ms": milliseconds(percentile(burst, 0.5)),
        "no_followers_p50_ms": milliseconds(percentile(alone, 0.5)),
        "no_followers_cpu_us": round(alone_cpu / n * 1e6),
    }


def _write(settings: InstanceConfig, server: Server, header: str, n: int) -> list[float]:
    """Seconds of each of `n` answers; nothing waits to be delivered when the next post is written."""
    seconds: list[float] = []
    for _ in range(n):
        seconds += asyncio.run(_posts(server.port, header, 1))
        _wait_until_sent(settings)
    return seconds


def _wait_until_sent(settings: InstanceConfig) -> None:
    until = time.monotonic() + _PATIENCE_S
    while school.query(settings, "SELECT count(*) FROM jobs WHERE kind IN ('deliver', 'send') AND dead_at IS NULL"):
        if time.monotonic() > until:
            raise RuntimeError("the deliveries of a post do not end")
        time.sleep(0.05)


async def _posts(port: int, header: str, n: int) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    seconds = []
    for number in range(n):
        request = _request(port, header, number)
        started = time.perf_counter()
        writer.write(request)
        if await read_answer(reader) != 200:
            raise RuntimeError("a post was refused")
        seconds.append(time.perf_counter() - started)
    writer.close()
    await writer.wait_closed()
    return seconds


def _request(port: int, header: str, number: int) -> bytes:
    body = f'{{"status": "Lesson {number}: fractions on paper strips #maths", "visibility": "public"}}'.encode()
    lines = (
        "POST /api/v1/statuses HTTP/1.1",
        f"Host: {school.HOST}:{port}",
        header,
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

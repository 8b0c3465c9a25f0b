"""`inbox`: how many deliveries a second a school takes, until they are visible in home timelines.

Creates of 3 KB from 50 actors on 5 hosts, keys known, 10 local followers each; sanitising, search index and
notifications on. Requests are signed beforehand. Target: 700 a second and under 1,200 µs of CPU each.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from bench import peers, school
from bench.figures import milliseconds, percentile
from bench.load import Outcome, send_all
from bench.process import Server, free_port, serving
from fedi.config import InstanceConfig
from fedi.instances import Instance

HOSTS, ACTORS, FOLLOWERS = 5, 50, 10
CONNECTIONS = 16
WARM_UP = 500
_PATIENCE_S = 120


def run(n: int | None = None) -> dict[str, object]:
    """Deliver `n` activities (5,000) after a warm-up."""
    with school.folder() as folder:
        return _measure(folder, n or 5_000)


def _measure(folder: Path, n: int) -> dict[str, object]:
    port = free_port()
    settings = school.create(folder, port)
    senders = peers.invent(HOSTS, ACTORS)

    async def fill(instance: Instance) -> None:
        teachers = await school.add_teachers(instance, FOLLOWERS)
        await school.follow_all(instance, teachers, await school.know(instance, senders))

    school.prepare(settings, fill)
    requests = [request(senders[number % ACTORS], number, port) for number in range(WARM_UP + n)]
    with serving(folder, port) as server:
        deliver(settings, port, requests[:WARM_UP], 0)
        return _result(server, settings, port, requests[WARM_UP:])


def request(sender: peers.PeerActor, number: int, port: int) -> bytes:
    """A signed delivery to the shared inbox."""
    authority = f"{school.HOST}:{port}"
    body = peers.encode(peers.create(sender, number))
    return peers.signed_post(sender, f"http://{authority}/inbox", body, authority)


def _result(server: Server, settings: InstanceConfig, port: int, requests: list[bytes]) -> dict[str, object]:
    cpu, started = server.cpu_s(), time.perf_counter()
    outcome, accepted_s = deliver(settings, port, requests, WARM_UP)
    elapsed, used = time.perf_counter() - started, server.cpu_s() - cpu
    return {
        "n": len(requests),
        "rate": round(len(requests) / elapsed),
        "cpu_us": round(used / len(requests) * 1e6),
        "p50_ms": milliseconds(percentile(outcome.seconds, 0.5)),
        "p99_ms": milliseconds(percentile(outcome.seconds, 0.99)),
        "accepted_rate": round(len(requests) / accepted_s),
        "refused": sum(status != 202 for status in outcome.statuses),
        "memory_mib": round(server.memory_mib()),
    }


def deliver(settings: InstanceConfig, port: int, requests: list[bytes], before: int) -> tuple[Outcome, float]:
    """Send everything and wait until all of it is visible; the outcome, and the seconds until the last 202."""
    started = time.perf_counter()
    outcome = asyncio.run(send_all(port, requests, CONNECTIONS))
    accepted_s = time.perf_counter() - started
    _wait_until_visible(settings, before + len(requests))
    return outcome, accepted_s


def _wait_until_visible(settings: InstanceConfig, posts: int) -> None:
    until = time.monotonic() + _PATIENCE_S
    while school.query(settings, "SELECT count(*) FROM posts") < posts:
        if time.monotonic() > until:
            raise RuntimeError("not everything that was accepted has become visible")
        time.sleep(0.01)

"""`kill`: a server killed with SIGKILL at random moments loses nothing it has answered 202 for, and does nothing twice.

Activities are delivered all the time; every activity that got its 202 must have taken effect exactly once in the end,
and one that got no answer at most once. Each delivery that got no answer is sent again, as a peer would.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench import peers, school
from bench.load import read_answer
from bench.process import Server, free_port
from fedi.config import InstanceConfig
from fedi.instances import Instance

ACTORS, FOLLOWERS = 10, 3
CONNECTIONS = 8
LONGEST_LIFE_S = 0.6
_PATIENCE_S = 60

# What a killed server was at is done when its leases have run out: two seconds prove as much as a minute.
_SHORT_LEASES = "from fedi.store import jobs; jobs.LEASE_MS = 2_000; from fedi.cli import main; main()"


@dataclass(slots=True)
class Deliveries:
    """What was sent: numbers of activities answered 202, and how many were tried."""

    accepted: set[int] = field(default_factory=set)
    tried: int = 0


def run(n: int | None = None) -> dict[str, object]:
    """Kill the server `n` times (50)."""
    with school.folder() as folder:
        return kill_repeatedly(folder, n or 50, random.Random())


def kill_repeatedly(folder: Path, kills: int, chance: random.Random) -> dict[str, object]:
    """Deliver, kill, restart; then compare what was promised with what is there."""
    port = free_port()
    settings = school.create(folder, port)
    senders = peers.invent(2, ACTORS)

    async def fill(instance: Instance) -> None:
        teachers = await school.add_teachers(instance, FOLLOWERS)
        await school.follow_all(instance, teachers, await school.know(instance, senders))

    school.prepare(settings, fill)
    server = Server(folder, port, program=("-c", _SHORT_LEASES))
    try:
        server.wait_until_up()
        deliveries = asyncio.run(_deliver_and_kill(server, senders, kills, chance))
        _wait_until_quiet(settings)
    finally:
        server.stop()
    return _compare(settings, deliveries, kills)


async def _deliver_and_kill(
    server: Server, senders: list[peers.PeerActor], kills: int, chance: random.Random
) -> Deliveries:
    deliveries, stopped = Deliveries(), asyncio.Event()
    tasks = [asyncio.create_task(_deliver(server.port, senders, deliveries, stopped)) for _ in range(CONNECTIONS)]
    for _ in range(kills):
        before = len(deliveries.accepted)
        await _until_more(deliveries, before)
        await asyncio.sleep(chance.uniform(0, LONGEST_LIFE_S))
        server.kill()
        await asyncio.to_thread(server.restart)
    stopped.set()
    await asyncio.gather(*tasks)
    return deliveries


async def _until_more(deliveries: Deliveries, before: int) -> None:
    """A life in which nothing was promised proves nothing."""
    while len(deliveries.accepted) == before:  # noqa: ASYNC110 - three lines, and nothing hangs on a millisecond
        await asyncio.sleep(0.005)


async def _deliver(port: int, senders: list[peers.PeerActor], deliveries: Deliveries, stopped: asyncio.Event) -> None:
    while not stopped.is_set():
        number = deliveries.tried
        deliveries.tried += 1
        await _until_accepted(port, senders[number % ACTORS], number)
        deliveries.accepted.add(number)


async def _until_accepted(port: int, sender: peers.PeerActor, number: int) -> None:
    authority = f"{school.HOST}:{port}"
    body = peers.encode(peers.create(sender, number))
    while True:
        request = peers.signed_post(sender, f"http://{authority}/inbox", body, authority)
        with contextlib.suppress(OSError, EOFError):
            if await _post(port, request) == 202:
                return
        await asyncio.sleep(0.01)


async def _post(port: int, request: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        return await read_answer(reader)
    finally:
        writer.close()


def _wait_until_quiet(settings: InstanceConfig) -> None:
    until = time.monotonic() + _PATIENCE_S
    while school.query(settings, "SELECT count(*) FROM threads WHERE lane = 'inbox'"):
        if time.monotonic() > until:
            raise RuntimeError("the queue does not become empty")
        time.sleep(0.05)


def _compare(settings: InstanceConfig, deliveries: Deliveries, kills: int) -> dict[str, object]:
    """Posts are unique by their uri, so what was done twice shows in what a post causes: counters, home entries."""
    posts = school.query(settings, "SELECT count(*) FROM posts WHERE NOT local")
    counted = school.query(settings, "SELECT sum(posts_count) FROM actors WHERE NOT local")
    unseen = school.query(settings, _NOT_IN_EVERY_HOME)
    return {
        "n": kills,
        "accepted": len(deliveries.accepted),
        "lost": len(deliveries.accepted) - posts,
        "applied_twice": counted - posts,
        "missing_in_homes": unseen,
    }


# A home keeps some hundreds of entries: of the latest hundred posts, each must stand in every follower's.
_NOT_IN_EVERY_HOME = f"""
    SELECT count(*)
      FROM (SELECT id FROM posts ORDER BY id DESC LIMIT 100) latest
     WHERE (SELECT count(*) FROM home_entries WHERE post_id = latest.id) <> {FOLLOWERS}
"""

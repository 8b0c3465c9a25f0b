"""`backlog`: what 20,000 deliveries behind 200 dead peers cost while nothing else happens.

Each peer has failed once and is paused for a minute, the shortest pause there is; they end one after the other, so that
two thirds of the peers are tried again while it is measured.
Target: less than 5 % of one CPU.
"""

from __future__ import annotations

import time
from pathlib import Path

from bench import school, trouble
from bench.process import free_port, serving
from fedi.actions import posts
from fedi.instances import Instance
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft
from fedi.store import hosts
from fedi.store.database import Transaction

JOBS, HOSTS = 20_000, 200
SECONDS = 40
_PAUSE_S = 60
_SETTLE_S = 3


def run(n: int | None = None) -> dict[str, object]:
    """Measure with `n` deliveries queued (20,000)."""
    with school.folder() as folder, trouble.ports() as (refused, deaf, _):
        return _measure(folder, [f"dead{n}.localhost:{deaf if n % 2 else refused}" for n in range(HOSTS)], n or JOBS)


def _measure(folder: Path, names: list[str], jobs: int) -> dict[str, object]:
    port = free_port()
    settings = school.create(folder, port)

    async def fill(instance: Instance) -> None:
        teachers = await school.add_teachers(instance, 1)
        followers = [await instance.db.write(trouble.follower, name) for name in names]
        await school.follow_all(instance, followers, teachers)
        for number in range(jobs // len(names)):
            await instance.db.write(_publish, teachers[0], number)
        await instance.db.write(_pause, names)

    school.prepare(settings, fill)
    with serving(folder, port) as server:
        time.sleep(_SETTLE_S)
        cpu, started = server.cpu_s(), time.perf_counter()
        time.sleep(SECONDS)
        share = (server.cpu_s() - cpu) / (time.perf_counter() - started)
        tried = school.query(settings, "SELECT count(*) FROM hosts WHERE pauses > 1")
    return {
        "n": jobs,
        "hosts": len(names),
        "seconds": SECONDS,
        "tried_again": tried,
        "waiting": school.query(settings, "SELECT count(*) FROM jobs WHERE kind = 'deliver' AND dead_at IS NULL"),
        "cpu_percent": round(share * 100, 2),
    }


async def _publish(tx: Transaction, author: Actor, number: int) -> None:
    await posts.post(tx, author, Draft(f"Lesson {number}: fractions on paper strips", Circle.PUBLIC))


async def _pause(tx: Transaction, names: list[str]) -> None:
    """Every host has failed within the last minute."""
    for number, name in enumerate(names):
        await hosts.failed(tx, name, "no answer in time", unreachable=True)
        until = tx.now + int(_PAUSE_S * (number + 1) / len(names) * 1000)
        await tx.execute("UPDATE hosts SET paused_until = :until WHERE host = :host", until=until, host=name)
        await tx.execute("UPDATE threads SET due_at = :until WHERE host = :host", until=until, host=name)

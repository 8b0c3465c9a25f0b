"""`latency`: how soon a healthy peer gets its answer while 200 dead and 50 slow peers have deliveries queued.

A peer follows a teacher again and again; measured is the time from its Follow to the Accept that is delivered to it.
Two servers run at once, one with nothing else to do; they are measured by turns. Target: a ratio of 1.3.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench import peers, school, trouble
from bench.figures import milliseconds
from bench.load import read_answer
from bench.process import free_port, serving
from fedi.actions import posts
from fedi.config import InstanceConfig
from fedi.instances import Instance
from fedi.models.actors import Actor
from fedi.models.posts import Circle, Draft
from fedi.store.database import Transaction

DEAD, SLOW = 200, 50
PAIRS = 5
FOLLOWS = 20
_PATIENCE_S = 30
_POSTS = 4
_SETTLE_S = 1.5


@dataclass(slots=True)
class _School:
    """One server under measurement, and the peer whose Follows it answers."""

    settings: InstanceConfig
    port: int
    peer: peers.PeerActor
    teachers: list[Actor] = field(default_factory=list)
    asked: int = 0


def run(n: int | None = None) -> dict[str, object]:
    """Measure `n` pairs (5)."""
    with ExitStack() as stack:
        refused, deaf, slow = stack.enter_context(trouble.ports())
        hosts = [f"dead{n}.localhost:{deaf if n % 2 else refused}" for n in range(DEAD)]
        hosts += [f"slow{n}.localhost:{slow}" for n in range(SLOW)]
        healthy = free_port()
        quiet = _school(stack.enter_context(school.folder()), healthy, [])
        troubled = _school(stack.enter_context(school.folder()), healthy, hosts)
        for each in (quiet, troubled):
            stack.enter_context(serving(each.settings.folder.parent, each.port))
        return asyncio.run(_measure(healthy, quiet, troubled, n or PAIRS))


def _school(folder: Path, healthy: int, hosts: list[str]) -> _School:
    port = free_port()
    settings = school.create(folder, port)
    peer = peers.invent(1, 1, authority=f"healthy.localhost:{healthy}")[0]
    made = _School(settings, port, peer)

    async def fill(instance: Instance) -> None:
        made.teachers += await school.add_teachers(instance, 1)
        await school.know(instance, [peer])
        followers = [await instance.db.write(trouble.follower, host) for host in hosts]
        await school.follow_all(instance, followers, made.teachers)

    school.prepare(settings, fill)
    return made


async def _measure(healthy: int, quiet: _School, troubled: _School, pairs: int) -> dict[str, object]:
    answers: asyncio.Queue[str] = asyncio.Queue()
    sink = await asyncio.start_server(lambda *streams: _take(answers, *streams), "127.0.0.1", healthy)
    async with sink:
        for each in (quiet, troubled):
            await _median(each, answers)  # warm
        measured = [await _pair(quiet, troubled, answers) for _ in range(pairs)]
    ratios = [with_trouble / without for without, with_trouble in measured]
    return {
        "n": pairs,
        "dead": DEAD,
        "slow": SLOW,
        "quiet_ms": milliseconds(statistics.median(without for without, _ in measured)),
        "troubled_ms": milliseconds(statistics.median(with_trouble for _, with_trouble in measured)),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "ratio": round(statistics.median(ratios), 2),
    }


async def _pair(quiet: _School, troubled: _School, answers: asyncio.Queue[str]) -> tuple[float, float]:
    await asyncio.to_thread(school.prepare, troubled.settings, lambda instance: _publish(instance, troubled))
    await asyncio.sleep(_SETTLE_S)
    return await _median(quiet, answers), await _median(troubled, answers)


async def _publish(instance: Instance, troubled: _School) -> None:
    async def unit(tx: Transaction, number: int) -> None:
        await posts.post(tx, troubled.teachers[0], Draft(f"Lesson {number}", Circle.PUBLIC))

    for number in range(_POSTS):
        await instance.db.write(unit, number)


async def _median(each: _School, answers: asyncio.Queue[str]) -> float:
    return statistics.median([await _answered(each, answers) for _ in range(FOLLOWS)])


async def _answered(each: _School, answers: asyncio.Queue[str]) -> float:
    """Seconds from a Follow to its Accept."""
    each.asked += 1
    authority = f"{school.HOST}:{each.port}"
    uri = f"{each.peer.uri}/follows/{each.asked}"
    activity: dict[str, object] = {"id": uri, "type": "Follow", "actor": each.peer.uri, "object": each.teachers[0].uri}
    request = peers.signed_post(each.peer, f"http://{authority}/inbox", peers.encode(activity), authority)
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", each.port)
    writer.write(request)
    status = await read_answer(reader)
    writer.close()
    if status != 202:
        raise RuntimeError(f"a Follow was answered {status}")
    async with asyncio.timeout(_PATIENCE_S):
        while await answers.get() != uri:
            pass
    return time.perf_counter() - started


async def _take(answers: asyncio.Queue[str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The healthy peer: takes everything at once, and tells which Follow was accepted."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            body = await reader.readexactly(int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))
            writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
            answers.put_nowait(json.loads(body)["object"]["id"])
    except (asyncio.IncompleteReadError, OSError):
        writer.close()

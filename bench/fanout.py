"""`fanout`: one post to 500 followers on 500 hosts, until the last has it, over new TLS connections and over warm ones.

`cpu_ratio` is the server's CPU over that of what cannot be saved: 500 RSA signatures, and 500 bare aiohttp POSTs of the
same body over warm TLS connections, measured in the same run. Target: 1.3.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from statistics import median

import aiohttp

from bench import authority, peers, school
from bench.process import Server, free_port, serving
from fedi.actions import actors, posts
from fedi.activitypub.signatures import cavage
from fedi.config import InstanceConfig
from fedi.instances import Instance
from fedi.models.actors import Actor, ActorKind, RemoteActor
from fedi.models.posts import Circle, Draft
from fedi.store.database import Transaction

HOSTS = 500
ROUNDS = 3
_PATIENCE_S = 120


def run(n: int | None = None) -> dict[str, object]:
    """Deliver to `n` hosts (500), cold once, then warm; the warm figure is the median of three posts."""
    with school.folder() as folder:
        return _measure(folder, n or HOSTS)


def _measure(folder: Path, hosts: int) -> dict[str, object]:
    port, sink_port = free_port(), free_port()
    names = [f"peer{number}.localhost" for number in range(hosts)]
    authority.write(folder, names)
    settings = school.create(folder, port, ca_file=folder / "ca.pem")
    authors: list[Actor] = []

    async def fill(instance: Instance) -> None:
        authors.extend(await school.add_teachers(instance, 1))
        followers = [await instance.db.write(follower, f"{name}:{sink_port}") for name in names]
        await school.follow_all(instance, followers, authors)

    school.prepare(settings, fill)
    with sink(folder, sink_port) as arrived, serving(folder, port) as server:
        cold = _post(settings, authors[0], server, arrived, hosts, 0)
        warm = sorted(_post(settings, authors[0], server, arrived, hosts, n) for n in range(1, ROUNDS + 1))
        bare = asyncio.run(_bare(folder, names, sink_port))
    return _figures(hosts, cold, warm[ROUNDS // 2], bare)


def _figures(hosts: int, cold: tuple[float, float], warm: tuple[float, float], bare: float) -> dict[str, object]:
    return {
        "n": hosts,
        "rate": round(hosts / warm[1]),
        "cpu_us": round(warm[0] / hosts * 1e6),
        "seconds": round(warm[1], 3),
        "cold_seconds": round(cold[1], 3),
        "cold_cpu_us": round(cold[0] / hosts * 1e6),
        "bare_cpu_us": round(bare / hosts * 1e6),
        "cpu_ratio": round(warm[0] / bare, 2),
    }


def _post(
    settings: InstanceConfig, author: Actor, server: Server, arrived: Synchronized[int], hosts: int, number: int
) -> tuple[float, float]:
    """Publish beside the running server, and wait until everybody has it; CPU seconds and seconds."""
    before, cpu = arrived.value, server.cpu_s()
    started = time.perf_counter()
    school.prepare(settings, lambda instance: instance.db.write(_publish, author, number))
    while arrived.value < before + hosts:
        if time.perf_counter() - started > _PATIENCE_S:
            raise RuntimeError(f"only {arrived.value - before} of {hosts} deliveries arrived")
        time.sleep(0.005)
    return server.cpu_s() - cpu, time.perf_counter() - started


async def _publish(tx: Transaction, author: Actor, number: int) -> None:
    await posts.post(tx, author, Draft(f"Lesson {number}: fractions on paper strips", Circle.PUBLIC))


async def follower(tx: Transaction, host: str) -> Actor:
    """Somebody at `host` who is reached by its shared inbox."""
    base = f"https://{host}"
    inbox = f"{base}/inbox"
    return await actors.receive(
        tx,
        RemoteActor(
            f"{base}/actor", ActorKind.PERSON, "reader", host, "", "", base, inbox, keys=(), shared_inbox=inbox
        ),
    )


# --- the peers ------------------------------------------------------------------------------------


@contextmanager
def sink(folder: Path, port: int) -> Iterator[Synchronized[int]]:
    """All peers: one process behind TLS that counts what it is sent and answers 202."""
    arrived = multiprocessing.Value("i", 0, lock=False)
    process = multiprocessing.get_context("fork").Process(target=_serve_sink, args=(folder, port, arrived), daemon=True)
    process.start()
    try:
        yield arrived
    finally:
        process.terminate()
        process.join()


def _serve_sink(folder: Path, port: int, arrived: Synchronized[int]) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    contexts = {path.stem: _context(path) for path in folder.glob("peer*.pem")}

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        connection.context = contexts[name or ""]

    context.sni_callback = choose

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
                await reader.readexactly(length)
                writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
                arrived.value += 1
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", port, ssl=context, backlog=1024)
        await server.serve_forever()

    asyncio.run(serve())


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


async def _bare(folder: Path, names: list[str], port: int) -> float:
    """CPU seconds of signing for every host, and of a bare POST to each over a warm connection; the median of three.

    Garbage is taken out before each: whether one collection of what the bench itself holds fell into so short a time
    moved the figure by a tenth.
    """
    actor = peers.invent(1, 1)[0]
    body = peers.encode(peers.create(actor, 0))
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    connector = aiohttp.TCPConnector(ssl=context, limit=0, resolver=_Loopback(), use_dns_cache=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        urls = [f"https://{name}:{port}/inbox" for name in names]
        headers = {"Content-Type": "application/activity+json"}

        async def post(url: str, signed: dict[str, str]) -> None:
            async with session.post(url, data=body, headers=signed) as answer:
                await answer.read()

        for url in urls:
            await post(url, headers)

        async def once() -> float:
            gc.collect()
            started = time.process_time()
            signed = [cavage.sign(actor.key, "POST", url, headers, body, int(time.time() * 1000)) for url in urls]
            await asyncio.gather(*map(post, urls, signed))
            return time.process_time() - started

        return median([await once() for _ in range(ROUNDS)])


class _Loopback(aiohttp.abc.AbstractResolver):
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        return [aiohttp.abc.ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)]

    async def close(self) -> None:
        """Nothing is held."""

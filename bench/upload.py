"""`upload`: what uploads of 12 megapixels cost those who read beside them. Target: no answer 20 ms later than without.

Two connections send JPEGs one after the other while a third reads something small every few milliseconds. Runs with
and without uploads take turns in one server; what the machine does by itself is in both.
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from PIL import Image

from bench import school
from bench.figures import milliseconds, percentile
from bench.home import authorize
from bench.load import read_answer
from bench.process import free_port, serving
from fedi.instances import Instance

ROUNDS = 5
SIZE = (4000, 3000)
_UPLOADERS = 2
_ROUND_S = 4.0
_EVERY_S = 0.005


def run(n: int | None = None) -> dict[str, object]:
    """Take `n` turns (5)."""
    with school.folder() as folder:
        return _measure(folder, n or ROUNDS)


def _measure(folder: Path, rounds: int) -> dict[str, object]:
    port = free_port()
    settings = school.create(folder, port)
    headers: list[str] = []

    async def fill(instance: Instance) -> None:
        # A person may send only so many files in half an hour.
        teachers = await school.add_teachers(instance, _UPLOADERS * rounds)
        headers.extend([await instance.db.write(authorize, each, ("read", "write")) for each in teachers])

    school.prepare(settings, fill)
    picture = _photo()
    quiet, busy, uploads = [], [], 0
    with serving(folder, port) as server:
        before = server.memory_mib()
        asyncio.run(_upload_for(port, picture, headers[:1], 1.0))
        for number in range(rounds):
            quiet.append(asyncio.run(_read_for(port, _ROUND_S)))
            with _uploading(port, picture, headers[_UPLOADERS * number :][:_UPLOADERS]) as uploaded:
                busy.append(asyncio.run(_read_for(port, _ROUND_S)))
            uploads += uploaded.value
        memory = server.memory_mib() - before
    return _figures(quiet, busy, uploads) | {"memory_mib": round(memory, 1), "megabytes": round(len(picture) / 1e6, 1)}


def _figures(quiet: Sequence[Sequence[float]], busy: Sequence[Sequence[float]], uploads: int) -> dict[str, object]:
    def median(runs: Sequence[Sequence[float]], share: float) -> float:
        return statistics.median(percentile(each, share) for each in runs)

    return {
        "uploads": uploads,
        "reads": sum(map(len, busy)),
        **{
            f"{name}_{label}_ms": milliseconds(median(runs, share))
            for label, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))
            for name, runs in (("quiet", quiet), ("busy", busy))
        },
        "extra_p99_ms": milliseconds(median(busy, 0.99) - median(quiet, 0.99)),
        "extra_max_ms": milliseconds(median(busy, 1.0) - median(quiet, 1.0)),
        "worst_ms": milliseconds(max(map(max, busy))),
        "over_20_ms": sum(value > 0.02 for each in busy for value in each),
        "over_20_ms_quiet": sum(value > 0.02 for each in quiet for value in each),
    }


def _photo() -> bytes:
    """Noise that a camera might have made: about as many bytes as a photo has."""
    out = io.BytesIO()
    grain = Image.effect_noise((SIZE[0] // 4, SIZE[1] // 4), 60).convert("RGB")
    grain.resize(SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=90)
    return out.getvalue()


@contextmanager
def _uploading(port: int, picture: bytes, headers: Sequence[str]) -> Iterator[Synchronized[int]]:
    """A process of its own uploads meanwhile, so that sending megabytes holds up no reader of the answers here."""
    count = multiprocessing.Value("i", 0, lock=False)

    def upload() -> None:
        count.value = asyncio.run(_upload_for(port, picture, headers, _ROUND_S))

    process = multiprocessing.get_context("fork").Process(target=upload, daemon=True)
    process.start()
    yield count
    process.join()
    if process.exitcode != 0:
        raise RuntimeError("an upload was refused")


async def _upload_for(port: int, picture: bytes, headers: Sequence[str], seconds: float) -> int:
    """One connection for each of the headers uploads until the time is over; how many were taken in."""
    statuses: list[int] = []
    until = time.perf_counter() + seconds

    async def connection(header: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        request = _upload(port, picture, header)
        while time.perf_counter() < until:
            writer.write(request)
            await writer.drain()
            statuses.append(await read_answer(reader))
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*map(connection, headers))
    if set(statuses) != {200}:
        raise RuntimeError(f"uploads were answered with {set(statuses)}")
    return len(statuses)


def _upload(port: int, picture: bytes, header: str) -> bytes:
    boundary = b"bench-of-fedi"
    part = b'Content-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg'
    body = b"--%b\r\n%b\r\n\r\n%b\r\n--%b--\r\n" % (boundary, part, picture, boundary)
    lines = (
        "POST /api/v2/media HTTP/1.1",
        f"Host: {school.HOST}:{port}",
        header,
        f"Content-Type: multipart/form-data; boundary={boundary.decode()}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _read_for(port: int, seconds: float) -> list[float]:
    """The seconds of every answer to a small GET, asked for again and again."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET /api/v1/instance/rules HTTP/1.1\r\nHost: {school.HOST}:{port}\r\n\r\n".encode()
    found, until = [], time.perf_counter() + seconds
    while (started := time.perf_counter()) < until:
        writer.write(request)
        await read_answer(reader)
        found.append(time.perf_counter() - started)
        await asyncio.sleep(_EVERY_S)
    writer.close()
    await writer.wait_closed()
    return found

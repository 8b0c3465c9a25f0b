"""What was answered 202 is on the disk: it survives kills, takes effect once, and was synced before the answer."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import inbox, kill, peers, school
from bench.load import send_all
from bench.process import Server, free_port

KILLS = 5


@pytest.mark.timeout(300)
def test_nothing_accepted_is_lost_and_nothing_happens_twice_when_the_server_is_killed(tmp_path: Path) -> None:
    result = kill.kill_repeatedly(tmp_path, KILLS, random.Random(20))

    assert result["n"] == KILLS
    assert int(str(result["accepted"])) > KILLS
    assert (result["lost"], result["applied_twice"], result["missing_in_homes"]) == (0, 0, 0)


@pytest.mark.timeout(300)
def test_the_write_ahead_log_is_synced_before_202_is_sent(tmp_path: Path) -> None:
    """A kill leaves the page cache in place: only the system calls show that a power cut would lose nothing."""
    if shutil.which("strace") is None:
        pytest.fail("strace is missing; make setup-test installs it")
    port, senders = free_port(), peers.invent(1, 1)
    settings = school.create(tmp_path, port)

    async def fill(instance: object) -> None:
        teachers = await school.add_teachers(instance, 1)  # type: ignore[arg-type]
        await school.follow_all(instance, teachers, await school.know(instance, senders))  # type: ignore[arg-type]

    school.prepare(settings, fill)
    calls = tmp_path / "calls"
    server = Server(tmp_path, port)
    try:
        server.wait_until_up()
        tracer = _trace(server.pid, calls)
        outcome = asyncio.run(send_all(port, [inbox.request(senders[0], 1, port)], 1))
        _stop(tracer)
    finally:
        server.stop()

    assert outcome.statuses == [202]
    answered, written, synced = _order(calls.read_text("utf-8", "replace"))
    assert written < synced < answered


def _trace(pid: int, calls: Path) -> subprocess.Popen[bytes]:
    """Attach to every thread of the server, and return once attached."""
    wanted = "trace=pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg"
    command = ["strace", "-f", "-y", "-s", "32", "-e", wanted, "-o", str(calls), "-p", str(pid)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE)
    assert tracer.stderr is not None
    line = tracer.stderr.readline().decode()
    assert "attached" in line, f"strace cannot attach: {line}"
    return tracer


def _stop(tracer: subprocess.Popen[bytes]) -> None:
    tracer.terminate()
    tracer.communicate(timeout=30)


def _order(calls: str) -> tuple[int, int, int]:
    """In which lines the answer was sent, and before it the log was last written and last synced."""
    lines = calls.splitlines()
    answered = next(n for n, line in enumerate(lines) if "HTTP/1.1 202" in line)
    written = _last(r"pwrite64\(\d+<[^>]*-wal>", lines[:answered])
    synced = _last(r"f(?:data)?sync\(\d+<[^>]*-wal>", lines[:answered])
    return answered, written, synced


def _last(pattern: str, lines: list[str]) -> int:
    return max((n for n, line in enumerate(lines) if re.search(pattern, line)), default=sys.maxsize)

"""The server under measurement: started as a school would, and read from /proc."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE_S = 30


_PORTS = range(15_000, 32_000)
"""Below those that systems hand to outgoing connections, one of which could take a port before it is listened on."""


def free_port(ports: int = 1) -> int:
    """A port on which nobody listens; with `ports`, the first of so many."""
    while True:
        first = random.choice(_PORTS)
        if all(_is_free(port) for port in range(first, first + ports)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Server:
    """One `fedi serve` on loopback; `program` is what Python runs as `fedi`."""

    def __init__(self, folder: Path, port: int, *arguments: str, program: tuple[str, str] = ("-m", "fedi.cli")) -> None:
        self.port = port
        self._command = [
            *(sys.executable, *program, "serve"),
            *("--instances", str(folder), "--bind", "127.0.0.1", "--port", str(port), *arguments),
        ]
        self._log = (folder / "server.log").open("ab")
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdout=self._log, stderr=self._log, start_new_session=True)

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_up(self) -> None:
        """Return when it answers; RuntimeError if it ended or takes too long."""
        until = time.monotonic() + _PATIENCE_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with {self._process.returncode}; see its log {self._log.name}")
            if _healthy(self.port):
                return
            time.sleep(0.02)
        raise RuntimeError(f"the server did not answer within {_PATIENCE_S} s")

    def kill(self) -> None:
        """SIGKILL, as a power cut to the process would."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def restart(self) -> None:
        """Start it again on what the last one left behind."""
        self._process = self._start()
        self.wait_until_up()

    def stop(self) -> None:
        """End it as an administrator would."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=_PATIENCE_S)
        self._log.close()

    def cpu_s(self) -> float:
        """CPU seconds used so far, all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory_mib(self) -> float:
        """Resident memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def descriptors(self) -> int:
        """Open file descriptors."""
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def serving(folder: Path, port: int, *arguments: str) -> Iterator[Server]:
    """A server that is up, and is stopped in the end."""
    server = Server(folder, port, *arguments)
    try:
        server.wait_until_up()
        yield server
    finally:
        server.stop()

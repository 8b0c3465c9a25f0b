"""Servers of other makes in processes of their own, told what to do and asked what they saw over a port of loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx2

from tests.live import PATIENCE_S, until
from tests.network import TestSchool

PEERS_PYTHON = Path(__file__).parents[2] / ".venv-peers" / "bin" / "python"
"""A Python with packages that do not go together with ours."""

_NUMBERS = count(1)


class Peer:
    """A server of another make in a process of its own, which is told what to do over its control port."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"{process.args!r} did not start: {log.read_text()}"
        started = json.loads(line)
        self.origin: str = started["origin"]
        self.host = self.origin.removeprefix("https://")
        self._control = f"http://127.0.0.1:{started['control']}/"
        self._log = log

    async def do(self, verb: str, **told: Any) -> Any:
        """Let it do something, and give what it answers."""
        async with httpx2.AsyncClient(timeout=PATIENCE_S) as client:
            answer = await client.post(self._control, json={"verb": verb, **told})
        assert answer.status_code == 200, f"{verb}: {answer.text}\n{self._log.read_text()[-4000:]}"
        return answer.json()


@contextmanager
def running_peer(command: list[str], log: Path, *, cwd: Path | None = None, **environment: str) -> Iterator[Peer]:
    """A peer for as long as it is needed. Its first line says where it listens, and it ends with its stdin."""
    pipe, env = subprocess.PIPE, {**os.environ, **environment}
    with (
        log.open("w") as errors,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors, text=True, env=env, cwd=cwd) as process,
    ):
        try:
            yield Peer(process, log)
        finally:
            process.terminate()


def node() -> str:
    """The node of the tests' own environment."""
    return str(Path(sys.executable).with_name("node"))


def run_node(script: Path, given: str = "") -> str:
    """What a script of node prints when it is given this to read."""
    command = [node(), str(script)]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=30).stdout


@dataclass(frozen=True, slots=True)
class PeerPerson:
    """Somebody with an account on a peer."""

    peer: Peer
    name: str
    uri: str
    handle: str

    async def says(self, type_: str, what: str | dict[str, Any], *to: str, **more: Any) -> str:
        """She does something to `what` (an address, or what a new object says), which is sent to these actors or else
        to her followers. Gives the address of what she made or meant.
        """
        said = await self.peer.do("say", type=type_, by=self.name, object=what, to=list(to) or "followers", **more)
        return str(said["object"])

    async def does(self, type_: str, what: str | dict[str, Any], *to: str, **more: Any) -> str:
        """The same; gives the address of the activity, to be undone."""
        said = await self.peer.do("say", type=type_, by=self.name, object=what, to=list(to) or "followers", **more)
        return str(said["id"])


async def join(peer: Peer, name: str, **more: Any) -> PeerPerson:
    """Somebody new on a peer, with a name that nobody has had there."""
    name = f"{name}{next(_NUMBERS)}"
    return PeerPerson(peer, name, **await peer.do("person", name=name, **more))


async def heard(school: TestSchool, peer: Peer, type_: str, **wanted: str) -> dict[str, Any]:
    """An activity of this kind with these properties that has reached a peer, as the peer understands it."""

    async def look() -> dict[str, Any] | None:
        found = [each for each in await peer.do("seen") if each["type"] == type_]
        return next((each for each in found if wanted.items() <= each.items()), None)

    return await until(school, look, f"{type_} {wanted} at {peer.host}") or {}

"""Schools as an administrator runs them: made by `fedi instance create`, each served by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bench.process import Server, free_port, serving

T = TypeVar("T")
DEMO = Path(__file__).parents[2] / "instances" / "demo"
PATIENCE_S = 20
"""How long anything may take that crosses from one school to another, on a machine that does other work too."""


@dataclass(frozen=True, slots=True)
class School:
    """A school that is served at `port` of this machine. `first_link` opens the first administrator's account."""

    host: str
    base: str
    port: int
    folder: Path
    first_link: str
    server: Server

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson plan of the demo, as a teacher has it on her disk."""

    title: str
    summary: str
    text: str
    objectives: str
    keywords: str
    minutes: int
    pdf: Path


def lesson_plan() -> Lesson:
    """A lesson plan in Kazakh with a PDF."""
    folder = DEMO / "shymkent.localhost" / "materials" / "fractions-lesson"
    told = tomllib.loads((folder / "material.toml").read_text("utf-8"))
    return Lesson(
        title=told["title"],
        summary=told["summary"],
        text=(folder / "content.md").read_text("utf-8"),
        objectives=told["objectives"],
        keywords=", ".join(told["keywords"]),
        minutes=told["duration_minutes"],
        pdf=folder / "sabaq-zhospary.pdf",
    )


def fedi(*arguments: str) -> dict[str, Any]:
    """What a command prints with `--json`."""
    command = [sys.executable, "-m", "fedi.cli", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def create(folder: Path, host: str, *options: str, settings: str = "") -> str:
    """Make a school with these options and lines of `instance.toml`; gives the first administrator's link."""
    made = fedi("instance", "create", host, "--name", host.partition(".")[0].title(), "--development",
                *options, "--instances", str(folder))  # fmt: skip
    path = Path(made["folder"]) / "instance.toml"
    path.write_text(settings + path.read_text("utf-8"), "utf-8")
    return str(made["first_admin_link"])


@contextmanager
def running(folder: Path, name: str, *options: str) -> Iterator[School]:
    """The school `name`.localhost on a free port, in a process and a folder of its own."""
    port = free_port()
    host = f"{name}.localhost:{port}"
    place = folder / name
    link = create(place, host, *options)
    with serving(place, port) as server:
        yield School(host, f"http://{host}", port, place, link, server)


def eventually(look: Callable[[], T], what: str, patience_s: float = PATIENCE_S) -> T:
    """What `look` finds, as soon as it finds something; fails when that takes too long."""
    until = time.monotonic() + patience_s
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < until, f"not within {patience_s} s: {what}"
        time.sleep(0.1)

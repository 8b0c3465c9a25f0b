"""The demo network: which school is where, and the folders it is served from."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fedi.cli import new_instance
from fedi.cli.demo.content import DemoSchool
from fedi.cli.new_instance import NewSchool
from fedi.errors import Conflict

_OURS = ".fedi-demo"
_FILLED = "filled"
_HANDLE = re.compile(r"(?<=@)([\w.-]+\.localhost)\b(?!:)")


@dataclass(frozen=True, slots=True)
class Network:
    """The schools of one run. `ports` are by the name of a school; `folders` are what is served, by the same names."""

    place: Path
    schools: tuple[DemoSchool, ...]
    ports: Mapping[str, int]
    folders: Mapping[str, Path]

    def host(self, name: str) -> str:
        """The host and port of a school."""
        return f"{name}:{self.ports[name]}"

    def url(self, name: str) -> str:
        """Where a browser finds a school."""
        return f"http://{self.host(name)}"

    def with_ports(self, text: str) -> str:
        """The text with the port in every handle: the demo's files name schools without one."""
        return _HANDLE.sub(lambda match: self.host(match[1]) if match[1] in self.ports else match[1], text)

    @property
    def filled(self) -> bool:
        """Whether everything has been put in."""
        return (self.place / _FILLED).exists()

    def mark_filled(self) -> None:
        """From now on a start puts nothing in."""
        (self.place / _FILLED).touch()


def lay_out(data: Path, schools: list[DemoSchool], port: int, *, separate: bool, fresh: bool) -> Network:
    """The network in `data`, its folders made unless they are there. What was begun and not filled starts over."""
    place = data / f"{'separate' if separate else 'together'}-{port}"
    ports = {school.name: port + index if separate else port for index, school in enumerate(schools)}
    folders = {school.name: place / school.short if separate else place / "instances" for school in schools}
    network = Network(place, tuple(schools), ports, folders)
    if fresh or not network.filled:
        _clear(place)
        for school in schools:
            _make(network, school)
    return network


def _clear(place: Path) -> None:
    if place.exists() and not (place / _OURS).exists():
        raise Conflict(f"{place} was not made by fedi demo, and is left alone: choose another --data")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    (place / _OURS).touch()


def _make(network: Network, school: DemoSchool) -> None:
    about = school.about
    new_instance.create(
        network.folders[school.name],
        NewSchool(
            host=network.host(school.name),
            name=about.name,
            description=about.description,
            language=about.default_language,
            time_zone=about.time_zone,
            contact=about.contact.email,
            development=True,
            rules=[dict(zip(about.rules, rule, strict=True)) for rule in zip(*about.rules.values(), strict=True)],
        ),
    )

"""What the demo schools bring: the files of `instances/demo`, read into plain values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from fedi.errors import Invalid
from fedi.resources import demo_dir

T = TypeVar("T")

_BEFORE = re.compile(r"-(\d+)d (\d\d):(\d\d)")


class Contact(msgspec.Struct, frozen=True):
    """How the school is reached."""

    email: str


class SchoolFile(msgspec.Struct, frozen=True):
    """`school.toml`."""

    default_language: str
    time_zone: str
    name: dict[str, str]
    description: dict[str, str]
    contact: Contact
    rules: dict[str, list[str]]
    peers: list[str] = []
    partners: list[str] = []


class PersonFile(msgspec.Struct, frozen=True):
    """One teacher of `people.toml`."""

    username: str
    name: str
    role: str
    language: str
    bio: str
    subjects: list[str]
    avatar: str
    discoverable: bool
    password: str
    follows: list[str] = []


class AttachedFile(msgspec.Struct, frozen=True):
    """One file of a material."""

    path: str
    title: str
    description: str


class MaterialFile(msgspec.Struct, frozen=True):
    """`material.toml`."""

    kind: str
    title: str
    summary: str
    author: str
    language: str
    subject: str
    classes: list[int]
    licence: str
    published: str
    files: list[AttachedFile]
    keywords: list[str] = []
    objectives: str = ""
    duration_minutes: int | None = None
    circle: str = "public"


class PollEntry(msgspec.Struct, frozen=True):
    """The poll of a post; `days` from when it is published until it closes."""

    options: list[str]
    days: int
    multiple: bool = False


class PostEntry(msgspec.Struct, frozen=True):
    """One post of `conversations.toml`."""

    key: str
    author: str
    language: str
    published: str
    text: str
    circle: str = "public"
    in_reply_to: str | None = None
    summary: str = ""
    poll: PollEntry | None = None


class Reaction(msgspec.Struct, frozen=True):
    """Who boosts or likes what; or votes, for `options` counted from 0."""

    who: str
    what: str
    options: list[int] = []


class Conversations(msgspec.Struct, frozen=True):
    """`conversations.toml`."""

    posts: list[PostEntry]
    boosts: list[Reaction] = []
    likes: list[Reaction] = []
    votes: list[Reaction] = []


class _People(msgspec.Struct, frozen=True):
    people: list[PersonFile]


@dataclass(frozen=True, slots=True)
class DemoMaterial:
    """A material and where its files are; `key` is how conversations name it."""

    key: str
    folder: Path
    about: MaterialFile
    text: str


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """One school: `name` is its folder's, a host without a port."""

    name: str
    folder: Path
    about: SchoolFile
    people: list[PersonFile]
    materials: list[DemoMaterial] = field(default_factory=list)

    @property
    def short(self) -> str:
        """`almaty` of `almaty.localhost`."""
        return self.name.partition(".")[0]


def schools(folder: Path | None = None) -> list[DemoSchool]:
    """The schools of the demo network, by name."""
    found = sorted((folder or demo_dir()).glob("*.localhost"))
    if not found:
        raise Invalid(f"{folder or demo_dir()} holds no schools for a demo")
    return [_school(path) for path in found]


def conversations(folder: Path | None = None) -> Conversations:
    """What the teachers say to each other."""
    return _read((folder or demo_dir()) / "conversations.toml", Conversations)


def moment(published: str, zone: ZoneInfo, now: datetime) -> int:
    """`-3d 09:30` as milliseconds: half past nine in `zone`, three days before `now`."""
    match = _BEFORE.fullmatch(published)
    if match is None:
        raise Invalid(f"{published!r} is not a day before today and a time, such as '-3d 09:30'")
    days, hour, minute = (int(part) for part in match.groups())
    day = now.astimezone(zone) - timedelta(days=days)
    return int(day.replace(hour=hour, minute=minute, second=0, microsecond=0).timestamp() * 1000)


def _school(folder: Path) -> DemoSchool:
    about = _read(folder / "school.toml", SchoolFile)
    people = _read(folder / "people.toml", _People).people
    found = sorted(folder.glob("materials/*/material.toml"))
    return DemoSchool(folder.name, folder, about, people, [_material(folder.name, path.parent) for path in found])


def _material(school: str, folder: Path) -> DemoMaterial:
    about = _read(folder / "material.toml", MaterialFile)
    return DemoMaterial(f"{school}/{folder.name}", folder, about, (folder / "content.md").read_text("utf-8"))


def _read(path: Path, shape: type[T]) -> T:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=shape)
    except (OSError, msgspec.MsgspecError) as error:
        raise Invalid(f"{path}: {error}") from error

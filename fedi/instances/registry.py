"""All schools of a folder: opened when a request or a due job asks for them, closed again when idle.

Two things are kept in memory for each school that is closed: when its next job is due, and the time stamp of its
database, by which a command that wrote to it while it was closed is noticed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import structlog

from fedi import config
from fedi.config import InstanceConfig
from fedi.errors import Invalid, Unavailable
from fedi.instances.instance import Instance, milliseconds
from fedi.instances.memory import give_back
from fedi.instances.streams import Room
from fedi.store import backlog
from fedi.store.database import Clock

log = structlog.get_logger("fedi.instances")

NEVER_SERVED = frozenset({"demo", "example"})
IDLE_MS = 5 * 60_000
"""Longer than any unit of work and any job takes, so that nobody loses a school under his hands."""

WAKE_EVERY_MS = 60 * 60_000
"""How long a school sleeps at most: polls that end and what is to be pruned stand in no queue yet."""

WOKEN_FOR_MS = 3_000
"""How long a school that was opened for its work, and has no visitor, stays open when the work is done."""

WOKEN_AT_ONCE = 8
"""How many are opened in one round: two hundred schools started together must not all be open together."""

_LOOK_EVERY_MS = 5_000


def configs_in(folder: Path) -> tuple[list[InstanceConfig], list[Invalid]]:
    """The schools of `folder`, its direct children with an `instance.toml`; and what is wrong with the others."""
    found: dict[str, InstanceConfig] = {}
    errors: list[Invalid] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") or path.name in NEVER_SERVED or not (path / "instance.toml").exists():
            continue
        try:
            _add(found, config.load(path))
        except Invalid as error:
            errors.append(error)
    return list(found.values()), errors


def _add(found: dict[str, InstanceConfig], new: InstanceConfig) -> None:
    other = found.setdefault(new.school.host, new)
    if other is not new:
        raise Invalid(
            f"{new.folder / 'instance.toml'}: {new.school.host} is served from {other.folder} already", "host"
        )


class Instances:
    """The schools of one folder in this process, by host. It belongs to one event loop."""

    def __init__(
        self, folder: Path, *, only: str | None = None, clock: Clock = milliseconds, idle_ms: int = IDLE_MS
    ) -> None:
        """`only` is the host of a single school of the folder; the others are then left alone."""
        self.folder = folder
        self._only = only
        self.clock = clock
        self.errors: list[Invalid] = []
        self._idle_ms = idle_ms
        self._configs: dict[str, InstanceConfig] = {}
        self._aliases: dict[str, str] = {}
        self._open: dict[str, Instance] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._used_at: dict[str, int] = {}
        self._next_due: dict[str, int] = {}
        self._written_at: dict[str, int] = {}
        self._scanned_at = -1
        self._looked_at = 0
        self._closed = False
        self._room = Room()
        self._scan()

    def hosts(self) -> tuple[str, ...]:
        """The hosts of all schools, open or not."""
        return tuple(self._configs)

    def configs(self) -> tuple[InstanceConfig, ...]:
        """The settings of all schools, open or not."""
        return tuple(self._configs.values())

    def open_instances(self) -> tuple[Instance, ...]:
        """The schools that are open at this moment."""
        return tuple(self._open.values())

    async def by_host(self, host: str) -> Instance | None:
        """The school behind a Host header: its host, its account domain or its media host; None if there is none."""
        name = host.strip().lower()
        if name not in self._aliases:
            self._scan()
        served = self._aliases.get(name)
        return await self._opened(served) if served else None

    async def due(self, now: int) -> list[Instance]:
        """The schools that may have work at `now` (milliseconds): all open ones, and closed ones whose time has come.

        Closes those that are idle on the way.
        """
        if now - self._looked_at >= _LOOK_EVERY_MS:
            self._looked_at = now
            self._look_for_writes()
            await self._close_idle(now)
        sleeping = (host for host in self._configs if host not in self._open and self._next_due.get(host, 0) <= now)
        for host in list(islice(sleeping, WOKEN_AT_ONCE)):
            await self._open_for_work(host)
        return list(self._open.values())

    async def close(self) -> None:
        """Close every school; none is opened again."""
        self._closed = True
        await asyncio.gather(*(self._close_at_the_end(host) for host in list(self._open)))

    def _scan(self) -> None:
        """Find schools that were made since; the folder's time stamp tells whether there can be any."""
        changed_at = self.folder.stat().st_mtime_ns if self.folder.is_dir() else 0
        if changed_at == self._scanned_at:
            return
        self._scanned_at = changed_at
        found, self.errors = configs_in(self.folder)
        for each in found:
            if self._only in (None, each.school.host):
                self._configs.setdefault(each.school.host, each)
        self._aliases = dict(_aliases(self._configs.values()))

    async def _opened(self, host: str) -> Instance:
        self._used_at[host] = self.clock()
        if host in self._open:
            return self._open[host]
        async with self._opening.setdefault(host, asyncio.Lock()):
            if self._closed:
                raise Unavailable("This server is being stopped; try again in a minute")
            if host not in self._open:
                self._open[host] = await Instance.open(self._configs[host], clock=self.clock, room=self._room)
        return self._open[host]

    async def _open_for_work(self, host: str) -> None:
        self._next_due[host] = self.clock() + 60_000  # then it is tried again, if it cannot be opened now
        with self._by_itself("cannot open", host):
            await self._opened(host)
            self._used_at[host] -= self._idle_ms - WOKEN_FOR_MS

    async def _close_idle(self, now: int) -> None:
        before = len(self._open)
        for host, instance in list(self._open.items()):
            # On PostgreSQL the connections are shared, and a closed school would not hear of jobs that others put in.
            if instance.config.database.url or instance.holders or now - self._used_at[host] < self._idle_ms:
                continue
            with self._by_itself("cannot close", host):
                await self._close_unless_due(host, instance, now)
        if len(self._open) < before:
            await asyncio.to_thread(give_back)

    async def _close_unless_due(self, host: str, instance: Instance, now: int) -> None:
        wake_at = now + WAKE_EVERY_MS
        soonest = await instance.db.read(backlog.soonest)
        next_due = wake_at if soonest is None else min(wake_at, soonest)
        if next_due > now + self._idle_ms and not instance.holders:
            self._next_due[host] = next_due
            await self._close(host)

    async def _close_at_the_end(self, host: str) -> None:
        with self._by_itself("not closed cleanly", host):
            await self._close(host)

    @contextmanager
    def _by_itself(self, event: str, host: str) -> Iterator[None]:
        """Whatever goes wrong with one school is told to the log, and must not stop the work of the others."""
        try:
            yield
        except Exception:
            log.exception(event, host=host)

    async def _close(self, host: str) -> None:
        async with self._opening.setdefault(host, asyncio.Lock()):
            instance = self._open.pop(host)
            await instance.close()
            self._written_at[host] = _written_at(instance.config)

    def _look_for_writes(self) -> None:
        self._scan()
        for host, before in self._written_at.items():
            if host not in self._open and _written_at(self._configs[host]) != before:
                self._next_due[host] = 0


def _aliases(configs: Iterable[InstanceConfig]) -> Iterator[tuple[str, str]]:
    """Every name of every school and the host it stands for; a school's own host wins over another's alias."""
    for each in configs:
        for name in filter(None, (each.school.account_domain, each.school.media_host)):
            yield name, each.school.host
    for each in configs:
        yield each.school.host, each.school.host


def _written_at(config_: InstanceConfig) -> int:
    """When the database of a closed school was last written to; for PostgreSQL, which is asked at other times, 0."""
    try:
        return 0 if config_.database.url else config_.sqlite_path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0

"""What `fedi doctor` looks at. Nothing is changed, but that a database is brought to this version."""

from __future__ import annotations

import ctypes
import ctypes.util
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from enum import StrEnum

from fedi.cli.running import client_for
from fedi.config import MEBIBYTE, InstanceConfig
from fedi.instances import AddressChanged, Instance, school_keys
from fedi.models.accounts import Role
from fedi.outbound.failures import FetchFailed
from fedi.store import accounts, backlog

_MIN_FREE_BYTES = 500 * MEBIBYTE
_LATE_MS = 10 * 60_000
_CLOCK_UNSYNCHRONISED = 5
_JRD = "application/jrd+json"


class Grade(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `todo` says what to do about it, if there is anything to do."""

    school: str
    check: str
    grade: Grade
    found: str
    todo: str = ""


async def examine(config: InstanceConfig, *, offline: bool) -> list[Finding]:
    """Everything there is to say about one school."""
    findings = [*_settings(config), *_keys(config), *_clock(config), *_disk(config)]
    try:
        instance = await Instance.open(config)
    except AddressChanged as error:
        todo = "correct the file; a school that shall have another address is a new school: fedi instance create"
        return [*findings, Finding(config.school.host, "settings", Grade.ERROR, _told(error), todo)]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the doctor was called for
        todo = "look at the message; restore the database from a backup if it is damaged"
        return [*findings, Finding(config.school.host, "database", Grade.ERROR, _told(error), todo)]
    try:
        findings += [finding async for finding in _database(instance)]
        findings += [finding async for finding in _queue(instance)]
    finally:
        await instance.close()
    return findings if offline else [*findings, await _reachability(config)]


def _settings(config: InstanceConfig) -> Iterator[Finding]:
    school = config.school
    yield Finding(school.host, "settings", Grade.OK, f"{config.folder / 'instance.toml'} is read")
    if school.development:
        yield Finding(
            school.host, "settings", Grade.WARNING, "development is on", "set development = false for a real school"
        )
    if not school.contact:
        todo = "set contact: readers must know whom to ask, and security.txt needs it"
        yield Finding(school.host, "settings", Grade.WARNING, "no contact is set", todo)
    if config.mail is None:
        todo = "add [mail] if people shall reset forgotten passwords themselves"
        yield Finding(school.host, "mail", Grade.OK, "no mail server is set; administrators hand out links", todo)


def _keys(config: InstanceConfig) -> Iterator[Finding]:
    for name in ("school-rsa.pem", "school-ed25519.pem", school_keys.VAPID):
        path = config.keys_folder / name
        if not path.exists():
            todo = "restore it from a backup, or open the school with fedi serve to make a new one"
            yield Finding(config.school.host, "keys", Grade.ERROR, f"{path} is missing", todo)
        elif stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(config.school.host, "keys", Grade.ERROR, f"others can read {path}", f"chmod 600 {path}")
        else:
            yield Finding(config.school.host, "keys", Grade.OK, f"{path} is there, and private")


def _clock(config: InstanceConfig) -> Iterator[Finding]:
    synchronised = _synchronised()
    if synchronised:
        yield Finding(config.school.host, "clock", Grade.OK, "the clock is kept right")
    elif synchronised is not None:
        todo = "install a time service (apt install systemd-timesyncd): others refuse signatures that are 5 minutes off"
        yield Finding(config.school.host, "clock", Grade.WARNING, "nothing keeps the clock right", todo)


def _synchronised() -> bool | None:
    """What the kernel says of its clock (adjtimex(2)); None where it cannot be asked (macOS)."""
    adjtimex = getattr(ctypes.CDLL(ctypes.util.find_library("c")), "adjtimex", None)
    if adjtimex is None:
        return None
    timex = ctypes.create_string_buffer(512)
    return bool(adjtimex(timex) != _CLOCK_UNSYNCHRONISED)


def _disk(config: InstanceConfig) -> Iterator[Finding]:
    free = shutil.disk_usage(config.folder).free
    found = f"{free // MEBIBYTE} MiB are free"
    if free < _MIN_FREE_BYTES:
        todo = "make room: a full disk stops the school"
        yield Finding(config.school.host, "disk", Grade.ERROR, found, todo)
    else:
        yield Finding(config.school.host, "disk", Grade.OK, found)


async def _database(instance: Instance) -> AsyncIterator[Finding]:
    host = instance.school.host
    people = await instance.db.read(accounts.people)
    yield Finding(host, "database", Grade.OK, f"{len(people)} people have an account")
    if not await instance.db.read(accounts.count, Role.ADMIN):
        todo = f"fedi invite create --role admin --school {host}"
        yield Finding(host, "people", Grade.WARNING, "the school has no administrator", todo)


async def _queue(instance: Instance) -> AsyncIterator[Finding]:
    host, now = instance.school.host, instance.clock()
    lanes = await instance.db.read(backlog.counts)
    waiting = sum(lane.pending for lane in lanes)
    late = [lane for lane in lanes if lane.due_at < now - _LATE_MS]
    if late:
        todo = "is fedi serve running (or fedi worker)? Its log says what fails"
        yield Finding(host, "queue", Grade.ERROR, f"{waiting} jobs wait, the first for over 10 minutes", todo)
    else:
        yield Finding(host, "queue", Grade.OK, f"{waiting} jobs wait")
    dead = await instance.db.read(backlog.dead, 100)
    if dead:
        found = f"{len(dead)} jobs were given up; the last: {dead[0].error}"
        yield Finding(host, "queue", Grade.WARNING, found, f"look at {instance.school.base_url}/admin/deliveries")


async def _reachability(config: InstanceConfig) -> Finding:
    """Whether others find the school under its name, asked as they would ask."""
    school = config.school
    url = (
        f"{school.base_url}/.well-known/webfinger?resource=acct:{school.host.partition(':')[0]}@{school.account_domain}"
    )
    async with client_for([config]) as client:
        try:
            await client.get_json(url, _JRD, frozenset({_JRD, "application/json"}))
        except FetchFailed as error:
            todo = "is fedi serve running, the DNS name set, and the proxy passing on the Host header? See docs"
            return Finding(school.host, "reachability", Grade.ERROR, _told(error), todo)
    return Finding(school.host, "reachability", Grade.OK, f"{school.base_url} answers")


def _told(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__

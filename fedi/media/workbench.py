"""Has work on files done by a process of its own (`fedi.workshop`), and bounds how much of it goes on at once.

The bound is one for all schools of a server, since they share its memory: that is why it is global here, one for each
event loop. A process that is started for each file and ends with it leaves nothing in memory on a quiet day, and
whatever a file of a stranger does to it, the next file meets a new one.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio import AbstractEventLoop, Semaphore
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import asdict
from enum import StrEnum
from typing import Any
from weakref import WeakKeyDictionary

import structlog

from fedi.errors import Invalid
from fedi.workshop.orders import Made, Order

log = structlog.get_logger("fedi.media")

_PATIENCE_S = 60
"""How long a process may take beside the seconds of CPU that it was given: it starts programs, and waits for disks."""

_COMMAND = (sys.executable, "-I", "-m", "fedi.workshop")
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}


class Place(StrEnum):
    """Where work waits for its turn: no picture waits behind a film, and nobody who waits behind a film of a job."""

    PICTURE = "picture"
    FILM = "film"
    LATER = "later"


_WIDTHS = {Place.PICTURE: 2, Place.FILM: 1, Place.LATER: 1}
_places: MutableMapping[AbstractEventLoop, dict[Place, Semaphore]] = WeakKeyDictionary()


def _place(place: Place) -> Semaphore:
    mine = _places.setdefault(asyncio.get_running_loop(), {})
    return mine.setdefault(place, Semaphore(_WIDTHS[place]))


def is_taken(place: Place) -> bool:
    """Whether work would have to wait there."""
    return _place(place).locked()


class Damaged(Invalid):
    """The bytes are not what they seem to be, or cannot be worked on within their limits."""


async def make(order: Order, place: Place = Place.PICTURE) -> Made | None:
    """Have a file cleaned and its preview written; None if it stays as it is. Damaged and Invalid say why it
    cannot be used.
    """
    async with _place(place):
        answer = await _answer(json.dumps(asdict(order)).encode(), order.cpu_s + _PATIENCE_S)
    if "damaged" in answer:
        raise Damaged(answer["damaged"], "file")
    if "refused" in answer:
        raise Invalid(answer["refused"], "file")
    return Made(**answer["made"]) if answer["made"] else None


async def _answer(order: bytes, patience_s: float) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT, start_new_session=True
    )
    try:
        async with asyncio.timeout(patience_s):
            said, _ = await process.communicate(order)
    except TimeoutError:
        said = b""
    finally:
        await _end(process)
    if process.returncode != 0:
        log.warning("work on a file broke off", returncode=process.returncode)
        return {"damaged": "The file is damaged and cannot be read"}
    answer: dict[str, Any] = json.loads(said)
    return answer


async def _end(process: Process) -> None:
    """See to it that the process and all that it has started are gone, also when nobody waits for it any more."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

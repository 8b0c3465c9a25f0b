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
from typing import Any
from weakref import WeakKeyDictionary

import structlog

from fedi.errors import Invalid
from fedi.workshop.orders import Made, Order

log = structlog.get_logger("fedi.media")

_PLACES = 2
_PATIENCE_S = 120
_COMMAND = (sys.executable, "-I", "-m", "fedi.workshop")
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}

_places: MutableMapping[AbstractEventLoop, Semaphore] = WeakKeyDictionary()


async def make(order: Order) -> Made | None:
    """Have a file cleaned and its preview written; None if it stays as it is. Invalid says why it cannot be used."""
    async with _places.setdefault(asyncio.get_running_loop(), Semaphore(_PLACES)):
        answer = await _answer(json.dumps(asdict(order)).encode())
    if "refused" in answer:
        raise Invalid(answer["refused"], "file")
    return Made(**answer["made"]) if answer["made"] else None


async def _answer(order: bytes) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_ENVIRONMENT, start_new_session=True
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            said, _ = await process.communicate(order)
    except TimeoutError:
        said = b""
    finally:
        await _end(process)
    if process.returncode != 0:
        log.warning("work on a file broke off", returncode=process.returncode)
        return {"refused": "The file is damaged and cannot be read"}
    answer: dict[str, Any] = json.loads(said)
    return answer


async def _end(process: Process) -> None:
    """See to it that the process and all that it has started are gone, also when nobody waits for it any more."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

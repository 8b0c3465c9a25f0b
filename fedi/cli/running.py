"""What commands that run for long share: the client for outgoing requests, the log, and one server to a folder."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import structlog
import uvloop
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

from fedi.config import InstanceConfig
from fedi.errors import Conflict, FediError, Invalid
from fedi.outbound.client import Client
from fedi.outbound.loopback import Loopback

T = TypeVar("T")


def run(task: Coroutine[Any, Any, T]) -> T:
    """Run a task on uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(task)


def client_for(configs: Sequence[InstanceConfig], loopback: Loopback | None = None) -> Client:
    """The client all these schools share; Invalid if their settings do not allow one."""
    development = {each.school.development for each in configs}
    ca_files = {each.ca_file for each in configs}
    if len(development) > 1:
        raise Invalid("schools in development and others cannot be served by one process: use two folders")
    if len(ca_files) > 1:
        raise Invalid("schools with different ca_file cannot be served by one process: use two folders")
    return Client(development=True in development, loopback=loopback, ca_file="".join(ca_files) or None)


def require_postgresql(configs: Sequence[InstanceConfig], doing: str) -> None:
    """Invalid if one of the schools is on SQLite, where web and worker are one process."""
    on_sqlite = [each.school.host for each in configs if not each.database.url]
    if on_sqlite:
        raise Invalid(f"{on_sqlite[0]} is on SQLite, where one process serves and works: {doing}")


@contextmanager
def only_server(folder: Path) -> Iterator[None]:
    """While this is entered, no other process serves the folder; Conflict if one does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".serving").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"another process serves {folder} already") from None
        yield


# Without the values of local variables: among them are passwords, tokens and private keys.
_TRACEBACKS = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))


def configure_log(level: str = "info", *, quiet: bool = False, first: Processor | None = None) -> None:
    """Readable lines on a terminal, JSON lines elsewhere; `quiet` leaves only warnings and worse. `first` sees each
    event before anything else, and may drop it.
    """
    to_terminal = sys.stderr.isatty()
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer = plain if to_terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    threshold = logging.WARNING if quiet else logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            *([first] if first else []),
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if to_terminal else [_TRACEBACKS]),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(threshold, logging.WARNING), stream=sys.stderr, format="%(name)s: %(message)s")


def one_line(error: FediError) -> str:
    """A message as one line of a log or a terminal."""
    return " ".join(str(error).split())

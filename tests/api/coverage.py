"""What of Mastodon's API is offered: `python -m tests.api.coverage` prints it by tier, and what no reason excuses."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from starlette.routing import BaseRoute, Match, Route

from fedi.api import OPERATIONS
from fedi.api.operations import Router
from fedi.paths import ANYTHING
from fedi.server.application import _routes
from tests.api.specification import endpoints

DOCUMENT = Path(__file__).parents[2] / "docs" / "client-api.md"
TIERS = ("1", "2", "3")

Row = dict[str, str]

_SPAN = re.compile(r"`([A-Z]+) ([^`]+)`")


def name_of(row: Row) -> str:
    """An operation as the document names it."""
    return f"{row['method']} {row['path']}"


@cache
def _router() -> Router:
    return Router(OPERATIONS)


@cache
def _others() -> list[BaseRoute]:
    """Pages, documents, streams: all that does not stand in the table."""
    return [route for route in _routes() if not (isinstance(route, Route) and route.path == f"/api/{ANYTHING}")]


def offered(row: Row) -> bool:
    """Whether somebody answers this operation, under each of its methods."""
    return all(_offered(method, row["path"]) for method in (row["method"], *row["alt_method"].split()))


def _offered(method: str, path: str) -> bool:
    if path == "/health":
        # The front door answers it, for hosts that are nobody's too.
        return True
    address = example(path)
    found = _router().find(method, address)
    if found is not None and shape(found.operation.path) == shape(path):
        return True
    scopes = ({"type": kind, "method": method, "path": address, "root_path": "", "headers": []} for kind in _KINDS)
    return any(route.matches(scope)[0] is Match.FULL for scope in scopes for route in _others())


_KINDS = ("http", "websocket")


def example(path: str) -> str:
    """An address of an operation."""
    return re.sub(r":\w+", "1", path)


def shape(path: str) -> str:
    """A path without the names of the parts that vary: `/lists/:id` and `/lists/:list_id` are one."""
    return re.sub(r":\w+", ":", path)


def missing(tier: str) -> list[str]:
    """The operations of a tier that nobody answers."""
    return [name_of(row) for row in endpoints() if row["tier"] == tier and not offered(row)]


def excused() -> dict[str, str]:
    """What the document says is not offered, with the reason."""
    table = DOCUMENT.read_text("utf-8").split("\n## What is not offered", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split(" | ") for line in table.splitlines() if line.startswith("| ") and "`" in line]
    return {f"{method} {path}": why.strip() for why, named in rows for method, path in _SPAN.findall(named)}


def by_tier() -> Iterator[tuple[str, int, int]]:
    """Each tier, how many operations it has, and how many the document says are offered."""
    reasons = excused()
    for tier in TIERS:
        names = [name_of(row) for row in endpoints() if row["tier"] == tier]
        yield tier, len(names), len(names) - sum(name in reasons for name in names)


def summary() -> Iterator[str]:
    """Coverage by tier as it is now, and the operations that are missing without a reason."""
    reasons = excused()
    for tier, whole, promised in by_tier():
        gone = missing(tier)
        yield f"tier {tier}: {whole - len(gone)} of {whole} operations ({promised} promised)"
        yield from (f"    {name}" for name in gone if name not in reasons)


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in summary())

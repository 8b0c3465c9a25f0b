"""Options that several commands share, and how a command finds its school."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import click

from fedi.config import InstanceConfig
from fedi.errors import Invalid
from fedi.instances import Instance, configs_in

T = TypeVar("T")

folder = click.option(
    "--instances",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("instances"),
    show_default=True,
    envvar="FEDI_INSTANCES",
    help="The folder with a folder for each school.",
)
school = click.option("--school", "-s", "host", metavar="HOST", help="Which school, if there are several.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


def one_of(values: type[StrEnum]) -> click.Choice[str]:
    """A choice among the values of an enumeration, as people type them."""
    return click.Choice([member.value for member in values])


def chosen(folder: Path, host: str | None) -> InstanceConfig:
    """The settings of the school named, or of the only one there is."""
    found, errors = configs_in(folder)
    matching = [each for each in found if host is None or each.school.host == host.strip().lower()]
    if len(matching) == 1:
        return matching[0]
    if not matching and errors:
        raise errors[0]
    raise Invalid(_which(folder, host, [each.school.host for each in found]))


def no_school(folder: Path) -> str:
    """What to tell somebody whose folder is empty."""
    return f"there is no school in {folder}; make one with: fedi instance create HOST --name NAME"


def _which(folder: Path, host: str | None, known: list[str]) -> str:
    if not known:
        return no_school(folder)
    names = ", ".join(known)
    return f"there is no school {host} in {folder}, only {names}" if host else f"say which school: --school {names}"


def at(config: InstanceConfig, task: Callable[[Instance], Awaitable[T]]) -> T:
    """Run a task at one school, beside a server that may be running, and give its result."""

    async def run() -> T:
        instance = await Instance.open(config)
        try:
            return await task(instance)
        finally:
            await instance.close()

    return asyncio.run(run())

"""`fedi worker`: the jobs of every school of a folder, where `fedi serve --no-worker` answers the requests."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import click

from fedi.cli import options, running
from fedi.cli.serve import ready
from fedi.config import InstanceConfig
from fedi.instances import Instances, look_seldom, raise_limit
from fedi.worker import Worker


@click.command()
@options.folder
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True
)
def command(folder: Path, log_level: str) -> None:
    """Do the work of every school of a folder, until Ctrl-C. PostgreSQL only; any number of them may run.

    \b
    Example:
      fedi worker --instances /srv/fedi/instances
    """
    configs = ready(folder)
    running.require_postgresql(configs, "run fedi serve alone")
    running.configure_log(log_level)
    raise_limit()
    look_seldom()
    running.run(_work(folder, configs))


async def _work(folder: Path, configs: list[InstanceConfig]) -> None:
    instances = Instances(folder)
    try:
        async with running.client_for(configs) as client:
            await _until_asked_to_end(asyncio.create_task(Worker(instances, client).run()))
    finally:
        await instances.close()


async def _until_asked_to_end(work: asyncio.Task[None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        return

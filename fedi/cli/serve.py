"""`fedi serve`: every school of a folder, web and worker in one process."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from fedi.cli import options, running
from fedi.config import InstanceConfig
from fedi.errors import Invalid, Unavailable
from fedi.instances import Instances, configs_in, look_seldom, raise_limit
from fedi.outbound.loopback import Loopback
from fedi.server import create_app
from fedi.server.serving import Listening, serve


@click.command()
@options.folder
@click.option("--bind", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port to listen on.")
@click.option("--uds", metavar="PATH", help="Listen on a Unix socket instead.")
@click.option("--no-worker", is_flag=True, help="Only answer requests; `fedi worker` does the work (PostgreSQL only).")
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True
)
def command(folder: Path, bind: str, port: int, uds: str | None, no_worker: bool, log_level: str) -> None:
    """Serve every school of a folder, found by the Host header, until Ctrl-C.

    \b
    Example:
      fedi serve --instances /srv/fedi/instances --port 8000
    """
    configs = ready(folder)
    if no_worker:
        running.require_postgresql(configs, "run serve without --no-worker")
    running.configure_log(log_level)
    raise_limit()
    look_seldom()
    on_sqlite = any(not each.database.url for each in configs)
    with running.only_server(folder) if on_sqlite else nullcontext():
        running.run(serve_folder(folder, configs, Listening(bind, port, uds), with_worker=not no_worker))


def ready(folder: Path) -> list[InstanceConfig]:
    """The schools of a folder; what is wrong with a school is told, and does not keep the others from being served."""
    found, errors = configs_in(folder)
    if not found:
        raise errors[0] if errors else Invalid(options.no_school(folder))
    for error in errors:
        click.echo(f"Not served: {running.one_line(error)}", err=True)
    return found


async def serve_folder(
    folder: Path, configs: list[InstanceConfig], listening: Listening, *, with_worker: bool = True
) -> None:
    """Serve until the process is asked to end."""
    loopback = Loopback()
    instances = Instances(folder)
    try:
        async with running.client_for(configs, loopback) as client:
            app = create_app(instances, client, with_worker=with_worker, loopback=loopback)
            if not await serve(app, listening):
                raise Unavailable(f"cannot listen on {listening}")
    finally:
        await instances.close()

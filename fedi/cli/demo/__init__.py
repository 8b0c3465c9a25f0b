"""`fedi demo`: three schools that federate, on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from fedi.cli import running
from fedi.cli.demo import content, separate, together, traffic
from fedi.cli.demo.network import lay_out


@click.command()
@click.option(
    "--separate", "apart", is_flag=True, help="One process for each school, over real sockets, on ports of their own."
)
@click.option("--fresh", is_flag=True, help="Start over: what the schools hold is thrown away.")
@click.option(
    "--port", type=click.IntRange(1024, 65000), default=8000, show_default=True, help="The port, or the first of them."
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-data"),
    show_default=True,
    help="Where the schools are kept between two runs.",
)
def command(apart: bool, fresh: bool, port: int, data: Path) -> None:
    """Run three invented schools with teachers, materials and conversations, until Ctrl-C.

    \b
    Example:
      fedi demo
      fedi demo --separate --port 8100 --fresh
    """
    schools = content.schools()
    network = lay_out(data, schools, port, separate=apart, fresh=fresh)
    running.configure_log(first=traffic.show)
    run = separate.run if apart else together.run
    running.run(run(network))

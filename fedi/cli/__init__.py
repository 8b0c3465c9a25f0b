"""The command line. `COMMANDS` lists what there is; a command's module is imported when the command is used."""

from __future__ import annotations

import importlib
import sys

import click

import fedi
from fedi.errors import FediError

COMMANDS = {
    "account": ("fedi.cli.account", "The people of a school."),
    "demo": ("fedi.cli.demo", "Three schools that federate, on this machine."),
    "doctor": ("fedi.cli.doctor", "Look for what is wrong, and say what to do."),
    "emoji": ("fedi.cli.emoji", "The school's own emojis."),
    "instance": ("fedi.cli.instance", "The schools on this machine."),
    "invite": ("fedi.cli.invite", "Links with which people join a school."),
    "peer": ("fedi.cli.peer", "Other servers, and what was decided about them."),
    "serve": ("fedi.cli.serve", "Serve every school of a folder."),
    "worker": ("fedi.cli.worker", "Do the work of every school of a folder, beside `serve --no-worker`."),
}


class _Commands(click.Group):
    """The commands of `COMMANDS`. To list them, none is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (FediError, OSError) as error:
            raise click.ClickException(_one_line(error)) from error


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(fedi.__version__, prog_name="fedi")
def main() -> None:
    """A federated server for schools.

    \b
    Example:
      fedi demo
      fedi instance create social.school.kz --name "School No. 1"
      fedi serve
    """


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


if __name__ == "__main__":
    sys.exit(main())

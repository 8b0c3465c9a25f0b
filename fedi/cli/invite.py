"""`fedi invite`: links with which people join."""

from __future__ import annotations

from pathlib import Path

import click

from fedi.actions import tickets as ticket_actions
from fedi.cli import options
from fedi.cli.output import day, print_json
from fedi.instances import Instance
from fedi.models.accounts import Role, Ticket
from fedi.models.secrets import new_secret
from fedi.store.database import Transaction


@click.group()
def command() -> None:
    """Links with which people join a school.

    \b
    Example:
      fedi invite create --uses 30
    """


@command.command()
@click.option(
    "--role", type=options.one_of(Role), default=Role.TEACHER.value, show_default=True, help="What they will be."
)
@click.option(
    "--uses", type=click.IntRange(1, ticket_actions.MAX_USES), default=1, show_default=True, help="For how many people."
)
@click.option("--days", type=click.IntRange(1, 365), default=14, show_default=True, help="How long the link works.")
@options.school
@options.folder
@options.as_json
def create(role: str, uses: int, days: int, host: str | None, folder: Path, as_json: bool) -> None:
    """Print a link with which people open their own accounts.

    \b
    Example:
      fedi invite create --uses 30 --days 7
      fedi invite create --role admin
    """
    secret = new_secret()

    async def unit(tx: Transaction) -> Ticket:
        valid_ms = days * ticket_actions.DAY_MS
        return await ticket_actions.invite(tx, None, secret.hash, role=Role(role), uses=uses, valid_ms=valid_ms)

    async def make(instance: Instance) -> tuple[str, Ticket]:
        return f"{instance.school.base_url}/join/{secret.text}", await instance.db.write(unit)

    link, ticket = options.at(options.chosen(folder, host), make)
    if as_json:
        print_json({"link": link, "role": role, "uses": uses, "expires": day(ticket.expires_at)})
    else:
        click.echo(f"For {uses} {'person' if uses == 1 else 'people'}, until {day(ticket.expires_at)} UTC:\n  {link}")

"""`fedi instance`: make a school, list them, close one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from fedi.actions import closing
from fedi.actions import tickets as ticket_actions
from fedi.cli import options
from fedi.cli.draining import drain_deliveries
from fedi.cli.new_instance import NewSchool, create
from fedi.cli.output import print_json, print_rows
from fedi.config import LANGUAGES
from fedi.errors import Invalid
from fedi.instances import Instance, configs_in
from fedi.models.peers import Peering
from fedi.models.secrets import new_secret


@click.group()
def command() -> None:
    """The schools on this machine.

    \b
    Example:
      fedi instance create social.school.kz --name "School No. 1"
      fedi instance list
    """


@command.command("create")
@click.argument("host")
@click.option(
    "--name",
    "names",
    multiple=True,
    required=True,
    help="The school's name; --name kk=... --name ru=... for several languages.",
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="kk", show_default=True, help="The school's own language."
)
@click.option("--time-zone", default="Asia/Almaty", show_default=True, help="The school's time zone.")
@click.option(
    "--peering",
    type=options.one_of(Peering),
    default=Peering.QUARANTINE.value,
    show_default=True,
    help="How servers are met that nobody has decided about.",
)
@click.option("--account-domain", default="", help="The part after the @ in handles, if it is not the host.")
@click.option("--database-url", default="", help="postgresql://...; without it a file beside the settings.")
@click.option("--development", is_flag=True, help="Plain http, for hosts that end in .localhost or .test.")
@click.option("--development-https", is_flag=True, help="With --development: https, from a reverse proxy of your own.")
@options.folder
@options.as_json
def create_command(
    host: str,
    names: tuple[str, ...],
    language: str,
    time_zone: str,
    peering: str,
    account_domain: str,
    database_url: str,
    development: bool,
    development_https: bool,
    folder: Path,
    as_json: bool,
) -> None:
    """Make the folder of a new school, and print the one-time link for its first administrator.

    \b
    Example:
      fedi instance create social.school.kz --name "School No. 1"
      fedi instance create almaty.localhost:8000 --development --name kk="Мектеп" --name ru="Школа"
    """
    new = NewSchool(
        host,
        _texts(names, language),
        language,
        time_zone,
        peering,
        development,
        development_https,
        account_domain,
        database_url,
    )
    config = create(folder, new)
    secret = new_secret()
    options.at(config, lambda instance: instance.db.write(ticket_actions.first_admin, secret.hash))
    link = f"{config.school.base_url}/join/{secret.text}"
    if as_json:
        print_json({"host": config.school.host, "folder": str(config.folder), "first_admin_link": link})
        return
    click.echo(f"Made {config.folder}: look through its instance.toml, then run: fedi serve --instances {folder}")
    click.echo(f"The first administrator opens her account here, once, within 7 days:\n  {link}")


def _texts(names: tuple[str, ...], language: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name in names:
        prefix, equals, text = name.partition("=")
        known = bool(equals) and prefix in LANGUAGES
        texts[prefix if known else language] = (text if known else name).strip()
    if not all(texts.values()):
        raise Invalid("a school has a name: --name 'School No. 1'", "name")
    return texts


@command.command("list")
@options.folder
@options.as_json
def list_command(folder: Path, as_json: bool) -> None:
    """List the schools of a folder.

    \b
    Example:
      fedi instance list --json
    """
    found, errors = configs_in(folder)
    columns = ("host", "name", "folder")
    rows = [(each.school.host, each.school.title(each.school.language), str(each.folder)) for each in found]
    print_rows(columns, [dict(zip(columns, row, strict=True)) for row in rows], as_json=as_json)
    if errors:
        raise errors[0]


@command.command("close")
@click.argument("host")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--wait", "wait_s", default=600, show_default=True, help="Seconds to spend on telling the other servers.")
@options.folder
def close_command(host: str, yes: bool, wait_s: int, folder: Path) -> None:
    """Close a school for ever: everybody in it is deleted, here and on all servers that know them.

    Can be run again: it goes on where it was. The folder stays, and answers that the school is gone while it is served.

    \b
    Example:
      fedi instance close social.school.kz
    """
    config = options.chosen(folder, host)
    if not yes:
        typed = click.prompt(f"This cannot be undone. Type {config.school.host} to close the school", type=str)
        if typed.strip() != config.school.host:
            raise Invalid("nothing was closed")
    options.at(config, _close)
    left = asyncio.run(drain_deliveries(config, wait_s))
    click.echo(
        f"{config.school.host} is closed; {left} deliveries are left." if left else f"{config.school.host} is closed."
    )


async def _close(instance: Instance) -> None:
    while await instance.db.write(closing.next_person):
        pass
    await instance.db.write(closing.school)

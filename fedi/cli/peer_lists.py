"""`fedi peer import`, `export`, `publish`, `subscribe`, `unsubscribe` and `lists`: lists of servers."""

from __future__ import annotations

from pathlib import Path

import click

from fedi.actions import host_lists
from fedi.actions.host_lists import BATCH
from fedi.activitypub import host_lists as on_the_wire
from fedi.cli import options, running
from fedi.cli.output import day, print_json, print_rows
from fedi.config import InstanceConfig
from fedi.errors import Invalid, NotFound, Unavailable
from fedi.instances import Instance
from fedi.models.host_lists import DomainRow, HostList, ListedAs, ListMode
from fedi.outbound import host_lists as reading
from fedi.outbound.failures import FetchFailed
from fedi.store import host_lists as stored

KINDS = click.Choice([kind.value for kind in ListedAs])


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "bare", type=KINDS, default="blocked", help="What servers are about which the file says nothing.")
@options.school
@options.folder
@options.as_json
def import_command(file: Path, bare: str, host: str | None, folder: Path, as_json: bool) -> None:
    """Trust or block the servers of a file: Mastodon's blocked domains, or one domain a line.

    \b
    Example:
      fedi peer import domain_blocks.csv
    """
    try:
        read = on_the_wire.read_csv(file.read_text("utf-8"), bare=ListedAs(bare))
    except ValueError as error:
        raise Invalid(f"{file} is no text in UTF-8", "file") from error
    left = options.at(options.chosen(folder, host), lambda at: _import(at, list(read.rows)))
    told = {"read": len(read.rows), "left": left, "skipped": list(read.skipped)}
    if as_json:
        print_json(told)
        return
    click.echo(f"{len(read.rows)} servers were read.")
    for name in left:
        click.echo(f"{name} is left as it is: this school, or decided otherwise.")
    for line in read.skipped:
        click.echo(f"Skipped: {line}")


async def _import(instance: Instance, rows: list[DomainRow]) -> list[str]:
    left: list[str] = []
    for start in range(0, len(rows), BATCH):
        left += await instance.db.write(host_lists.import_rows, None, rows[start : start + BATCH])
    return left


@click.command()
@click.option("--list", "kind", type=KINDS, default="blocked", help="Which servers.")
@click.option("--notes", is_flag=True, help="With what the administrators noted.")
@options.school
@options.folder
def export(kind: str, notes: bool, host: str | None, folder: Path) -> None:
    """Print the blocked or the trusted servers as a file that Mastodon and other schools can read.

    \b
    Example:
      fedi peer export --list blocked > blocked.csv
    """
    config = options.chosen(folder, host)
    click.echo(options.at(config, lambda at: at.db.read(host_lists.exported, None, ListedAs(kind), notes)), nl=False)


@click.command()
@click.argument("kind", type=KINDS)
@click.option("--no-longer", is_flag=True, help="Let nobody read it any more.")
@options.school
@options.folder
def publish(kind: str, no_longer: bool, host: str | None, folder: Path) -> None:
    """Let other schools follow the list of the servers that are blocked or trusted here.

    \b
    Example:
      fedi peer publish blocked
    """
    config = options.chosen(folder, host)
    options.at(config, lambda at: at.db.write(host_lists.publish, None, ListedAs(kind), not no_longer))
    address = on_the_wire.address(config.school.base_url, ListedAs(kind))
    click.echo(f"{address} can be read by nobody any more." if no_longer else f"{address} can be followed.")


@click.command()
@click.argument("url")
@click.option("--apply", "apply_", is_flag=True, help="Apply its changes, unless people here have decided otherwise.")
@options.school
@options.folder
def subscribe(url: str, apply_: bool, host: str | None, folder: Path) -> None:
    """Follow a signed list of another school; its changes are shown to the administrator, or applied.

    \b
    Example:
      fedi peer subscribe https://school12.kz/actor/lists/blocked --apply
    """
    mode = ListMode.APPLY if apply_ else ListMode.ASK
    followed = running.run(_subscribe(options.chosen(folder, host), url, mode))
    click.echo(f"The list of {followed.decision} servers at {followed.url} is followed.")


async def _subscribe(config: InstanceConfig, url: str, mode: ListMode) -> HostList:
    instance = await Instance.open(config)
    try:
        async with running.client_for([config]) as client:
            return await reading.subscribe(instance, client, None, url, mode)
    except FetchFailed as error:
        raise Unavailable(f"The list cannot be read: {error}") from error
    finally:
        await instance.close()


@click.command()
@click.argument("url")
@options.school
@options.folder
def unsubscribe(url: str, host: str | None, folder: Path) -> None:
    """Follow a list no longer; what was decided by it stays decided.

    \b
    Example:
      fedi peer unsubscribe https://school12.kz/actor/lists/blocked
    """
    options.at(options.chosen(folder, host), lambda at: _unsubscribe(at, url))
    click.echo(f"{url} is followed no longer.")


async def _unsubscribe(instance: Instance, url: str) -> None:
    known = await instance.db.read(stored.by_url, url)
    if known is None:
        raise NotFound(f"No list at {url} is followed")
    await instance.db.write(host_lists.unsubscribe, None, known.id)


@click.command("lists")
@options.school
@options.folder
@options.as_json
def lists_command(host: str | None, folder: Path, as_json: bool) -> None:
    """List the lists of other schools that are followed.

    \b
    Example:
      fedi peer lists --json
    """
    followed = options.at(options.chosen(folder, host), lambda at: at.db.read(stored.everyone))
    print_rows(_COLUMNS, [_row(each) for each in followed], as_json=as_json)


_COLUMNS = ("url", "decision", "mode", "read", "trouble")


def _row(each: HostList) -> dict[str, str]:
    return {
        "url": each.url,
        "decision": each.decision.value,
        "mode": each.mode.value,
        "read": day(each.fetched_at),
        "trouble": each.trouble or "",
    }


COMMANDS = (import_command, export, publish, subscribe, unsubscribe, lists_command)

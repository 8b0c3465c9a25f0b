"""`fedi account alias` and `fedi account move`: accounts that come from another server, and that go to one."""

from __future__ import annotations

from pathlib import Path

import click

from fedi.actions import accounts as account_actions
from fedi.actions import moves
from fedi.cli import options, running
from fedi.config import InstanceConfig
from fedi.errors import NotFound
from fedi.instances import Instance
from fedi.models.actors import Actor
from fedi.outbound import resolver
from fedi.store.database import Transaction


@click.command()
@click.argument("username")
@click.argument("address")
@click.option("--remove", is_flag=True, help="It is not hers any more.")
@options.school
@options.folder
def alias(username: str, address: str, remove: bool, host: str | None, folder: Path) -> None:
    """Name another account of a person, from which she can move to the one here.

    \b
    Example:
      fedi account alias aigul @aigul@old.school.kz
      fedi account alias aigul @aigul@old.school.kz --remove
    """
    config = options.chosen(folder, host)
    other = _found(config, address)

    async def unit(tx: Transaction) -> None:
        actor = (await account_actions.by_name(tx, username)).actor
        if remove:
            await moves.remove_alias(tx, actor, other.uri)
        else:
            await moves.add_alias(tx, actor, other)

    options.at(config, lambda instance: instance.db.write(unit))
    click.echo(f"{other.handle} is {'no account' if remove else 'another account'} of {username}.")


@click.command()
@click.argument("username")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.school
@options.folder
def move(username: str, address: str, yes: bool, host: str | None, folder: Path) -> None:
    """Let a person go on under another account, which must name this one as an alias; her followers go along.

    \b
    Example:
      fedi account move aigul @aigul@new.school.kz
    """
    config = options.chosen(folder, host)
    target = _found(config, address)
    if not yes:
        click.confirm(f"Move {username} at {config.school.host} to {target.handle}, with all followers?", abort=True)

    async def unit(tx: Transaction) -> None:
        await moves.move(tx, (await account_actions.by_name(tx, username)).actor, target)

    options.at(config, lambda instance: instance.db.write(unit))
    click.echo(f"{username} has moved to {target.handle}; the running server tells the other servers.")


def _found(config: InstanceConfig, address: str) -> Actor:
    return running.run(_look_up(config, address))


async def _look_up(config: InstanceConfig, address: str) -> Actor:
    """The account at an address, as it is just now."""
    instance = await Instance.open(config)
    try:
        async with running.client_for([config]) as client:
            found = await resolver.lookup(instance, client, address)
            if not isinstance(found, Actor):
                raise NotFound(f"there is no account {address}; write it like @aigul@school.kz")
            return await resolver.actor(instance, client, found.uri, refresh=True)
    finally:
        await instance.close()

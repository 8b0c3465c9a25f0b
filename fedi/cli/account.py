"""`fedi account`: open accounts, list them, help people back in, suspend, delete."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from fedi.actions import accounts as account_actions
from fedi.actions import key_rotation, moderation
from fedi.actions import tickets as ticket_actions
from fedi.actions.accounts import NewAccount
from fedi.activitypub import key_pairs
from fedi.auth import enrolment
from fedi.auth.enrolment import Newcomer
from fedi.cli import moving, options
from fedi.cli.output import day, print_json, print_rows
from fedi.errors import Invalid
from fedi.instances import Instance, school_keys
from fedi.models.accounts import Account, Person, Role
from fedi.models.actors import Actor
from fedi.models.secrets import new_secret
from fedi.store.database import Transaction


@click.group()
def command() -> None:
    """The people of a school.

    \b
    Example:
      fedi account create aigul --name "Айгүл Бекова"
      fedi account list --json
      fedi account reset aigul
    """


@command.command()
@click.argument("username")
@click.option("--name", default="", help="The name that others see.")
@click.option("--email", help="Where letters go.")
@click.option("--role", type=options.one_of(Role), default=Role.TEACHER.value, show_default=True)
@click.option("--password", is_flag=True, help="Ask for a password now, instead of printing a link to choose one.")
@options.school
@options.folder
@options.as_json
def create(
    username: str,
    name: str,
    email: str | None,
    role: str,
    password: bool,
    host: str | None,
    folder: Path,
    as_json: bool,
) -> None:
    """Open an account, and print the link with which its owner chooses a password.

    \b
    Example:
      fedi account create aigul --name "Айгүл Бекова" --email aigul@school.kz
      fedi account create director --role admin --password
    """
    typed = click.prompt("Password", hide_input=True, confirmation_prompt=True) if password else None
    link = options.at(options.chosen(folder, host), lambda at: _create(at, username, name, email, Role(role), typed))
    handle = username.strip().removeprefix("@").lower()
    if as_json:
        print_json({"username": handle, "password_link": link})
    else:
        click.echo(
            f"Opened the account {handle}."
            + (f" Its password is chosen here, once, within a day:\n  {link}" if link else "")
        )


async def _create(
    instance: Instance, username: str, name: str, email: str | None, role: Role, password: str | None
) -> str | None:
    if password is not None:
        new = await enrolment.new_account(Newcomer(username, name, password, email))
    else:
        new = NewAccount(username, name, await asyncio.to_thread(key_pairs.generate), email=email)
    person = await instance.db.write(_open, new, role)
    return None if password is not None else await _link(instance, person.account)


async def _open(tx: Transaction, new: NewAccount, role: Role) -> Person:
    person = await account_actions.create(tx, new)
    await moderation.set_role(tx, None, person.account, role)
    return person


async def _link(instance: Instance, account: Account) -> str:
    secret = new_secret()
    await instance.db.write(ticket_actions.reset, secret.hash, account)
    return f"{instance.school.base_url}/reset/{secret.text}"


@command.command("list")
@options.school
@options.folder
@options.as_json
def list_command(host: str | None, folder: Path, as_json: bool) -> None:
    """List everybody who has an account.

    \b
    Example:
      fedi account list --school social.school.kz --json
    """
    people = options.at(options.chosen(folder, host), lambda instance: instance.db.read(account_actions.people))
    print_rows(list(_row_names), [_row(person) for person in people], as_json=as_json)


_row_names = ("username", "name", "role", "email", "created", "last_seen", "state")


def _row(person: Person) -> dict[str, str | None]:
    account, actor = person.account, person.actor
    state = "suspended" if account.disabled_at else "active" if account.password_hash else "no password"
    return {
        "username": actor.username,
        "name": actor.name,
        "role": account.role.value,
        "email": account.email,
        "created": day(account.created_at),
        "last_seen": day(account.last_seen_at),
        "state": state,
    }


@command.command()
@click.argument("username")
@options.school
@options.folder
@options.as_json
def reset(username: str, host: str | None, folder: Path, as_json: bool) -> None:
    """Print a link with which a person chooses a new password; it works once, for a day.

    \b
    Example:
      fedi account reset aigul
    """

    async def make(instance: Instance) -> str:
        person = await instance.db.read(account_actions.by_name, username)
        return await _link(instance, person.account)

    link = options.at(options.chosen(folder, host), make)
    if as_json:
        print_json({"password_link": link})
    else:
        click.echo(f"{username} chooses a new password here, once, within a day:\n  {link}")


@command.command()
@click.argument("username")
@click.option("--lift", is_flag=True, help="Let the person in again.")
@options.school
@options.folder
def suspend(username: str, lift: bool, host: str | None, folder: Path) -> None:
    """Sign a person out and show nothing of hers, until it is lifted.

    \b
    Example:
      fedi account suspend marat
      fedi account suspend marat --lift
    """

    async def unit(tx: Transaction) -> None:
        account = (await account_actions.by_name(tx, username)).account
        await (moderation.unsuspend if lift else moderation.suspend)(tx, None, account)

    options.at(options.chosen(folder, host), lambda instance: instance.db.write(unit))
    click.echo(f"{username} can sign in again." if lift else f"{username} is suspended.")


@command.command()
@click.argument("username")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.school
@options.folder
def delete(username: str, yes: bool, host: str | None, folder: Path) -> None:
    """Delete a person for good, here and on the servers that know her. Her name is never given to another.

    \b
    Example:
      fedi account delete marat
    """
    config = options.chosen(folder, host)
    if not yes:
        click.confirm(f"Delete {username} at {config.school.host}? This cannot be undone", abort=True)

    async def unit(tx: Transaction) -> None:
        await moderation.delete(tx, None, (await account_actions.by_name(tx, username)).account)

    options.at(config, lambda instance: instance.db.write(unit))
    click.echo(f"{username} is deleted; the running server tells the other servers.")


@command.command("rotate-keys")
@click.argument("username", required=False)
@click.option("--all", "everybody", is_flag=True, help="Everybody's keys, and the school's own.")
@click.option("--of-school", is_flag=True, help="The school's own keys, which sign what it asks of other servers.")
@options.school
@options.folder
def rotate_keys(username: str | None, everybody: bool, of_school: bool, host: str | None, folder: Path) -> None:
    """Give a person, or the school itself, new keys, and tell the servers that know the old ones.

    \b
    Example:
      fedi account rotate-keys marat
      fedi account rotate-keys --of-school
      fedi account rotate-keys --all
    """
    if [username is not None, everybody, of_school].count(True) != 1:
        raise Invalid("say whose keys: a name, --of-school or --all")
    config = options.chosen(folder, host)
    count = options.at(config, lambda instance: _rotate(instance, username, people=everybody, school=not username))
    click.echo(f"New keys for {count}; the running server tells the other servers.")


async def _rotate(instance: Instance, username: str | None, *, people: bool, school: bool) -> int:
    if username is not None:
        await _rotate_one(instance, (await instance.db.read(account_actions.by_name, username)).actor)
        return 1
    found = await instance.db.read(account_actions.people) if people else []
    for person in found:
        await _rotate_one(instance, person.actor)
    if school:
        await _rotate_school(instance)
    return len(found) + school


async def _rotate_one(instance: Instance, actor: Actor) -> None:
    pair = await asyncio.to_thread(key_pairs.generate)
    await instance.db.write(key_rotation.rotate, actor, pair)


async def _rotate_school(instance: Instance) -> None:
    pair = await asyncio.to_thread(key_pairs.generate)
    # The files first: a server that is started in between takes the keys from there.
    await asyncio.to_thread(school_keys.replace, instance.config.keys_folder, pair)
    await instance.db.write(key_rotation.rotate, instance.school_actor, pair)


command.add_command(moving.alias)
command.add_command(moving.move)

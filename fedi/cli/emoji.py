"""`fedi emoji`: the school's own emojis."""

from __future__ import annotations

from pathlib import Path

import click

from fedi import media
from fedi.actions import emojis
from fedi.cli import options
from fedi.cli.output import print_json
from fedi.instances import Instance
from fedi.models.emojis import CustomEmoji


@click.group()
def command() -> None:
    """The school's own emojis.

    \b
    Example:
      fedi emoji add bravo bravo.png
    """


@command.command()
@click.argument("shortcode")
@click.argument("picture", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--category", default="", help="The group it is shown in.")
@options.school
@options.folder
def add(shortcode: str, picture: Path, category: str, host: str | None, folder: Path) -> None:
    """Add an emoji from a small PNG, GIF or WebP, or give one another picture.

    \b
    Example:
      fedi emoji add bravo bravo.png --category Praise
    """

    async def put(instance: Instance) -> CustomEmoji:
        taken_in = await media.receive_path(instance.media, picture)
        return await instance.db.write(emojis.add, None, shortcode, taken_in, category)

    made = options.at(options.chosen(folder, host), put)
    click.echo(f"Everybody can use :{made.shortcode}: now.")


@command.command("list")
@options.school
@options.folder
@options.as_json
def list_(host: str | None, folder: Path, as_json: bool) -> None:
    """List the school's emojis.

    \b
    Example:
      fedi emoji list
    """

    async def known(instance: Instance) -> list[CustomEmoji]:
        return await instance.db.read(emojis.own)

    found = options.at(options.chosen(folder, host), known)
    if as_json:
        print_json([{"shortcode": each.shortcode, "category": each.category, "shown": _shown(each)} for each in found])
        return
    for each in found:
        click.echo(f":{each.shortcode}:  {each.category}{'' if _shown(each) else '  (not shown)'}".rstrip())


def _shown(each: CustomEmoji) -> bool:
    return each.disabled_at is None


@command.command()
@click.argument("shortcode")
@options.school
@options.folder
def remove(shortcode: str, host: str | None, folder: Path) -> None:
    """Remove an emoji: where texts use it, its name is left.

    \b
    Example:
      fedi emoji remove bravo
    """

    async def take(instance: Instance) -> None:
        await instance.db.write(emojis.remove, None, shortcode)

    options.at(options.chosen(folder, host), take)
    click.echo(f":{shortcode.strip(':')}: is removed.")

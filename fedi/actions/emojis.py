"""Custom emojis: those an administrator gives the school, and those of other servers; our origin shows them all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from fedi.actions import moderation
from fedi.errors import Invalid, NotFound
from fedi.models.accounts import Account
from fedi.models.actors import Emoji
from fedi.models.emojis import OURS, CustomEmoji
from fedi.models.files import File, FileKind, NewFile, RemoteFile
from fedi.store import actors, emojis, files, remote_files
from fedi.store.database import Transaction

LARGEST_BYTES = 256 * 1024
LARGEST_SIDE = 512
"""What other servers take of ours; also how much of theirs is fetched."""

_SHORTCODE = re.compile(r"[A-Za-z0-9_]{2,64}")
_NAMED = re.compile(r":([A-Za-z0-9_]{2,64}):")
_LONGEST_CATEGORY = 60
_PER_HOST = 5_000
_IN_ONE_TEXT = 50


async def add(tx: Transaction, by: Account | None, shortcode: str, picture: NewFile, category: str = "") -> CustomEmoji:
    """Give the school an emoji, or an emoji another picture; Invalid says what is wrong."""
    moderation.require_admin(by)
    name, category = shortcode.strip().strip(":"), category.strip()
    if not _SHORTCODE.fullmatch(name):
        raise Invalid("A name has 2 to 64 Latin letters, digits and underscores", "shortcode")
    if len(category) > _LONGEST_CATEGORY:
        raise Invalid(f"A group has at most {_LONGEST_CATEGORY} characters", "category")
    check_picture(picture)
    school = await actors.school_actor(tx)
    file = await files.insert(tx, school.id, picture)
    made = await emojis.put(tx, OURS, name, file.id, category)
    tx.announce("emojis", made.id)
    return made


def check_picture(picture: NewFile) -> None:
    """Invalid unless it is a small picture."""
    side = max(picture.width or 0, picture.height or 0)
    if picture.kind is not FileKind.IMAGE or picture.size > LARGEST_BYTES or side > LARGEST_SIDE:
        raise Invalid(f"A small picture is needed: at most {LARGEST_SIDE} pixels and 256 KB", "picture")


async def set_disabled(tx: Transaction, by: Account | None, shortcode: str, *, disabled: bool) -> None:
    """Show one of our emojis nowhere any more, or again."""
    moderation.require_admin(by)
    await emojis.set_disabled(tx, (await _own(tx, shortcode)).id, tx.now if disabled else None)


async def remove(tx: Transaction, by: Account | None, shortcode: str) -> None:
    """Take an emoji from the school: where texts use it, its name is left."""
    moderation.require_admin(by)
    await emojis.delete(tx, (await _own(tx, shortcode)).id)


async def _own(tx: Transaction, shortcode: str) -> CustomEmoji:
    found = await emojis.by_name(tx, OURS, shortcode.strip().strip(":"))
    if found is None:
        raise NotFound(f"There is no emoji {shortcode}")
    return found


async def own(tx: Transaction) -> list[CustomEmoji]:
    """Every emoji of this school, disabled ones too."""
    return await emojis.own(tx)


async def usable(tx: Transaction) -> list[CustomEmoji]:
    """The emojis of this school that people may use."""
    return [each for each in await emojis.own(tx) if each.disabled_at is None]


async def used_in(tx: Transaction, *texts: str) -> tuple[Emoji, ...]:
    """Our emojis that these texts name, as they are kept with a post or a profile."""
    named = list(dict.fromkeys(name for text in texts for name in _NAMED.findall(text)))[:_IN_ONE_TEXT]
    found = await emojis.by_names(tx, OURS, named) if named else {}
    usable_ones = [found[name] for name in named if name in found and found[name].disabled_at is None]
    pictures = await files.by_ids(tx, [each.file_id for each in usable_ones]) if usable_ones else {}
    return tuple(_own_kept(tx, each, pictures[each.file_id].media_type) for each in usable_ones)


async def of_host(tx: Transaction, host: str, announced: Iterable[Emoji]) -> tuple[Emoji, ...]:
    """Emojis that a document of another server brings, as they are kept: with the address of their picture here.

    One name means one picture at a server, the one that was announced last. What a host may invent is bounded.
    """
    wanted = {each.shortcode: each for each in announced if _SHORTCODE.fullmatch(each.shortcode)}
    if not wanted:
        return ()
    known = await emojis.by_names(tx, host, wanted)
    room = _PER_HOST - await emojis.count_at(tx, host) if len(known) < len(wanted) else 0
    school = await actors.school_actor(tx)
    for each in wanted.values():
        room -= each.shortcode not in known
        if each.shortcode in known or room >= 0:
            known[each.shortcode] = await _announced(tx, school.id, host, each, known.get(each.shortcode))
    return tuple(_kept(tx, known[name]) for name in wanted if name in known)


async def _announced(tx: Transaction, owner_id: int, host: str, each: Emoji, known: CustomEmoji | None) -> CustomEmoji:
    picture = RemoteFile(each.url, FileKind.IMAGE, "", each.shortcode, "")
    file_id = await remote_files.announce(tx, owner_id, picture)
    if known is not None and known.file_id == file_id:
        if each.updated_at <= known.updated_at:
            return known
        await remote_files.fetch_anew(tx, file_id, picture)
    return await emojis.put(tx, host, each.shortcode, file_id, updated_at=each.updated_at)


def _kept(tx: Transaction, each: CustomEmoji) -> Emoji:
    return Emoji(each.shortcode, f"{tx.school.base_url}{each.path}")


def _own_kept(tx: Transaction, each: CustomEmoji, media_type: str) -> Emoji:
    return replace(_kept(tx, each), media_type=media_type, updated_at=each.updated_at)


async def picture(tx: Transaction, host: str, shortcode: str) -> File | None:
    """The picture of an emoji; None if there is none, or it is disabled."""
    found = await emojis.by_name(tx, host, shortcode)
    return await files.by_id(tx, found.file_id) if found is not None and found.disabled_at is None else None

"""What people do with files: add them, describe them, open them; and what is cleared away."""

from __future__ import annotations

from fedi.actions import reading
from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.files import File, NewFile
from fedi.store import actors, files
from fedi.store.database import Transaction

_LONGEST_DESCRIPTION = 10_000
_BATCH = 200
_DAY_MS = 24 * 60 * 60 * 1000


async def add(tx: Transaction, owner: Actor, new: NewFile) -> File:
    """A file that was taken in becomes the owner's, to be put on a post or a profile."""
    _check_description(new.description)
    return await files.insert(tx, owner.id, new)


async def describe(tx: Transaction, owner: Actor, file_id: int, description: str) -> None:
    """The owner says what is to be seen in her file."""
    file = await files.by_id(tx, file_id)
    if file is None or file.owner_id != owner.id:
        raise NotFound("There is no such file")
    _check_description(description)
    if description != file.description:
        await files.describe(tx, file_id, description)


def _check_description(description: str) -> None:
    if len(description) > _LONGEST_DESCRIPTION:
        raise Invalid(f"The description may have at most {_LONGEST_DESCRIPTION} characters", "description")


async def open_file(tx: Transaction, viewer: Actor | None, file_id: int) -> File:
    """The file, if `viewer` may see a post it belongs to; pictures of a profile are for everybody, unused ones for
    their owner. NotFound otherwise: hidden and absent are not told apart.
    """
    file = await files.by_id(tx, file_id)
    if file is None or not await _may_open(tx, viewer, file):
        raise NotFound("There is no such file")
    return file


async def _may_open(tx: Transaction, viewer: Actor | None, file: File) -> bool:
    owner = await actors.by_id(tx, file.owner_id)
    if owner is None or owner.gone:
        return False
    if file.id in (owner.avatar_id, owner.header_id) or (viewer is not None and viewer.id == owner.id):
        return True
    return await reading.any_visible(tx, viewer, await files.posts_with(tx, file.id))


async def free_unused(tx: Transaction) -> list[str]:
    """Forget files that were uploaded a day ago and put nowhere; the storage keys nobody refers to any more."""
    unused = await files.orphans(tx, tx.now - _DAY_MS, _BATCH)
    await files.delete(tx, [file.id for file in unused])
    return await _unreferenced(tx, unused)


async def free_cache(tx: Transaction) -> list[str]:
    """Keep the cached files of peers within the school's quota; the storage keys nobody refers to any more."""
    excess = await files.cache_size(tx) - tx.school.limits.media_cache_bytes
    dropped: list[File] = []
    for file in await files.least_used(tx, _BATCH) if excess > 0 else ():
        if excess <= 0:
            break
        dropped.append(file)
        excess -= file.size or 0
    await files.uncached(tx, [file.id for file in dropped])
    return await _unreferenced(tx, dropped)


async def erase_all(tx: Transaction, owner: Actor) -> list[str]:
    """Forget every file of an actor that belongs to no post any more; the storage keys nobody refers to any more."""
    owned = [file for file in await files.of_owner(tx, owner.id) if not await files.posts_with(tx, file.id)]
    await files.delete(tx, [file.id for file in owned])
    return await _unreferenced(tx, owned)


async def _unreferenced(tx: Transaction, dropped: list[File]) -> list[str]:
    keys = [key for file in dropped for key in (file.storage_key, file.preview_key) if key]
    still = await files.referenced_keys(tx, keys) if keys else set()
    return sorted(set(keys) - still)

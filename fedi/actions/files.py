"""What people do with files: add them, describe them, open them; and what is cleared away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fedi.errors import Invalid, NotFound
from fedi.models.actors import Actor
from fedi.models.files import File, NewFile, RawFile
from fedi.store import files, jobs, served, unfinished_files
from fedi.store.database import Transaction
from fedi.store.jobs import Job, Lane, NewJob

LONGEST_DESCRIPTION = 10_000
"""Characters of what is said of a file."""

LARGEST_ICON = 2 * 1024 * 1024
"""Bytes of the picture that another server shows of a film or a document."""

_BATCH = 200
_HOUR_MS = 60 * 60 * 1000
_DAY_MS = 24 * _HOUR_MS


async def add(tx: Transaction, owner: Actor, new: NewFile) -> File:
    """A file that was taken in becomes the owner's, to be put on a post or a profile."""
    _check_description(new.description)
    return await files.insert(tx, owner.id, new)


async def add_unfinished(tx: Transaction, owner: Actor, raw: RawFile) -> File:
    """Film or sound that was sent becomes the owner's; a job works on it before it can be put anywhere."""
    _check_description(raw.description)
    file = await unfinished_files.insert(tx, owner.id, raw)
    await jobs.enqueue(tx, NewJob("finish-file", {"file": file.id}, Lane.BULK))
    return file


async def finish(tx: Transaction, job: Job, made: NewFile | None) -> list[str]:
    """The job has worked on it: what it made, or None for what cannot be used; the storage keys to be erased."""
    before = await files.by_id(tx, job.args["file"])
    if before is not None and made is not None:
        await unfinished_files.finish(tx, before.id, made)
    elif before is not None:
        await unfinished_files.fail(tx, before.id)
    await jobs.finish(tx, job)
    after = await files.by_id(tx, job.args["file"])
    written = (*(before.keys if before else ()), *((made.storage_key, made.preview_key) if made else ()))
    return [key for key in dict.fromkeys(written) if key and key not in (after.keys if after else ())]


async def picture(tx: Transaction, owner: Actor, file_id: int, picture: NewFile) -> list[str]:
    """The owner gives her file another preview; the storage keys to be erased."""
    before = await files.by_id(tx, file_id)
    if before is None or before.owner_id != owner.id:
        raise NotFound("There is no such file")
    await unfinished_files.set_preview(tx, file_id, picture)
    return [key for key in (before.preview_key, picture.storage_key) if key]


async def describe(tx: Transaction, owner: Actor, file_id: int, description: str) -> None:
    """The owner says what is to be seen in her file."""
    file = await files.by_id(tx, file_id)
    if file is None or file.owner_id != owner.id:
        raise NotFound("There is no such file")
    _check_description(description)
    if description != file.description:
        await files.describe(tx, file_id, description)


async def redescribe(
    tx: Transaction, owner: Actor, file_id: int, description: str | None, focus: tuple[float, float] | None
) -> bool:
    """The owner says of her file what is not None: a description, a focal point. Whether anything changed."""
    before = await files.by_id(tx, file_id)
    if description is not None:
        await describe(tx, owner, file_id, description)
    if before is None or before.owner_id != owner.id:
        raise NotFound("There is no such file")
    if focus is not None:
        await files.set_focus(tx, file_id, focus)
    return await files.by_id(tx, file_id) != before


async def put_aside(tx: Transaction, aside: Iterable[File]) -> None:
    """Files of a post about to be deleted wait another day, to be put on a new one."""
    for file in aside:
        await files.used(tx, file.id)


async def discard(tx: Transaction, left: Iterable[File]) -> list[str]:
    """Forget files of a post that was deleted, as far as they are used nowhere else; their storage keys, to be erased
    after the unit.
    """
    unused = await files.unused(tx, [file.id for file in left])
    await files.delete(tx, [file.id for file in unused])
    return _keys(unused)


def _check_description(description: str) -> None:
    if len(description) > LONGEST_DESCRIPTION:
        raise Invalid(f"The description may have at most {LONGEST_DESCRIPTION} characters", "description")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file somebody may have; `public` if anybody may, so that it may be kept on the way."""

    file: File
    public: bool


async def open_file(tx: Transaction, viewer: Actor | None, file_id: int) -> Opened | None:
    """The file, if `viewer` may see a post it belongs to; pictures of a profile are for everybody, unused files for
    their owner. None for hidden and absent: they are not told apart.
    """
    public = await files.seen_by(tx, None, file_id)
    if public is not None:
        return Opened(public, public=True)
    file = await files.seen_by(tx, viewer, file_id) if viewer is not None else None
    return Opened(file, public=False) if file else None


async def open_for_peer(tx: Transaction, host: str, file_id: int) -> Opened | None:
    """The same for a server that has signed its request: it counts as what its people may see."""
    file = await served.file(tx, file_id, host)
    return Opened(file, public=False) if file else None


async def open_by_key(tx: Transaction, file_id: int) -> Opened | None:
    """The same for who shows a key of the file: it was given to somebody who may see it."""
    file = await files.shown(tx, file_id)
    return Opened(file, public=False) if file else None


async def keep_cached(tx: Transaction, file_id: int, fetched: NewFile) -> File | None:
    """A peer's file has been fetched; None if it was deleted meanwhile."""
    return await files.cached(tx, file_id, fetched)


async def picture_of(tx: Transaction, file: File) -> File:
    """Of which file the small picture stands for this one: itself, or what another server shows of it."""
    icon = await files.by_id(tx, file.icon_id) if file.preview_key is None and file.icon_id is not None else None
    return icon or file


async def note_use(tx: Transaction, file: File) -> None:
    """Somebody asked for a cached file: it is the last to be dropped."""
    await files.used(tx, file.id)


def use_is_stale(file: File, now: int) -> bool:
    """Whether it is time to note again that a cached file is used; `now` in milliseconds."""
    return file.remote_url is not None and now - file.used_at > _HOUR_MS


async def unused(tx: Transaction) -> list[int]:
    """Some files that were uploaded a day ago and put nowhere. All files are looked through: for a unit that reads."""
    return [file.id for file in await files.orphans(tx, tx.now - _DAY_MS, _BATCH)]


async def free_unused(tx: Transaction, file_ids: Sequence[int]) -> list[str]:
    """Forget those of these files that still are put nowhere; their storage keys, to be erased after the unit."""
    freed = await files.orphans(tx, tx.now - _DAY_MS, len(file_ids), file_ids)
    await files.delete(tx, [file.id for file in freed])
    return _keys(freed)


async def free_cache(tx: Transaction) -> list[str]:
    """Keep the cached files of peers within the school's quota; their storage keys, to be erased after the unit."""
    excess = await files.cache_size(tx) - tx.school.limits.media_cache_bytes
    dropped: list[File] = []
    for file in await files.least_used(tx, _BATCH) if excess > 0 else ():
        if excess <= 0:
            break
        dropped.append(file)
        excess -= file.size or 0
    await files.uncached(tx, [file.id for file in dropped])
    return _keys(dropped)


def _keys(dropped: list[File]) -> list[str]:
    return [key for file in dropped for key in file.keys]

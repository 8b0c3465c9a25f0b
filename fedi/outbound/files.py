"""Files of peers, fetched when somebody asks for them: signed by the school, bounded, sniffed and cleaned like uploads.

Everybody gets them from our own origin: no reader is seen by another server, and nothing of theirs runs in ours.
"""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import structlog

from fedi import media
from fedi.actions import files
from fedi.activitypub.signatures.keys import SigningKey
from fedi.errors import Invalid, NotFound, TooLarge, Unavailable
from fedi.instances import Instance
from fedi.models.files import File
from fedi.outbound.client import Client
from fedi.outbound.failures import FetchFailed

log = structlog.get_logger("fedi.files")


class WrongDigest(Invalid):
    """The bytes are not those that were announced."""


async def at_hand(
    instance: Instance, client: Client, file: File, limit: int | None = None, *, unsigned: bool = False
) -> File:
    """The file with its bytes in our storage, fetched if need be; NotFound or Unavailable if they cannot be had.

    `limit`: the most bytes to fetch, the school's limit for files if None. `unsigned`: as by anybody, since its server
    is none of the Fediverse.
    """
    if file.storage_key is not None and instance.media.path(file.storage_key).is_file():
        return file
    if file.remote_url is None:
        raise NotFound("The bytes of the file are missing")
    if instance.file_fetches.failed_lately(file.id, instance.clock()):
        raise Unavailable(f"{file.remote_url} could not be fetched a moment ago")
    return await instance.file_fetches.once(file.id, lambda: _fetch(instance, client, file, limit, unsigned))


async def _fetch(instance: Instance, client: Client, file: File, limit: int | None, unsigned: bool) -> File:
    # Held: the school is not closed while the bytes come in, though whoever asked may have left.
    with instance.held(), instance.media.scratch() as scratch:
        try:
            signer = None if unsigned else instance.school_key
            await _download(client, file, scratch, limit or instance.school.limits.file_bytes, signer)
            fetched = await media.take_in(instance.media, scratch, file.name)
        except (FetchFailed, Invalid, TooLarge) as failure:
            instance.file_fetches.note_failure(file.id, instance.clock())
            log.info("file not fetched", host=instance.school.host, url=file.remote_url, reason=str(failure))
            raise Unavailable(f"{file.remote_url} cannot be fetched") from failure
    kept = await instance.db.write(files.keep_cached, file.id, fetched)
    if kept is None:
        await erase(instance, [key for key in (fetched.storage_key, fetched.preview_key) if key])
        raise NotFound("The file was deleted while it was fetched")
    await erase(instance, await instance.db.write(files.free_cache))
    return kept


async def _download(client: Client, file: File, scratch: Path, limit: int, signer: SigningKey | None) -> None:
    with scratch.open("wb") as into:
        await client.stream_file(file.remote_url or "", signer, into, limit)
    if file.sha256 is not None and await asyncio.to_thread(_sha256, scratch) != file.sha256:
        raise WrongDigest("The bytes are not those that were announced", "file")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, hashlib.sha256).hexdigest()


async def erase(instance: Instance, keys: list[str]) -> None:
    """Remove bytes from the storage, after the unit that forgot them."""
    for key in keys:
        await asyncio.to_thread(instance.media.erase, key)

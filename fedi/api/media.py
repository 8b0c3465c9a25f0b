"""Files: sent first, put on a post afterwards (behaviours 10.1 to 10.10)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from starlette.datastructures import UploadFile

from fedi import media
from fedi.actions import files
from fedi.api.call import Answer, Call, answer
from fedi.api.entities.media import attachment
from fedi.api.errors import Unprocessable
from fedi.api.params import Params
from fedi.config import MEBIBYTE
from fedi.errors import Invalid, NotFound, TooLarge
from fedi.instances.rates import Budget
from fedi.models.actors import Actor
from fedi.models.files import File, FileKind, FileState, NewFile, RawFile
from fedi.store import files as stored
from fedi.store.database import Transaction

UPLOADS = Budget("media", 60, 30 * 60_000)

Focus = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Described:
    """What a client says about a file; None leaves a thing as it is."""

    id: int
    description: str | None
    focus: Focus | None
    picture: NewFile | None = None


def described(params: Params) -> Described:
    """A file's description and focal point, as clients send them."""
    return Described(params.id("id") or 0, params.text("description"), _focus(params.text("focus")))


def _focus(text: str | None) -> Focus | None:
    """`x,y` from -1 to 1; what is none is left out."""
    across, _, down = (text or "").partition(",")
    try:
        point = float(across), float(down)
    except ValueError:
        return None
    return None if any(each != each for each in point) else (_bounded(point[0]), _bounded(point[1]))


def _bounded(number: float) -> float:
    return max(-1.0, min(1.0, number))


async def upload(call: Call) -> Answer:
    """POST /api/v2/media: ready when this answers (200), but for film and sound that are still worked on (202)."""
    about = described(call.params)
    with _words_of_mastodon(call):
        received = await media.receive_for_later(call.instance.media, _sent(call), about.description or "")
    return await _taken(call, received, about)


async def upload_v1(call: Call) -> Answer:
    """POST /api/v1/media: always ready when this answers."""
    about = described(call.params)
    with _words_of_mastodon(call):
        received = await media.receive(call.instance.media, _sent(call), about.description or "", media.Films.BRIEFLY)
    return await _taken(call, received, about)


def _sent(call: Call) -> UploadFile:
    sent = call.params.upload("file")
    if sent is None:
        raise Unprocessable("Validation failed: File can't be blank")
    return sent


@contextmanager
def _words_of_mastodon(call: Call) -> Iterator[None]:
    try:
        yield
    except media.Damaged as error:
        raise Unprocessable("File type of uploaded media could not be verified") from error
    except TooLarge as error:
        raise Unprocessable(f"Validation failed: File {must_be_less(call)}") from error


def must_be_less(call: Call) -> str:
    """How large a file may be, as Mastodon says it of one that is larger."""
    return f"must be less than {call.instance.school.limits.file_bytes // MEBIBYTE} MB"


async def _taken(call: Call, received: NewFile | RawFile, about: Described) -> Answer:
    """A file that was received gets its owner, its focal point and the picture that was sent with it."""
    about = await with_picture(call, call.params, about)
    file, dropped = await call.write(_add, call.me, received, about)
    await erase(call, dropped)
    return _answer(call, file)


async def with_picture(call: Call, params: Params, about: Described) -> Described:
    """What a client says about a file, with the picture it sends to stand for it."""
    sent = params.upload("thumbnail")
    if sent is None:
        return about
    with _words_of_mastodon(call):
        picture = await media.receive(call.instance.media, sent)
    if picture.kind is not FileKind.IMAGE:
        await erase(call, [key for key in (picture.storage_key, picture.preview_key) if key])
        raise Unprocessable("Validation failed: Thumbnail content type is invalid, Thumbnail is invalid")
    return replace(about, picture=picture)


async def erase(call: Call, keys: list[str]) -> None:
    """Remove bytes from the storage, after the unit that forgot them."""
    for key in keys:
        await asyncio.to_thread(call.instance.media.erase, key)


def _answer(call: Call, file: File, *, processing: int = 202) -> Answer:
    """A file on no post is its owner's alone, and her program shows it before it is used."""
    if file.state is FileState.FAILED:
        raise Unprocessable("Error processing thumbnail for uploaded media")
    keys, now = call.instance.file_keys, call.instance.clock()
    shown = attachment(call.instance.school, file, lambda file_id: keys.make(file_id, now))
    return answer(shown, 200 if file.state is FileState.READY else processing)


async def _add(tx: Transaction, me: Actor, received: NewFile | RawFile, about: Described) -> tuple[File, list[str]]:
    if isinstance(received, RawFile):
        file = await files.add_unfinished(tx, me, received)
    else:
        file = await files.add(tx, me, received)
    return await _change(tx, me, replace(about, id=file.id, description=None))


async def show(call: Call) -> Answer:
    """GET /api/v1/media/:id: one that is on no post yet; 206 while it is worked on."""
    return _answer(call, await call.read(_waiting, call.me, call.id()), processing=206)


async def _waiting(tx: Transaction, me: Actor, file_id: int) -> File:
    file = await stored.by_id(tx, file_id)
    if file is None or file.owner_id != me.id or await stored.is_attached(tx, file_id):
        raise NotFound("There is no such file")
    return file


async def change(call: Call) -> Answer:
    """PUT /api/v1/media/:id, before it is put on a post."""
    about = await with_picture(call, call.params, described(call.params))
    file, dropped = await call.write(_change, call.me, replace(about, id=call.id()))
    await erase(call, dropped)
    return _answer(call, file, processing=206)


async def _change(tx: Transaction, me: Actor, about: Described) -> tuple[File, list[str]]:
    """The file as it is now, and the storage keys to be erased."""
    await _waiting(tx, me, about.id)
    _, dropped = await say(tx, me, about)
    return await _waiting(tx, me, about.id), dropped


async def say(tx: Transaction, me: Actor, about: Described) -> tuple[bool, list[str]]:
    """Say about a file what a client has said; whether that changed anything, and the storage keys to be erased."""
    changed = await files.redescribe(tx, me, about.id, about.description, about.focus)
    if about.picture is None:
        return changed, []
    return True, await files.picture(tx, me, about.id, about.picture)


async def delete(call: Call) -> Answer:
    """DELETE /api/v1/media/:id, while it is on no post."""
    await erase(call, await call.write(_delete, call.me, call.id()))
    return answer({})


async def _delete(tx: Transaction, me: Actor, file_id: int) -> list[str]:
    file = await _waiting(tx, me, file_id)
    if file_id in (me.avatar_id, me.header_id):
        raise Invalid("File is shown on your profile", "file")
    await stored.delete(tx, [file_id])
    return list(file.keys)

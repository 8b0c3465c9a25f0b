"""Files: sent first, put on a post afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from fedi import media
from fedi.actions import files
from fedi.api.call import Answer, Call, answer
from fedi.api.entities.media import attachment
from fedi.api.errors import Unprocessable
from fedi.api.params import Params
from fedi.errors import Invalid, NotFound
from fedi.instances.rates import Budget
from fedi.models.actors import Actor
from fedi.models.files import File, NewFile
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
    """POST /api/v2/media, and /api/v1/media: taken in, cleaned, and ready when this answers."""
    sent = call.params.upload("file")
    if sent is None:
        raise Unprocessable("Validation failed: File can't be blank")
    about = described(call.params)
    received = await media.receive(call.instance.media, sent, about.description or "")
    file = await call.write(_add, call.me, received, about.focus)
    return _answer(call, file)


def _answer(call: Call, file: File) -> Answer:
    """A file on no post is its owner's alone, and her program shows it before it is used."""
    keys, now = call.instance.file_keys, call.instance.clock()
    return answer(attachment(call.instance.school, file, lambda file_id: keys.make(file_id, now)))


async def _add(tx: Transaction, me: Actor, received: NewFile, focus: Focus | None) -> File:
    file = await files.add(tx, me, received)
    return await _described(tx, me, Described(file.id, None, focus)) if focus else file


async def show(call: Call) -> Answer:
    """GET /api/v1/media/:id: one that is on no post yet."""
    return _answer(call, await call.read(_waiting, call.me, call.id()))


async def _waiting(tx: Transaction, me: Actor, file_id: int) -> File:
    file = await stored.by_id(tx, file_id)
    if file is None or file.owner_id != me.id or await stored.is_attached(tx, file_id):
        raise NotFound("There is no such file")
    return file


async def change(call: Call) -> Answer:
    """PUT /api/v1/media/:id, before it is put on a post."""
    about = described(call.params)
    about = Described(call.id(), about.description, about.focus)
    return _answer(call, await call.write(_change, call.me, about))


async def _change(tx: Transaction, me: Actor, about: Described) -> File:
    await _waiting(tx, me, about.id)
    return await _described(tx, me, about)


async def _described(tx: Transaction, me: Actor, about: Described) -> File:
    await files.redescribe(tx, me, about.id, about.description, about.focus)
    return await _waiting(tx, me, about.id)


async def delete(call: Call) -> Answer:
    """DELETE /api/v1/media/:id, while it is on no post."""
    keys = await call.write(_delete, call.me, call.id())
    for key in keys:
        call.instance.media.erase(key)
    return answer({})


async def _delete(tx: Transaction, me: Actor, file_id: int) -> list[str]:
    file = await _waiting(tx, me, file_id)
    if file_id in (me.avatar_id, me.header_id):
        raise Invalid("File is shown on your profile", "file")
    await stored.delete(tx, [file_id])
    return [key for key in (file.storage_key, file.preview_key) if key]

"""Files of a form: taken in when it is sent, and kept with it until it is published."""

from __future__ import annotations

from starlette.requests import Request

from fedi import media
from fedi.actions import files
from fedi.errors import Invalid, TooLarge
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.files import File, NewFile
from fedi.paths import number_in
from fedi.store import files as stored_files
from fedi.store.database import Transaction
from fedi.web.forms import Form, translated
from fedi.web.visit import write


async def take_in(request: Request, me: SignedIn, form: Form) -> list[File]:
    """Every file of the form, those of earlier rounds first. A refused one is told beside the input; the rest stay."""
    received = await _receive(request, form)
    return await write(request, _add, me.actor, _kept(form), received)


async def _receive(request: Request, form: Form) -> list[NewFile]:
    received = []
    for upload in form.uploads("files"):
        try:
            received.append(await media.receive(request.state.instance.media, upload, films=media.Films.BRIEFLY))
        except (Invalid, TooLarge) as error:
            translated(request, form, Invalid(str(error), "files"))
    return received


def _kept(form: Form) -> dict[int, str]:
    """Files that are still ticked, with what was typed about them."""
    ids = [file_id for value in form.values_of("file") if (file_id := number_in(value)) is not None]
    return {file_id: form.value(f"description-{file_id}").strip() for file_id in ids}


async def _add(tx: Transaction, me: Actor, kept: dict[int, str], received: list[NewFile]) -> list[File]:
    for file_id, description in kept.items():
        await files.describe(tx, me, file_id, description)
    known = await stored_files.by_ids(tx, kept)
    added = [await files.add(tx, me, new) for new in received]
    return [known[file_id] for file_id in kept if file_id in known] + added

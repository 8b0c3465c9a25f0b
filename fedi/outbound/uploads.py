"""Film and sound that was sent: worked on in a job, however long it takes, while its owner asks whether it is ready."""

from __future__ import annotations

import structlog

from fedi import media
from fedi.actions import files
from fedi.errors import Invalid, TooLarge
from fedi.instances.crowd import Crowded
from fedi.models.files import File, FileState, NewFile
from fedi.outbound.files import erase
from fedi.outbound.work import Work
from fedi.store import files as stored

log = structlog.get_logger("fedi.files")


async def finish(work: Work) -> None:
    """Make what was sent usable, or say that it is not: arg `file`.

    Crowded while another film is worked on: a job that waited here would hold a place of its lane.
    """
    if media.is_taken(media.Place.LATER):
        raise Crowded("another film is worked on")
    file = await work.instance.db.read(stored.by_id, work.job.args["file"])
    made = await _made(work, file) if file is not None and file.state is FileState.PROCESSING else None
    await erase(work.instance, await work.instance.db.write(files.finish, work.job, made))


async def _made(work: Work, file: File) -> NewFile | None:
    try:
        return await media.finish(work.instance.media, file.raw_key or "", file.name)
    except (Invalid, TooLarge) as reason:
        log.info("upload cannot be used", host=work.instance.school.host, file=file.id, reason=str(reason))
        return None

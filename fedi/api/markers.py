"""How far somebody has read."""

from __future__ import annotations

from fedi.actions import notifications
from fedi.api.call import Answer, Call, answer
from fedi.api.entities.times import moment
from fedi.store import markers
from fedi.store.database import Transaction
from fedi.store.markers import Marker

_TIMELINES = ("home", notifications.MARKER)


async def show(call: Call) -> Answer:
    """GET /api/v1/markers?timeline[]=...: those that were set."""
    asked = [each for each in _TIMELINES if each in call.params.texts("timeline")]
    return answer(_entity(await call.read(markers.of, call.me.id, asked)))


async def save(call: Call) -> Answer:
    """POST /api/v1/markers: `home[last_read_id]`, `notifications[last_read_id]`."""
    sent = {each: call.params.object(each).id("last_read_id") for each in _TIMELINES}
    read = {each: last_id for each, last_id in sent.items() if last_id is not None}
    return answer(_entity(await call.write(_save, call.me.id, read)))


async def _save(tx: Transaction, account_id: int, read: dict[str, int]) -> list[Marker]:
    for timeline, last_id in read.items():
        if timeline == notifications.MARKER:
            await notifications.move_marker(tx, account_id, last_id)
        else:
            await markers.put(tx, account_id, timeline, last_id)
    return await markers.of(tx, account_id, list(read)) if read else []


def _entity(found: list[Marker]) -> dict[str, object]:
    return {
        each.timeline: {
            "last_read_id": str(each.last_read_id),
            "version": each.version,
            "updated_at": moment(each.updated_at),
        }
        for each in found
    }

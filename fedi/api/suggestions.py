"""Whom the caller might want to follow: friends of friends first, then colleagues."""

from __future__ import annotations

from msgspec import Raw

from fedi.api import pagination, painting, showing
from fedi.api.call import Answer, Call, answer
from fedi.api.painting import Faces
from fedi.store import suggestions
from fedi.store.database import Transaction

_FURTHEST = 200
_OLD_SOURCES = {"friends_of_friends": "past_interactions", "featured": "staff"}
"""What a source was called while a suggestion had one only."""

Found = dict[int, list[str]]


async def several(call: Call) -> Answer:
    """GET /api/v2/suggestions: with the reasons for each."""
    found, faces = await _suggested(call)
    return answer(
        [
            {"source": _OLD_SOURCES[sources[0]], "sources": sources, "account": Raw(faces[each])}
            for each, sources in found.items()
            if each in faces
        ]
    )


async def several_v1(call: Call) -> Answer:
    """GET /api/v1/suggestions: people only."""
    found, faces = await _suggested(call)
    return answer([Raw(faces[each]) for each in found if each in faces])


async def dismiss(call: Call) -> Answer:
    """DELETE /api/v1/suggestions/:account_id."""
    await call.write(suggestions.dismiss, call.me.id, call.id("account_id"))
    return answer({})


async def _suggested(call: Call) -> tuple[Found, dict[int, bytes]]:
    limit, offset = pagination.limit(call, *pagination.ACCOUNTS), min(pagination.offset(call), _FURTHEST)
    found, faces = await call.read(_read, call, offset, offset + limit)
    return found, showing.paint_people(call, faces)


async def _read(tx: Transaction, call: Call, start: int, end: int) -> tuple[Found, Faces]:
    reasons: Found = {}
    for source, find in (("friends_of_friends", suggestions.friends_of_friends), ("featured", suggestions.colleagues)):
        for each in await find(tx, call.me.id, end):
            reasons.setdefault(each, []).append(source)
    wanted = list(reasons)[start:end]
    return {each: reasons[each] for each in wanted}, await painting.read_people(tx, call.instance.rendered, wanted)

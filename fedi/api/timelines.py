"""Timelines: what a person reads, cut by the ids of posts."""

from __future__ import annotations

from fedi.actions import timelines
from fedi.api import pagination, showing
from fedi.api.call import Answer, Call
from fedi.models.paging import Sieve
from fedi.text import fold_tag


async def home(call: Call) -> Answer:
    """GET /api/v1/timelines/home."""
    page = pagination.asked(call)
    return await showing.timeline(call, page, timelines.home_ids, call.me, page)


async def public(call: Call) -> Answer:
    """GET /api/v1/timelines/public: of this school with `local`, of the others with `remote`."""
    page = pagination.asked(call)
    return await showing.timeline(call, page, timelines.public_ids, call.viewer, page, _sieve(call))


async def tag(call: Call) -> Answer:
    """GET /api/v1/timelines/tag/:hashtag."""
    page = pagination.asked(call)
    folded = fold_tag(call.path["hashtag"].removeprefix("#"))
    return await showing.timeline(call, page, timelines.tag_ids, call.viewer, folded, page, _sieve(call))


def _sieve(call: Call) -> Sieve:
    params = call.params
    return Sieve(
        local=bool(params.flag("local")),
        remote=bool(params.flag("remote")),
        only_media=bool(params.flag("only_media")),
        any_tags=_tags(call, "any"),
        all_tags=_tags(call, "all"),
        no_tags=_tags(call, "none"),
    )


def _tags(call: Call, name: str) -> tuple[str, ...]:
    return tuple(fold_tag(each.removeprefix("#")) for each in call.params.texts(name)[:4])

"""What waits at the door: servers nobody has decided about, the follows they ask for, and a look at what they sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.models.accounts import SignedIn
from fedi.models.activities import Received
from fedi.models.follows import FollowView
from fedi.models.paging import Page
from fedi.store import follows, received
from fedi.store.database import Transaction
from fedi.store.received import HeldCount
from fedi.text import plain, sanitise
from fedi.web.visit import administrators, read

FOLLOWS_SHOWN = 100
PREVIEWS_SHOWN = 100
WORDS_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Preview:
    """One activity for the administrator's eyes: who sent it, and the beginning of its words as plain text."""

    actor_uri: str
    type: str
    words: str
    received_at: int


@dataclass(slots=True)
class Stranger:
    """A server that waits, with what it asks and what it sent."""

    host: str
    activities: int
    follows: list[FollowView]
    previews: list[Preview]


@dataclass(frozen=True, slots=True)
class _Held:
    follows: list[FollowView]
    counts: list[HeldCount]
    latest: list[Received]


@administrators
async def page(request: Request, _me: SignedIn) -> Response:
    """`/admin/held`; the decision itself is made at `/admin/peers`."""
    return render.page(request, "pages/admin/held.html", strangers=_strangers(await read(request, _held)))


async def _held(tx: Transaction) -> _Held:
    return _Held(
        await follows.held(tx, Page(limit=FOLLOWS_SHOWN)),
        await received.held_by_host(tx),
        await received.latest_held(tx, PREVIEWS_SHOWN),
    )


def _strangers(held: _Held) -> list[Stranger]:
    found = {count.host: Stranger(count.host, count.activities, [], []) for count in held.counts}
    for view in held.follows:
        found.setdefault(view.actor.host, Stranger(view.actor.host, 0, [], [])).follows.append(view)
    for each in held.latest:
        found[each.host].previews.append(Preview(each.actor_uri, each.type, _words(each.json), each.received_at))
    return list(found.values())


def _words(activity: str | None) -> str:
    """What a person would read of an activity: nothing in it is believed, so all of it is shown as plain text."""
    told = json.loads(activity or "{}").get("object")
    if not isinstance(told, Mapping):
        return ""
    parts = [told.get(name) for name in ("name", "summary", "content")]
    return " · ".join(plain(sanitise(part)) for part in parts if isinstance(part, str) and part)[:WORDS_SHOWN]

"""Hiding and blocking people: the buttons on their pages, and the list of them among the settings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import blocks, mutes, profiles
from fedi.models.accounts import SignedIn
from fedi.models.actors import Actor
from fedi.models.blocks import BlockView, MuteView
from fedi.models.paging import Page
from fedi.store.database import Transaction
from fedi.web.forms import Form, submitted
from fedi.web.visit import local_path, read, see_other, teachers, write

SHOWN = 200
_HOUR_MS = 60 * 60 * 1000

Act = Callable[[Transaction, Actor, Actor, Form], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Lists:
    blocked: list[BlockView]
    muted: list[MuteView]


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/settings/people`."""
    found = await read(request, _lists, me.actor)
    return render.page(request, "pages/standing.html", blocked=found.blocked, muted=found.muted)


async def _lists(tx: Transaction, me: Actor) -> _Lists:
    page = Page(limit=SHOWN)
    return _Lists(await blocks.blocked_by(tx, me, page), await mutes.muted_by(tx, me, page))


def _button(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of a button on somebody's page or in the list: it acts, and returns to where the button was."""

    @teachers
    async def endpoint(request: Request, me: SignedIn) -> Response:
        form = await submitted(request)
        person = await write(request, _act, act, me.actor, request.path_params["name"], form)
        return see_other(local_path(form.value("back"), render.profile_path(person)))

    return endpoint


async def _act(tx: Transaction, act: Act, me: Actor, handle: str, form: Form) -> Actor:
    person = await profiles.by_handle(tx, handle)
    await act(tx, me, person, form)
    return person


async def _mute(tx: Transaction, me: Actor, person: Actor, form: Form) -> None:
    hours = form.number("hours") or 0
    await mutes.mute(tx, me, person, duration_ms=hours * _HOUR_MS, notifications=form.value("news") != "1")


async def _unmute(tx: Transaction, me: Actor, person: Actor, _: Form) -> None:
    await mutes.unmute(tx, me, person)


async def _block(tx: Transaction, me: Actor, person: Actor, _: Form) -> None:
    await blocks.block(tx, me, person)


async def _unblock(tx: Transaction, me: Actor, person: Actor, _: Form) -> None:
    await blocks.unblock(tx, me, person)


mute, unmute, block, unblock = _button(_mute), _button(_unmute), _button(_block), _button(_unblock)

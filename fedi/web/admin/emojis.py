"""The school's own emojis: add, disable, remove."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from fedi import media, render
from fedi.actions import emojis
from fedi.errors import Invalid, TooLarge
from fedi.models.accounts import Account, SignedIn
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import administrators, read, see_other, write


@administrators
async def page(request: Request, _me: SignedIn) -> Response:
    """`/admin/emojis`."""
    return await _page(request, filled())


async def _page(request: Request, form: Form) -> Response:
    known = await read(request, emojis.own)
    return render.page(request, "pages/admin/emojis.html", status=422 if form.errors else 200, form=form, emojis=known)


@administrators
async def add(request: Request, me: SignedIn) -> Response:
    """A new emoji, or another picture for one."""
    form = await submitted(request)
    try:
        await _add(request, me, form)
    except Invalid as error:
        return await _page(request, translated(request, form, error))
    return see_other("/admin/emojis")


async def _add(request: Request, me: SignedIn, form: Form) -> None:
    uploads = form.uploads("picture")
    if not uploads:
        raise Invalid("Choose a picture first", "picture")
    try:
        picture = await media.receive(request.state.instance.media, uploads[0])
    except (Invalid, TooLarge) as error:
        raise Invalid(str(error), "picture") from error
    await write(request, emojis.add, me.account, form.value("shortcode"), picture, form.value("category"))


@administrators
async def change(request: Request, me: SignedIn) -> Response:
    """Disable, enable or remove one."""
    form = await submitted(request)
    action = _ACTIONS.get(form.value("do"))
    if action is None:
        raise Invalid(f"There is no action {form.value('do')!r}", "do")
    await write(request, action, me.account, form.value("shortcode"))
    return see_other("/admin/emojis")


_ACTIONS: dict[str, Callable[[Transaction, Account, str], Awaitable[None]]] = {
    "disable": partial(emojis.set_disabled, disabled=True),
    "enable": partial(emojis.set_disabled, disabled=False),
    "remove": emojis.remove,
}

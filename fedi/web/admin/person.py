"""One person as moderators see her: how she stands, what was decided about her, and what they can decide."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import measures, moderation, tickets
from fedi.errors import Conflict, Forbidden, Invalid, NotFound
from fedi.models.accounts import Account, Role, SignedIn
from fedi.models.moderation import Strike, Subject
from fedi.models.secrets import new_secret
from fedi.store.database import Transaction
from fedi.web.admin.deciding import decide
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import administrators, moderators, read, see_other, words, write


@dataclass(frozen=True, slots=True)
class _Shown:
    subject: Subject
    strikes: list[tuple[Strike, str]]
    may_decide: bool


@moderators
async def page(request: Request, me: SignedIn) -> Response:
    """`/admin/people/<id>`: of this school or of another server."""
    return await _page(request, me, filled())


async def _page(request: Request, me: SignedIn, form: Form, link: str = "") -> Response:
    found = await read(request, _shown, me.account, request.path_params["id"])
    return render.page(
        request,
        "pages/admin/person.html",
        status=422 if form.errors else 200,
        form=form,
        link=link,
        person=found.subject,
        strikes=found.strikes,
        may_decide=found.may_decide,
    )


async def _shown(tx: Transaction, by: Account, actor_id: int) -> _Shown:
    subject = await moderation.subject(tx, by, actor_id)
    return _Shown(subject, await measures.taken(tx, by, subject.actor), await _may(tx, by, subject))


async def _may(tx: Transaction, by: Account, subject: Subject) -> bool:
    try:
        await moderation.require_authority_over(tx, by, subject.actor)
    except Forbidden:
        return False
    return True


@moderators
async def change(request: Request, me: SignedIn) -> Response:
    """What the buttons on her page do."""
    form, actor_id = await submitted(request), request.path_params["id"]
    try:
        await write(request, _change, me.account, actor_id, form)
    except Invalid as error:
        return await _page(request, me, translated(request, form, error))
    except Conflict:
        _ = words(request)
        form.fail("", _("This is the school's last administrator: make somebody else one first."))
        return await _page(request, me, form)
    return see_other("/admin/" if form.value("do") == "delete" else f"/admin/people/{actor_id}")


@administrators
async def password_link(request: Request, me: SignedIn) -> Response:
    """Makes a link with which she chooses a new password; it is shown once, since only its hash is kept."""
    await submitted(request)
    secret = new_secret()
    await write(request, tickets.hand_out, me.account, secret.hash, request.path_params["id"])
    return await _page(request, me, filled(), f"{request.state.instance.school.base_url}/reset/{secret.text}")


async def _change(tx: Transaction, by: Account, actor_id: int, form: Form) -> None:
    subject = await moderation.subject(tx, by, actor_id)
    match form.value("do"):
        case "role":
            await _set_role(tx, by, subject, form)
        case "delete":
            if not form.value("sure"):
                raise Invalid("Tick the box first", "sure")
            await moderation.delete_actor(tx, by, subject.actor)
        case do:
            await decide(tx, by, subject.actor, do, form.value("text"))


async def _set_role(tx: Transaction, by: Account, subject: Subject, form: Form) -> None:
    if subject.account is None:
        raise NotFound("She has no account here")
    if form.value("role") not in list(Role):
        raise Invalid("There is no such role", "role")
    await moderation.set_role(tx, by, subject.account, Role(form.value("role")))

"""People: who has an account here, with which role; invitations."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import accounts, moderation, tickets
from fedi.errors import Conflict, Forbidden, Invalid, NotFound
from fedi.models.accounts import Account, Person, Role, SignedIn, Ticket
from fedi.models.secrets import Secret, new_secret
from fedi.store import accounts as stored_accounts
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import moderators, read, see_other, words, write


@dataclass(frozen=True, slots=True)
class _People:
    people: list[Person]
    invitations: list[Ticket]


@moderators
async def page(request: Request, me: SignedIn) -> Response:
    """`/admin/`."""
    return await _page(request, me, filled(role=Role.TEACHER.value, uses=1))


async def _page(request: Request, me: SignedIn, form: Form, link: str = "") -> Response:
    found = await read(request, _people, me.account)
    return render.page(
        request,
        "pages/admin/people.html",
        status=422 if form.errors else 200,
        form=form,
        link=link,
        people=found.people,
        invitations=found.invitations,
        me=me,
    )


async def _people(tx: Transaction, by: Account) -> _People:
    return _People(await accounts.people(tx), await tickets.invitations(tx, by))


@moderators
async def invite(request: Request, me: SignedIn) -> Response:
    """Makes a link, which is shown once: only its hash is kept."""
    form = await submitted(request)
    secret = new_secret()
    try:
        await write(request, _invite, me.account, secret, form)
    except Invalid as error:
        return await _page(request, me, translated(request, form, error))
    except Forbidden:
        _ = words(request)
        form.fail("role", _("Only an administrator may invite somebody with this role."))
        return await _page(request, me, form)
    link = f"{request.state.instance.school.base_url}/join/{secret.text}"
    return await _page(request, me, filled(role=Role.TEACHER.value, uses=1), link)


async def _invite(tx: Transaction, by: Account, secret: Secret, form: Form) -> None:
    await tickets.invite(tx, by, secret.hash, role=_role(form), uses=form.number("uses") or 0)


def _role(form: Form) -> Role:
    if form.value("role") not in list(Role):
        raise Invalid("There is no such role", "role")
    return Role(form.value("role"))


@moderators
async def withdraw(request: Request, me: SignedIn) -> Response:
    """Makes an invitation worthless."""
    form = await submitted(request)
    await write(request, tickets.withdraw, me.account, form.value("invitation"))
    return see_other("/admin/")


@moderators
async def change(request: Request, me: SignedIn) -> Response:
    """What the buttons beside a person do."""
    form = await submitted(request)
    try:
        await write(request, _change, me.account, request.path_params["id"], form)
    except Conflict:
        _ = words(request)
        form.fail("", _("This is the school's last administrator: make somebody else one first."))
        return await _page(request, me, form)
    return see_other("/admin/")


async def _change(tx: Transaction, by: Account, account_id: int, form: Form) -> None:
    account = await stored_accounts.by_id(tx, account_id)
    if account is None:
        raise NotFound("There is no such account")
    match form.value("do"):
        case "suspend":
            await moderation.suspend(tx, by, account)
        case "unsuspend":
            await moderation.unsuspend(tx, by, account)
        case "disable":
            await moderation.disable(tx, by, account)
        case "enable":
            await moderation.enable(tx, by, account)
        case "role":
            await moderation.set_role(tx, by, account, _role(form))
        case other:
            raise Invalid(f"There is no action {other!r}", "do")

"""People: who has an account here, with which role; invitations."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import accounts, moderation, tickets
from fedi.errors import Forbidden, Invalid
from fedi.models.accounts import Account, Person, Role, SignedIn, Ticket
from fedi.models.actors import Actor
from fedi.models.moderation import Origin, Sought
from fedi.models.paging import Page
from fedi.models.secrets import Secret, new_secret
from fedi.store.database import Transaction
from fedi.web import lists
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import moderators, read, see_other, words, write


@dataclass(frozen=True, slots=True)
class _People:
    people: list[Person]
    invitations: list[Ticket]
    elsewhere: list[Actor]


@moderators
async def page(request: Request, me: SignedIn) -> Response:
    """`/admin/`."""
    return await _page(request, me, filled(role=Role.TEACHER.value, uses=1))


async def _page(request: Request, me: SignedIn, form: Form, link: str = "") -> Response:
    found = await read(request, _people, me.account, lists.asked(request))
    next_page = lists.older(request, [each.id for each in found.elsewhere])
    return render.page(
        request,
        "pages/admin/people.html",
        status=422 if form.errors else 200,
        form=form,
        link=link,
        people=found.people,
        invitations=found.invitations,
        elsewhere=found.elsewhere,
        next=f"/admin/{next_page}" if next_page else None,
        me=me,
    )


async def _people(tx: Transaction, by: Account, page: Page) -> _People:
    return _People(await accounts.people(tx), await tickets.invitations(tx, by), await _elsewhere(tx, by, page))


async def _elsewhere(tx: Transaction, by: Account, page: Page) -> list[Actor]:
    """People of other servers about whom something stands here: their own pages may be hidden."""
    found = await moderation.people(tx, by, Sought(origin=Origin.REMOTE, decided=True), page)
    return [each.actor for each in found]


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

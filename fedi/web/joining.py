"""One-time links: the first administrator's, invitations, and forgotten passwords."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import rules as house_rules
from fedi.actions import tickets
from fedi.auth import enrolment, sessions
from fedi.auth.enrolment import Newcomer
from fedi.auth.sign_in import sign_in
from fedi.errors import Conflict, Gone, Invalid, TooManyRequests, Unauthenticated
from fedi.models import usernames
from fedi.models.accounts import Ticket
from fedi.models.rules import Rule
from fedi.models.secrets import hash_of
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import address_of, anyone, read, see_other, words


@anyone
async def join(request: Request) -> Response:
    """`/join/<token>`, also under `/invite/` and `/first/`: open an account with a link."""
    if request.method == "GET":
        ticket, rules = await _invitation(request)
        return _page(request, ticket, rules, filled(email=ticket.email))
    form = await submitted(request)
    newcomer = _newcomer(request, form)
    try:
        return await _joined(request, form, newcomer)
    except Gone:
        # On a slow line people press twice: the first time has opened the account, and the second one may be answered.
        welcome = await _already(request, newcomer)
        if welcome is None:
            raise
        return welcome


async def _invitation(request: Request) -> tuple[Ticket, list[Rule]]:
    return await read(request, _invited, hash_of(request.path_params["token"]))


def _page(request: Request, ticket: Ticket, rules: list[Rule], form: Form) -> Response:
    status = 422 if form.errors else 200
    return render.page(request, "pages/join.html", status=status, form=form, role=ticket.role, rules=rules)


async def _invited(tx: Transaction, token_hash: str) -> tuple[Ticket, list[Rule]]:
    return await tickets.joining(tx, token_hash), await house_rules.current(tx)


async def _joined(request: Request, form: Form, newcomer: Newcomer) -> Response:
    """The way into the new account, or the form with what is wrong; Gone for a link that is worth nothing."""
    ticket, rules = await _invitation(request)
    if not _wrong(request, form, newcomer):
        try:
            return await _join(request, newcomer)
        except Invalid as error:
            translated(request, form, error)
        except Conflict:
            if (welcome := await _already(request, newcomer)) is not None:
                return welcome
            _ = words(request)
            form.fail("username", _("This name or email address is taken already."))
    return _page(request, ticket, rules, form)


async def _already(request: Request, newcomer: Newcomer) -> Response | None:
    """The way into an account that has this name and this password; guessing is slowed as on the page of sign-in."""
    try:
        return await _welcomed(request, newcomer.username, newcomer)
    except (Unauthenticated, TooManyRequests):
        return None


def _newcomer(request: Request, form: Form) -> Newcomer:
    return Newcomer(
        username=form.value("username"),
        name=form.value("name"),
        password=form.value("password"),
        email=form.value("email") or None,
        language=render.reader(request).language,
        address=address_of(request),
    )


def _wrong(request: Request, form: Form, newcomer: Newcomer) -> bool:
    """Whether something cannot be used, all of which is told at once: each round costs her a page and a password."""
    _ = words(request)
    if not newcomer.name.strip():
        form.fail("name", _("Write your name."))
    for check in (lambda: usernames.checked(newcomer.username), lambda: enrolment.require_usable(newcomer)):
        try:
            check()
        except Invalid as error:
            translated(request, form, error)
    return bool(form.errors)


async def _join(request: Request, newcomer: Newcomer) -> Response:
    instance = request.state.instance
    person = await enrolment.join(instance, request.path_params["token"], newcomer)
    return await _welcomed(request, person.actor.username, newcomer)


async def _welcomed(request: Request, name: str, newcomer: Newcomer) -> Response:
    instance = request.state.instance
    welcome = await sign_in(instance, name, newcomer.password, newcomer.address)
    response = see_other("/settings?new=1")
    sessions.set_cookie(response, instance.school, welcome.token)
    return response


@anyone
async def forgotten(request: Request) -> Response:
    """`/reset`: asks for a letter. What it answers does not tell whether there is such an account."""
    by_mail, sent, form = request.state.instance.config.mail is not None, False, filled()
    if request.method == "POST":
        form = await submitted(request)
        await enrolment.ask_for_link(request.state.instance, form.value("email"), address_of(request))
        sent = True
    return render.page(request, "pages/forgotten.html", form=form, by_mail=by_mail, sent=sent)


@anyone
async def reset(request: Request) -> Response:
    """`/reset/<token>`: choose a new password."""
    secret = request.path_params["token"]
    await read(request, tickets.resetting, hash_of(secret))
    if request.method == "GET":
        return render.page(request, "pages/reset.html", form=filled())
    form = await submitted(request)
    try:
        await enrolment.reset_password(request.state.instance, secret, form.value("password"))
    except Invalid as error:
        return render.page(request, "pages/reset.html", status=422, form=translated(request, form, error))
    return see_other("/login?changed=1")

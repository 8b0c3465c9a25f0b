"""What a teacher sets for herself: how others see her, her password, her language."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, repeat
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fedi import media, render
from fedi.actions import accounts, files
from fedi.actions import actors as actor_actions
from fedi.auth import enrolment, sessions
from fedi.errors import Conflict, Invalid, TooLarge
from fedi.models.accounts import Account, SignedIn
from fedi.models.actors import Actor, ProfileChange, ProfileField
from fedi.models.files import FileKind, NewFile
from fedi.models.posts import Circle
from fedi.render import vocabulary
from fedi.store.database import Transaction
from fedi.text import plain, typed
from fedi.web import drafting
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import address_of, count_news, see_other, teachers, words, write


@teachers
async def page(request: Request, me: SignedIn) -> Response:
    """`/settings`: three forms on one page; `?saved=1` says that it worked."""
    await count_news(request)
    return _page(request, me)


def _page(request: Request, me: SignedIn, **sent: Form) -> Response:
    """`sent`: the form that was sent and refused, by its name; the others show what is stored."""
    stored = {
        "profile": _profile(me.actor),
        "preferences": _preferences(me.account),
        "password": filled(),
        "leaving": filled(),
    }
    context: dict[str, Any] = {**stored, **sent}
    for name, form in context.items():
        form.prefix = name
    return render.page(
        request,
        "pages/settings.html",
        status=422 if sent else 200,
        me=me,
        labels=_labels(request),
        circles=[circle.value for circle in drafting.CIRCLES],
        languages=[pair for pair in vocabulary.languages() if pair[0] in request.state.instance.school.languages],
        quote_policies=drafting.policies(words(request)),
        saved="saved" in request.query_params,
        is_new="new" in request.query_params,
        **context,
    )


def _profile(actor: Actor) -> Form:
    return filled(
        name=actor.name,
        summary=typed(actor.summary),
        locked=actor.locked,
        discoverable=actor.discoverable,
        indexable=actor.indexable,
        hides_follows=actor.hides_follows,
        avatar_description=actor.avatar_description,
        header_description=actor.header_description,
        attribution_domains="\n".join(actor.attribution_domains),
        field_name=[field.name for field in actor.fields],
        field_value=[plain(field.value) for field in actor.fields],
    )


def _preferences(account: Account) -> Form:
    return filled(
        language=account.language,
        circle=account.default_circle.value,
        email=account.email,
        quote_policy=account.quote_policy.value,
    )


@teachers
async def profile(request: Request, me: SignedIn) -> Response:
    """How others see her."""
    form = await submitted(request)
    if not form.value("name").strip():
        _ = words(request)
        form.fail("name", _("Write your name."))
        return _page(request, me, profile=form)
    try:
        avatar = await _avatar(request, form)
        await write(request, _change_profile, me.actor, _change(form, _labels(request)), avatar)
    except Invalid as error:
        return _page(request, me, profile=translated(request, form, error))
    return see_other("/settings?saved=1")


async def _avatar(request: Request, form: Form) -> NewFile | None:
    uploads = form.uploads("avatar")
    if not uploads:
        return None
    try:
        received = await media.receive(request.state.instance.media, uploads[0])
    except (Invalid, TooLarge) as error:
        raise Invalid(str(error), "avatar") from error
    if received.kind is not FileKind.IMAGE:
        raise Invalid("This is not a picture", "avatar")
    return received


def _labels(request: Request) -> tuple[str, ...]:
    """What is meant by a line of facts whose first half was left as the form suggests it."""
    _ = words(request)
    return _("Subject"), _("School"), _("Website"), _("Experience")


def _change(form: Form, labels: tuple[str, ...]) -> ProfileChange:
    lines = zip(form.values_of("field_name"), form.values_of("field_value"), chain(labels, repeat("")), strict=False)
    facts = [(name.strip() or (value.strip() and label), value.strip()) for name, value, label in lines]
    return ProfileChange(
        name=form.value("name").strip(),
        summary=form.value("summary").strip(),
        fields=tuple(ProfileField(name, value) for name, value in facts if name),
        locked=bool(form.value("locked")),
        discoverable=bool(form.value("discoverable")),
        indexable=bool(form.value("indexable")),
        hides_follows=bool(form.value("hides_follows")),
        avatar_description=form.value("avatar_description"),
        header_description=form.value("header_description") if "header_description" in form.values else None,
        attribution_domains=tuple(form.value("attribution_domains").splitlines()),
    )


async def _change_profile(tx: Transaction, me: Actor, change: ProfileChange, avatar: NewFile | None) -> None:
    if avatar is not None:
        change = replace(change, avatar_id=(await files.add(tx, me, avatar)).id)
    await actor_actions.update_profile(tx, me, change)


@teachers
async def preferences(request: Request, me: SignedIn) -> Response:
    """Her language, her email address, and the circle a new post has."""
    form = await submitted(request)
    try:
        await write(request, _change_preferences, me, form)
    except Invalid as error:
        return _page(request, me, preferences=translated(request, form, error))
    except Conflict:
        _ = words(request)
        form.fail("email", _("There is an account with this email address already."))
        return _page(request, me, preferences=form)
    response = see_other("/settings?saved=1")
    response.delete_cookie("language")
    return response


async def _change_preferences(tx: Transaction, me: SignedIn, form: Form) -> None:
    circle = form.value("circle")
    if circle not in drafting.CIRCLES:
        raise Invalid("Choose who may read what you write", "circle")
    await accounts.set_preferences(tx, me.account, form.value("language"), Circle(circle))
    await accounts.set_quote_policy(tx, me.account, drafting.policy_of(form) or me.account.quote_policy)
    if form.value("email").strip() != (me.account.email or ""):
        await accounts.set_email(tx, me.account, form.value("email"), keep=me.session.token_hash)


@teachers
async def password(request: Request, me: SignedIn) -> Response:
    """Another password; her other browsers are signed out."""
    form = await submitted(request)
    old, new = form.value("current_password"), form.value("password")
    try:
        await enrolment.change_password(request.state.instance, me, old, new, address_of(request))
    except Invalid as error:
        return _page(request, me, password=translated(request, form, error))
    return see_other("/settings?saved=1")


@teachers
async def leave(request: Request, me: SignedIn) -> Response:
    """Delete her account for good."""
    form = await submitted(request)
    try:
        await enrolment.confirm(request.state.instance, me, form.value("current_password"), address_of(request))
        await write(request, accounts.delete, me.account)
    except Invalid as error:
        return _page(request, me, leaving=translated(request, form, error))
    except Conflict:
        _ = words(request)
        form.fail("current_password", _("You are the last administrator: make somebody else one first."))
        return _page(request, me, leaving=form)
    response = see_other("/?left=1")
    await sessions.sign_out(request, response)
    return response

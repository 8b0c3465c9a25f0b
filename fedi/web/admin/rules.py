"""The school's house rules: write, change, order and remove them, in every language of its pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from fedi import render
from fedi.actions import rules
from fedi.config import LANGUAGES
from fedi.errors import Invalid
from fedi.models.accounts import Account, SignedIn
from fedi.models.rules import Rule, Words
from fedi.store.database import Transaction
from fedi.web.forms import Form, filled, submitted, translated
from fedi.web.visit import administrators, read, see_other, write

_PLACE = "/admin/rules"


@administrators
async def page(request: Request, _me: SignedIn) -> Response:
    """`/admin/rules`."""
    return await _page(request)


async def _page(request: Request, refused: Form | None = None) -> Response:
    """The rules, each in a form of its own, and an empty form; `refused` is shown in the place of the one it was."""
    known = await read(request, rules.current)
    forms = [(rule, _form(rule)) for rule in known]
    if refused is not None:
        forms = [(rule, refused if form.prefix == refused.prefix else form) for rule, form in forms]
    new = refused if refused is not None and refused.prefix == _form(None).prefix else _form(None)
    status = 422 if refused is not None else 200
    return render.page(request, "pages/admin/rules.html", status=status, forms=forms, new=new, places=LANGUAGES)


def _form(rule: Rule | None) -> Form:
    words = rule.words if rule is not None else {}
    texts = {f"text_{code}": each.text for code, each in words.items()}
    form = filled(**texts, **{f"hint_{code}": each.hint for code, each in words.items()})
    form.prefix = f"rule-{rule.id}" if rule is not None else "rule"
    return form


@administrators
async def add(request: Request, me: SignedIn) -> Response:
    """One more."""
    form = await submitted(request)
    try:
        await write(request, rules.add, me.account, _words(form))
    except Invalid as error:
        form.prefix = "rule"
        return await _page(request, translated(request, form, error))
    return see_other(_PLACE)


@administrators
async def change(request: Request, me: SignedIn) -> Response:
    """What the buttons of one rule do."""
    form, rule_id = await submitted(request), request.path_params["id"]
    try:
        await write(request, _change, me.account, rule_id, form)
    except Invalid as error:
        form.prefix = f"rule-{rule_id}"
        return await _page(request, translated(request, form, error))
    return see_other(_PLACE)


async def _change(tx: Transaction, by: Account, rule_id: int, form: Form) -> None:
    match form.value("do"):
        case "up":
            await rules.move(tx, by, rule_id, -1)
        case "down":
            await rules.move(tx, by, rule_id, 1)
        case "remove":
            await rules.remove(tx, by, rule_id)
        case _:
            await rules.change(tx, by, rule_id, _words(form))


def _words(form: Form) -> dict[str, Words]:
    return {code: Words(form.value(f"text_{code}"), form.value(f"hint_{code}")) for code in LANGUAGES}

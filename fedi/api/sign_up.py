"""Signing up with a client: by invitation, and without one only on instances made for tests."""

from __future__ import annotations

from collections.abc import Mapping

from fedi.actions import accounts as account_actions
from fedi.api.call import Answer, Call, answer
from fedi.api.entities import applications
from fedi.api.errors import NO_STORE, Fault, Rejected
from fedi.auth import enrolment, oauth, passwords
from fedi.auth.bearer import Denied
from fedi.auth.enrolment import Newcomer
from fedi.config import LANGUAGES
from fedi.errors import Conflict, Forbidden, Gone, Invalid
from fedi.instances.rates import Budget
from fedi.models import usernames
from fedi.models.accounts import Account, Person
from fedi.models.oauth import Token
from fedi.models.secrets import Secret, new_secret
from fedi.store import accounts, apps
from fedi.store.database import Transaction

SIGN_UPS = Budget("sign-ups", 30, 30 * 60_000)
"""From one address: a whole school may join in one afternoon."""

_TITLES = {"username": "Username", "email": "E-mail address", "password": "Password", "agreement": "Service agreement"}
_REASONS = {
    "ERR_BLANK": "can't be blank",
    "ERR_TAKEN": "is already taken",
    "ERR_ACCEPTED": "must be accepted",
    "ERR_RESERVED": "is reserved",
    "ERR_TOO_SHORT": f"is too short (minimum is {passwords.MIN_LENGTH} characters)",
    "ERR_TOO_LONG": "is too long",
    "ERR_INVALID": "is invalid",
}


async def create(call: Call) -> Answer:
    """POST /api/v1/accounts: a token for the newcomer, to the client that signed her up."""
    if call.caller is None or call.caller.account is not None:
        # Mastodon's words, article and all: clients compare them.
        raise Denied("This method requires an client credentials authentication")
    newcomer = _newcomer(call)
    missing = _missing(call, newcomer)
    if missing:
        raise _rejected(missing)
    try:
        person = await _join(call, newcomer)
    except Invalid as error:
        raise _rejected({error.field or "username": _code(error, newcomer)}) from error
    except Conflict as error:
        taken = await call.read(accounts.by_email, newcomer.email or "")
        raise _rejected({"email" if taken else "username": "ERR_TAKEN"}) from error
    secret = new_secret()
    token = await call.write(_issue, call.caller.token, person.account, secret)
    return answer(applications.token(token, secret.text), headers=NO_STORE)


def _newcomer(call: Call) -> Newcomer:
    params = call.params
    wanted = (params.text("locale") or "").partition("-")[0].lower()
    return Newcomer(
        username=params.text("username") or "",
        name=params.text("username") or "",
        password=params.text("password") or "",
        email=params.text("email"),
        address=call.address,
        language=wanted if wanted in LANGUAGES else "",
    )


def _missing(call: Call, newcomer: Newcomer) -> dict[str, str]:
    sent = {"username": newcomer.username, "email": newcomer.email or "", "password": newcomer.password}
    missing = {name: "ERR_BLANK" for name, value in sent.items() if not value.strip()}
    return missing if call.params.flag("agreement") else missing | {"agreement": "ERR_ACCEPTED"}


async def _join(call: Call, newcomer: Newcomer) -> Person:
    """Forbidden without an invitation that is worth anything."""
    invitation = (call.params.text("invite_code") or "").rstrip("/").rpartition("/")[2]
    if invitation:
        try:
            return await enrolment.join(call.instance, invitation, newcomer)
        except Gone as error:
            raise Forbidden("The invitation is worth nothing") from error
    if not call.instance.config.test_instance.open_sign_up:
        raise Forbidden("This school takes people in by invitation")
    return await call.write(account_actions.sign_up, await enrolment.new_account(newcomer))


def _code(error: Invalid, newcomer: Newcomer) -> str:
    if error.field == "username" and newcomer.username.strip().lower() in usernames.RESERVED:
        return "ERR_RESERVED"
    if error.field == "username" and len(newcomer.username) > usernames.MAX_LENGTH:
        return "ERR_TOO_LONG"
    too_short = error.field == "password" and len(newcomer.password) < passwords.MIN_LENGTH
    return "ERR_TOO_SHORT" if too_short else "ERR_INVALID"


def _rejected(codes: Mapping[str, str]) -> Rejected:
    return Rejected(
        [Fault(name, code, _TITLES.get(name, name.title()), _REASONS[code]) for name, code in codes.items()]
    )


async def _issue(tx: Transaction, asked_with: Token, account: Account, secret: Secret) -> Token:
    app = (await apps.by_ids(tx, [asked_with.app_id]))[asked_with.app_id]
    return await oauth.issue(tx, app, account, asked_with.scopes, secret)

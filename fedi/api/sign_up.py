"""Signing up with a client: by invitation, and without one only on instances made for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

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
    "ERR_BLOCKED": "uses a disallowed e-mail provider",
}

Check = Callable[[], object]
"""Raises Invalid for what is not fit to be used."""


async def create(call: Call) -> Answer:
    """POST /api/v1/accounts: a token for the newcomer, to the client that signed her up."""
    if call.caller is None or call.caller.account is not None:
        # Mastodon's words, article and all: clients compare them.
        raise Denied("This method requires an client credentials authentication")
    newcomer = _newcomer(call)
    wrong = dict(_wrong(call, newcomer))
    if wrong:
        raise _rejected(wrong)
    try:
        person = await _join(call, newcomer)
    except Invalid as error:
        # What can be seen without looking anything up has been seen.
        blocked = error.field == "email"
        raise _rejected({"email": "ERR_BLOCKED"} if blocked else {error.field or "username": "ERR_INVALID"}) from error
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


def _wrong(call: Call, newcomer: Newcomer) -> Iterator[tuple[str, str]]:
    """What is wrong with what was sent, all of it at once: programs show each fault beside its field."""
    fields: tuple[tuple[str, str, Check], ...] = (
        ("username", newcomer.username, lambda: usernames.checked(newcomer.username)),
        ("email", newcomer.email or "", lambda: account_actions.email_or_none(newcomer.email)),
        ("password", newcomer.password, lambda: enrolment.require_usable(newcomer)),
    )
    for name, text, check in fields:
        code = _code(name, text, check) if text.strip() else "ERR_BLANK"
        if code:
            yield name, code
    if not call.params.flag("agreement"):
        yield "agreement", "ERR_ACCEPTED"


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


def _code(name: str, text: str, check: Check) -> str:
    try:
        check()
    except Invalid:
        return _CODES[name](text)
    return ""


def _username_code(text: str) -> str:
    if text.strip().lower() in usernames.RESERVED:
        return "ERR_RESERVED"
    return "ERR_TOO_LONG" if len(text) > usernames.MAX_LENGTH else "ERR_INVALID"


def _password_code(text: str) -> str:
    if len(text) < passwords.MIN_LENGTH:
        return "ERR_TOO_SHORT"
    return "ERR_TOO_LONG" if len(text) > passwords.MAX_LENGTH else "ERR_INVALID"


_CODES: dict[str, Callable[[str], str]] = {
    "username": _username_code,
    "email": lambda _: "ERR_INVALID",
    "password": _password_code,
}


def _rejected(codes: Mapping[str, str]) -> Rejected:
    return Rejected(
        [Fault(name, code, _TITLES.get(name, name.title()), _REASONS[code]) for name, code in codes.items()]
    )


async def _issue(tx: Transaction, asked_with: Token, account: Account, secret: Secret) -> Token:
    app = (await apps.by_ids(tx, [asked_with.app_id]))[asked_with.app_id]
    return await oauth.issue(tx, app, account, asked_with.scopes, secret)

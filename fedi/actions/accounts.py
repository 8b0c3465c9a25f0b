"""The life of an account: opened, changed, closed. Who may do it to others stands in `moderation`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fedi.actions import access, joining, notifications
from fedi.actions import actors as actor_actions
from fedi.activitypub.key_pairs import KeyPair
from fedi.config import LANGUAGES
from fedi.errors import Conflict, Invalid, NotFound
from fedi.models import usernames
from fedi.models.accounts import Account, Person, Role
from fedi.models.actors import Actor
from fedi.models.local_actors import person
from fedi.models.notifications import NotificationKind
from fedi.models.posts import Circle
from fedi.models.quotes import OWN_POLICIES, QuotePolicy
from fedi.store import accounts, actors, keys, sessions, tickets
from fedi.store.database import Transaction

_EMAIL = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[^\s@<>\"(),:;\\]{1,190}\.[^\s@<>\"(),:;\\.]{2,63}")
_MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account about to be opened. `keys` and `password_hash` take long to make: they are made before the unit.
    `address` is where its owner is, if she opens it herself.
    """

    username: str
    name: str
    keys: KeyPair
    password_hash: str | None = None
    email: str | None = None
    role: Role = Role.TEACHER
    language: str = ""
    invited_by: int | None = None
    address: str = ""


async def create(tx: Transaction, new: NewAccount) -> Person:
    """Open an account with its actor and keys; Conflict if the name or the e-mail address was taken, ever or now."""
    username = usernames.checked(new.username)
    email = email_or_none(new.email)
    await joining.require_welcome(tx, email, new.address)
    if email and await accounts.by_email(tx, email):
        raise Conflict("There is an account with this e-mail address already")
    if len(new.name) > _MAX_NAME:
        raise Invalid(f"A name has at most {_MAX_NAME} characters", "name")
    actor = person(tx.school, tx.new_id(), username, new.name.strip(), tx.now)
    await actors.insert(tx, actor)
    await keys.replace_all(tx, actor.id, new.keys.rows(actor.id, actor.uri, tx.now))
    account = _account(tx, actor, new, email)
    await accounts.insert(tx, account)
    tx.announce("actors", actor.id)
    return Person(account, actor)


async def sign_up(tx: Transaction, new: NewAccount) -> Person:
    """Somebody opens an account herself; those who look after the school are told."""
    person = await create(tx, new)
    for account_id in await accounts.ids_of(tx, Role.MODERATOR):
        await notifications.notify(tx, account_id, NotificationKind.SIGN_UP, person.actor)
    return person


def _account(tx: Transaction, actor: Actor, new: NewAccount, email: str | None) -> Account:
    return Account(
        id=actor.id,
        email=email,
        password_hash=new.password_hash,
        role=new.role,
        language=_language(new.language or tx.school.language),
        # The school first: whoever is afraid to publish begins among colleagues.
        default_circle=Circle.SCHOOL,
        created_at=tx.now,
        last_seen_at=tx.now,
        disabled_at=None,
        invited_by=new.invited_by,
    )


async def by_name(tx: Transaction, name: str) -> Person:
    """The person of this name, with or without a leading @; NotFound if there is none, or she has gone."""
    account = await accounts.by_name(tx, name.strip().removeprefix("@"))
    actor = await actors.by_id(tx, account.id) if account else None
    if account is None or actor is None or actor.deleted_at is not None:
        raise NotFound(f"There is no account {name} at {tx.school.host}")
    return Person(account, actor)


async def people(tx: Transaction) -> list[Person]:
    """Everybody with an account here, in the order they came."""
    return await accounts.people(tx)


async def set_password(tx: Transaction, account: Account, password_hash: str, *, keep: str | None = None) -> None:
    """A new password. Sessions end but the one with the token hash `keep`, programs must be let in anew, and links to
    reset it are worthless.
    """
    await accounts.set_password(tx, account.id, password_hash)
    await access.end(tx, account.id, keep=keep)


async def set_email(tx: Transaction, account: Account, email: str | None, *, keep: str | None = None) -> None:
    """Another address for letters, or none. It can reset the password, so other sessions and old links end."""
    wanted = email_or_none(email)
    await joining.require_welcome(tx, wanted, "")
    holder = await accounts.by_email(tx, wanted) if wanted else None
    if holder and holder.id != account.id:
        raise Conflict("There is an account with this e-mail address already")
    await accounts.set_email(tx, account.id, wanted)
    await sessions.end_all(tx, account.id, keep)
    await tickets.revoke_of(tx, account.id)


async def set_preferences(tx: Transaction, account: Account, language: str, default_circle: Circle) -> None:
    """The language of pages and letters, and the circle that a new post has unless she chooses another."""
    await accounts.set_preferences(tx, account.id, _language(language), default_circle)


async def set_default_sensitive(tx: Transaction, account: Account, sensitive: bool) -> None:
    """Whether the pictures of a new post of hers are covered unless she chooses otherwise."""
    await accounts.set_default_sensitive(tx, account.id, sensitive)


async def set_post_language(tx: Transaction, account: Account, language: str | None) -> None:
    """The language of a new post of hers unless she chooses another; None for that of her pages."""
    await accounts.set_post_language(tx, account.id, language)


async def set_quote_policy(tx: Transaction, account: Account, policy: QuotePolicy) -> None:
    """Who may quote a new post of hers unless she chooses otherwise."""
    if policy not in OWN_POLICIES:
        raise Invalid("Choose who may quote it", "quote_policy")
    await accounts.set_quote_policy(tx, account.id, policy)


async def delete(tx: Transaction, account: Account) -> None:
    """A person leaves for good: every server is told, her files and sessions go, her name is never given away again."""
    actor = await actors.by_id(tx, account.id)
    if actor is None:
        raise NotFound("There is no such account")
    await require_another_admin(tx, account)
    await erase(tx, actor)


async def erase(tx: Transaction, actor: Actor) -> None:
    """What `delete` does once it is certain."""
    await actor_actions.delete(tx, actor)
    await access.end(tx, actor.id)
    await accounts.erase(tx, actor.id)


async def require_another_admin(tx: Transaction, account: Account) -> None:
    """Conflict if this is the last administrator: nobody could let anybody in any more."""
    is_admin = account.role is Role.ADMIN and account.disabled_at is None
    if is_admin and await accounts.count(tx, Role.ADMIN) <= 1:
        raise Conflict("This is the school's last administrator; name another one first")


def email_or_none(email: str | None) -> str | None:
    """The address as it is kept, None for none; Invalid if no letter could be sent to it."""
    text = (email or "").strip()
    if not text:
        return None
    if not _EMAIL.fullmatch(text) or not text.isprintable():
        raise Invalid(f"{text} is not an e-mail address", "email")
    return text


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise Invalid(f"{language} is not a language of this software; there are {', '.join(LANGUAGES)}", "language")
    return language

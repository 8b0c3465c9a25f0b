"""Choosing a password: when one joins, when one has forgotten it, when one wants another."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from fedi.actions import accounts as account_actions
from fedi.actions import letters
from fedi.actions import tickets as ticket_actions
from fedi.actions.accounts import NewAccount
from fedi.activitypub import key_pairs
from fedi.auth import attempts, passwords
from fedi.errors import Conflict, Invalid
from fedi.instances import Instance
from fedi.models import usernames
from fedi.models.accounts import Account, Person, SignedIn
from fedi.models.secrets import hash_of
from fedi.store import actors
from fedi.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody fills in who joins a school, and the address she comes from."""

    username: str
    name: str
    password: str
    email: str | None = None
    language: str = ""
    address: str = ""


async def join(instance: Instance, secret: str, newcomer: Newcomer) -> Person:
    """Open an account with the secret of a link; Gone if it is worth nothing, Invalid names the field that is wrong."""
    # Cheapest refusal first: nobody without a link makes us hash passwords and generate keys.
    await instance.db.read(ticket_actions.joining, hash_of(secret))
    return await instance.db.write(ticket_actions.join, hash_of(secret), await new_account(newcomer))


async def new_account(newcomer: Newcomer) -> NewAccount:
    """The account of a newcomer, ready for a unit: the slow part, a hash and two keys, is done."""
    username = usernames.checked(newcomer.username)
    require_usable(newcomer)
    hashed = await passwords.hash_password(newcomer.password)
    keys = await asyncio.to_thread(key_pairs.generate)
    return NewAccount(
        username,
        newcomer.name,
        keys,
        hashed,
        newcomer.email,
        language=newcomer.language,
        address=newcomer.address,
    )


def require_usable(newcomer: Newcomer) -> None:
    """Invalid for a password that is too short, or as good as her name."""
    passwords.require_usable(newcomer.password, newcomer.username, newcomer.name, newcomer.email or "")


async def ask_for_link(instance: Instance, email: str, address: str) -> None:
    """Send a link to whoever has this e-mail address, asked for from an IP address; the same if nobody has.

    Conflict if the school sends no mail: then an administrator makes the link.
    """
    if instance.config.mail is None:
        raise Conflict("This school sends no mail; ask an administrator for a link")
    await instance.db.write(attempts.count_asking, email, address)
    await instance.db.write(letters.password_reset, email)


async def reset_password(instance: Instance, secret: str, password: str) -> Account:
    """Choose a new password with the secret of a link; whoever was signed in to the account is no longer."""
    passwords.require_usable(password, *await instance.db.read(_own_words, hash_of(secret)))
    hashed = await passwords.hash_password(password)
    return await instance.db.write(ticket_actions.use_reset, hash_of(secret), hashed)


async def change_password(instance: Instance, me: SignedIn, old: str, new: str, address: str) -> None:
    """Choose another password, knowing the old one; other browsers are signed out, this one is not."""
    await confirm(instance, me, old, address)
    passwords.require_usable(new, me.actor.username, me.actor.name, me.account.email or "")
    hashed = await passwords.hash_password(new)
    await instance.db.write(_set_password, me, hashed)


async def confirm(instance: Instance, me: SignedIn, password: str, address: str) -> None:
    """Before what cannot be undone: Invalid unless this is the password. Guessing is slowed as when signing in."""
    await instance.db.write(attempts.count_sign_in, me.actor.username, address)
    if not await passwords.verify(me.account.password_hash, password):
        raise Invalid("This is not your password", "current_password")
    await instance.db.write(attempts.succeeded, me.actor.username, address)


async def _own_words(tx: Transaction, token_hash: str) -> tuple[str, ...]:
    """What the person behind a link must not take for a password."""
    account = await ticket_actions.resetting(tx, token_hash)
    actor = await actors.by_id(tx, account.id)
    return (actor.username, actor.name, account.email or "") if actor else ()


async def _set_password(tx: Transaction, me: SignedIn, password_hash: str) -> None:
    await account_actions.set_password(tx, me.account, password_hash, keep=me.session.token_hash)

"""Signing in with a name or an e-mail address, and a password; slower and slower for who guesses."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.auth import attempts, passwords, sessions
from fedi.errors import Unauthenticated
from fedi.instances import Instance
from fedi.models.accounts import Account
from fedi.models.secrets import Secret, new_secret
from fedi.store import accounts, actors
from fedi.store.database import Transaction

_WRONG = "The name or the password is wrong"


@dataclass(frozen=True, slots=True)
class Welcome:
    """A person who has just signed in: `token` is what her browser's cookie holds."""

    account: Account
    token: Secret


@dataclass(frozen=True, slots=True)
class _Proof:
    """What is known when the password has turned out right; `renewed` is its hash with today's parameters."""

    account: Account
    login: str
    address: str
    renewed: str | None


async def sign_in(instance: Instance, login: str, password: str, address: str) -> Welcome:
    """Sign in from an IP address. Unauthenticated tells not whether there is such an account, by words or by time."""
    proof = await _prove(instance, login, password, address)
    return await instance.db.write(_welcome, proof, new_secret(), new_secret())


async def check_password(instance: Instance, login: str, password: str, address: str) -> Account:
    """The account with this name and password, without signing anybody in; Unauthenticated as in `sign_in`.

    For instances made for tests, where many come at once from one address: only what was wrong is counted, afterwards.
    """
    try:
        proof = await _checked(instance, login, password, address)
    except Unauthenticated:
        await instance.db.write(attempts.count_sign_in, login, address)
        raise
    return await instance.db.write(_known, proof)


async def _prove(instance: Instance, login: str, password: str, address: str) -> _Proof:
    await instance.db.write(attempts.count_sign_in, login, address)
    return await _checked(instance, login, password, address)


async def _checked(instance: Instance, login: str, password: str, address: str) -> _Proof:
    account = await instance.db.read(_by_login, login.strip())
    right = await passwords.verify(account.password_hash if account else None, password)
    if account is None or not right:
        raise Unauthenticated(_WRONG)
    return _Proof(account, login, address, await _renewed(account, password))


async def _renewed(account: Account, password: str) -> str | None:
    outdated = account.password_hash is not None and passwords.needs_rehash(account.password_hash)
    return await passwords.hash_password(password) if outdated else None


async def _by_login(tx: Transaction, login: str) -> Account | None:
    if "@" in login.removeprefix("@"):
        return await accounts.by_email(tx, login)
    return await accounts.by_name(tx, login.removeprefix("@"))


async def _welcome(tx: Transaction, proof: _Proof, token: Secret, csrf: Secret) -> Welcome:
    account = await _accept(tx, proof)
    await sessions.begin(tx, account, token, csrf)
    return Welcome(account, token)


async def _accept(tx: Transaction, proof: _Proof) -> Account:
    account = await _known(tx, proof)
    await attempts.succeeded(tx, proof.login, proof.address)
    return account


async def _known(tx: Transaction, proof: _Proof) -> Account:
    account = await _still_welcome(tx, proof.account)
    if proof.renewed:
        await accounts.set_password(tx, account.id, proof.renewed)
    return account


async def _still_welcome(tx: Transaction, checked: Account) -> Account:
    """The account as it is now: while the password was checked it may have been changed, or the person suspended."""
    account, actor = await accounts.by_id(tx, checked.id), await actors.by_id(tx, checked.id)
    if account is None or actor is None or account.password_hash != checked.password_hash:
        raise Unauthenticated(_WRONG)
    if account.disabled_at is not None or actor.gone:
        raise Unauthenticated(_WRONG)
    return account

"""Accounts: who can sign in here. An account's id is the id of its actor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields

from fedi.errors import Conflict
from fedi.models.accounts import Account, Person, Role
from fedi.models.posts import Circle
from fedi.models.quotes import QuotePolicy
from fedi.store import actors, filters, lists
from fedi.store.database import Transaction
from fedi.text import fold

_COLUMNS = ", ".join(field.name for field in fields(Account))


async def insert(tx: Transaction, account: Account) -> None:
    """A new account, whose actor is there already; Conflict if its e-mail address is another's."""
    values = asdict(account) | {"email_folded": fold(account.email) if account.email else None}
    names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
    if not await tx.execute(f"INSERT INTO accounts ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", **values):
        raise Conflict("there is an account with this e-mail address already")


async def by_id(tx: Transaction, account_id: int) -> Account | None:
    """The account, disabled or not."""
    return await tx.one(Account, f"SELECT {_COLUMNS} FROM accounts WHERE id = :id", id=account_id)


async def by_ids(tx: Transaction, account_ids: Iterable[int]) -> dict[int, Account]:
    """The accounts by their ids; who has none is left out."""
    found = await tx.all(Account, f"SELECT {_COLUMNS} FROM accounts WHERE id IN :ids*", ids=list(set(account_ids)))
    return {account.id: account for account in found}


async def by_email(tx: Transaction, email: str) -> Account | None:
    """The account with this address, in any case of letters."""
    return await tx.one(Account, f"SELECT {_COLUMNS} FROM accounts WHERE email_folded = :email", email=fold(email))


async def by_name(tx: Transaction, name: str) -> Account | None:
    """The account of our actor with this name, in any case of letters."""
    return await tx.one(
        Account,
        f"""
        SELECT {_COLUMNS} FROM accounts
        WHERE  id = (SELECT id FROM actors WHERE username_folded = :name AND local)
        """,
        name=fold(name),
    )


async def people(tx: Transaction) -> list[Person]:
    """Everybody with an account, in the order they came; those who were deleted are left out."""
    found = await tx.all(
        Account,
        f"""
        SELECT {_COLUMNS} FROM accounts
        WHERE  id IN (SELECT id FROM actors WHERE local AND deleted_at IS NULL)
        ORDER  BY id
        """,
    )
    known = await actors.by_ids(tx, [account.id for account in found])
    return [Person(account, known[account.id]) for account in found]


async def count(tx: Transaction, role: Role) -> int:
    """How many people with this role can sign in."""
    found = await tx.value("SELECT count(*) FROM accounts WHERE role = :role AND disabled_at IS NULL", role=role)
    return int(found)


async def ids_of(tx: Transaction, role: Role) -> list[int]:
    """The accounts that can sign in with this role or a higher one."""
    roles = [each for each in Role if each.covers(role)]
    return await tx.all(
        int, "SELECT id FROM accounts WHERE role IN :roles* AND disabled_at IS NULL ORDER BY id", roles=roles
    )


async def set_password(tx: Transaction, account_id: int, password_hash: str) -> None:
    """The only password that is right from now on."""
    await tx.execute("UPDATE accounts SET password_hash = :hash WHERE id = :id", hash=password_hash, id=account_id)


async def set_email(tx: Transaction, account_id: int, email: str | None) -> None:
    """Where letters go; whether the address is free has been asked before in the same unit."""
    await tx.execute(
        "UPDATE accounts SET email = :email, email_folded = :folded WHERE id = :id",
        email=email,
        folded=fold(email) if email else None,
        id=account_id,
    )


async def set_preferences(tx: Transaction, account_id: int, language: str, default_circle: Circle) -> None:
    """The language of pages and letters, and the circle a new post has unless another is chosen."""
    await tx.execute(
        "UPDATE accounts SET language = :language, default_circle = :circle WHERE id = :id",
        language=language,
        circle=default_circle,
        id=account_id,
    )


async def set_default_sensitive(tx: Transaction, account_id: int, sensitive: bool) -> None:
    """Whether the pictures of a new post are covered unless something else is chosen."""
    await tx.execute("UPDATE accounts SET default_sensitive = :value WHERE id = :id", value=sensitive, id=account_id)


async def set_post_language(tx: Transaction, account_id: int, language: str | None) -> None:
    """The language of a new post unless another is chosen; None for that of her pages."""
    await tx.execute("UPDATE accounts SET post_language = :language WHERE id = :id", language=language, id=account_id)


async def set_quote_policy(tx: Transaction, account_id: int, policy: QuotePolicy) -> None:
    """Who may quote a new post unless something else is chosen."""
    await tx.execute("UPDATE accounts SET quote_policy = :policy WHERE id = :id", policy=policy, id=account_id)


async def set_role(tx: Transaction, account_id: int, role: Role) -> None:
    """What the person may do from now on."""
    await tx.execute("UPDATE accounts SET role = :role WHERE id = :id", role=role, id=account_id)


async def set_disabled(tx: Transaction, account_id: int, at: int | None) -> None:
    """Nobody signs in from `at` on; None lets her in again."""
    await tx.execute("UPDATE accounts SET disabled_at = :at WHERE id = :id", at=at, id=account_id)


async def seen(tx: Transaction, account_id: int) -> None:
    """She was here."""
    await tx.execute("UPDATE accounts SET last_seen_at = :now WHERE id = :id", now=tx.now, id=account_id)


_OWN = (
    "notifications",
    "home_entries",
    "bookmarks",
    "muted_threads",
    "conversations",
    "followed_tags",
    "dismissed_suggestions",
    "visits",
    "redrafts",
    "private_notes",
    "markers",
    "muted_domains",
    "notification_policies",
    "welcome_senders",
)


async def erase(tx: Transaction, account_id: int) -> None:
    """Empty the account of a person who leaves; what refers to its id still finds a row."""
    await tx.execute(
        """
        UPDATE accounts
        SET    email = NULL, email_folded = NULL, password_hash = NULL, role = 'teacher', disabled_at = :now
        WHERE  id = :id
        """,
        now=tx.now,
        id=account_id,
    )
    for table in _OWN:
        await tx.execute(f"DELETE FROM {table} WHERE account_id = :id", id=account_id)
    await filters.erase(tx, account_id)
    await lists.erase(tx, account_id)

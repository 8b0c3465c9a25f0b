"""Bearer tokens of the API: what is kept of each is a hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from fedi.models.oauth import Token
from fedi.store import push_subscriptions
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json

_COLUMNS = ", ".join(field.name for field in fields(Token))


async def insert(tx: Transaction, token: Token) -> None:
    """A client was given a token."""
    await tx.execute(
        f"""
        INSERT INTO tokens ({_COLUMNS})
        VALUES (:id, :token_hash, :app_id, :account_id, :scopes, :created_at, :used_at, NULL)
        """,
        id=token.id,
        token_hash=token.token_hash,
        app_id=token.app_id,
        account_id=token.account_id,
        scopes=as_json(token.scopes),
        created_at=token.created_at,
        used_at=token.used_at,
    )


async def by_hash(tx: Transaction, token_hash: str) -> Token | None:
    """The token, also if it was revoked a short while ago."""
    return await tx.one(Token, f"SELECT {_COLUMNS} FROM tokens WHERE token_hash = :hash", hash=token_hash)


async def of_account(tx: Transaction, account_id: int) -> list[Token]:
    """The tokens that act for a person, the latest first."""
    return await tx.all(
        Token,
        f"SELECT {_COLUMNS} FROM tokens WHERE account_id = :account AND revoked_at IS NULL ORDER BY id DESC",
        account=account_id,
    )


async def used(tx: Transaction, token_id: int) -> None:
    """The token was shown just now."""
    await tx.execute("UPDATE tokens SET used_at = :now WHERE id = :id", id=token_id, now=tx.now)


async def revoke(tx: Transaction, token_id: int) -> bool:
    """The token opens nothing any more, and its program is told nothing; False if it did not before."""
    await push_subscriptions.remove(tx, [token_id])
    changed = await tx.execute(
        "UPDATE tokens SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL", id=token_id, now=tx.now
    )
    return changed == 1


async def revoke_of(tx: Transaction, account_id: int, app_id: int | None = None) -> list[int]:
    """All tokens that act for a person open nothing any more, or those of one program; which they were."""
    revoked = await tx.all(
        int,
        """
        UPDATE tokens SET revoked_at = :now
        WHERE  account_id = :account AND revoked_at IS NULL
        AND    (CAST(:app AS $id) IS NULL OR app_id = CAST(:app AS $id))
        RETURNING id
        """,
        account=account_id,
        app=app_id,
        now=tx.now,
    )
    await push_subscriptions.remove(tx, revoked)
    return revoked


async def good(tx: Transaction, token_ids: Iterable[int]) -> set[int]:
    """Which of these tokens still open something: not revoked, and their people neither suspended nor gone."""
    found = await tx.all(
        int,
        """
        SELECT t.id FROM tokens t JOIN accounts ON accounts.id = t.account_id JOIN actors ON actors.id = t.account_id
        WHERE  t.id IN :ids* AND t.revoked_at IS NULL AND accounts.disabled_at IS NULL
        AND    actors.suspended_at IS NULL AND actors.deleted_at IS NULL
        """,
        ids=list(token_ids),
    )
    return set(found)


async def prune(tx: Transaction, revoked_before: int) -> int:
    """Forget tokens that were revoked before that time (milliseconds); how many."""
    return await tx.execute("DELETE FROM tokens WHERE revoked_at < :before", before=revoked_before)

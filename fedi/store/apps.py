"""Clients of the API, and what people have agreed to and not been asked for yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from fedi.models.oauth import App, Grant
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json

_COLUMNS = ", ".join(field.name for field in fields(App))
_GRANT = ", ".join(field.name for field in fields(Grant))


async def insert(tx: Transaction, app: App) -> None:
    """A client has registered itself."""
    await tx.execute(
        f"""
        INSERT INTO apps ({_COLUMNS})
        VALUES (:id, :client_id, :secret_hash, :name, :website, :redirect_uris, :scopes, :created_at)
        """,
        id=app.id,
        client_id=app.client_id,
        secret_hash=app.secret_hash,
        name=app.name,
        website=app.website,
        redirect_uris=as_json(app.redirect_uris),
        scopes=as_json(app.scopes),
        created_at=app.created_at,
    )


async def by_client_id(tx: Transaction, client_id: str) -> App | None:
    """The client with this public name."""
    return await tx.one(App, f"SELECT {_COLUMNS} FROM apps WHERE client_id = :client", client=client_id)


async def by_ids(tx: Transaction, app_ids: Iterable[int]) -> dict[int, App]:
    """Clients by their numbers here."""
    found = await tx.all(App, f"SELECT {_COLUMNS} FROM apps WHERE id IN :ids*", ids=list(set(app_ids)))
    return {app.id: app for app in found}


async def prune(tx: Transaction, older_than: int) -> int:
    """Forget clients that nobody has signed in with; how many. They register anew at each sign-in."""
    return await tx.execute(
        """
        DELETE FROM apps
        WHERE  created_at < :older_than
        AND    NOT EXISTS (SELECT 1 FROM tokens WHERE app_id = apps.id)
        AND    NOT EXISTS (SELECT 1 FROM grants WHERE app_id = apps.id)
        """,
        older_than=older_than,
    )


async def insert_grant(tx: Transaction, grant: Grant) -> None:
    """A person has agreed; her client may fetch its token."""
    await tx.execute(
        f"""
        INSERT INTO grants ({_GRANT})
        VALUES (:code_hash, :app_id, :account_id, :redirect_uri, :scopes, :challenge, :created_at, :expires_at)
        """,
        code_hash=grant.code_hash,
        app_id=grant.app_id,
        account_id=grant.account_id,
        redirect_uri=grant.redirect_uri,
        scopes=as_json(grant.scopes),
        challenge=grant.challenge,
        created_at=grant.created_at,
        expires_at=grant.expires_at,
    )


async def take_grant(tx: Transaction, code_hash: str) -> Grant | None:
    """The grant behind a code, which is worthless from now on; None if it never was one, was taken, or is over."""
    grant = await tx.one(Grant, f"DELETE FROM grants WHERE code_hash = :hash RETURNING {_GRANT}", hash=code_hash)
    return grant if grant is not None and grant.expires_at > tx.now else None


async def end_grants(tx: Transaction, account_id: int) -> None:
    """What a person agreed to and nobody fetched is worthless."""
    await tx.execute("DELETE FROM grants WHERE account_id = :account", account=account_id)


async def prune_grants(tx: Transaction) -> int:
    """Forget codes nobody came for; how many."""
    return await tx.execute("DELETE FROM grants WHERE expires_at <= :now", now=tx.now)

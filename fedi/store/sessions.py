"""Sessions: browsers that have signed in. Of the cookie only a hash is here, so a stolen backup opens nothing."""

from __future__ import annotations

from dataclasses import asdict, fields

from fedi.models.accounts import Session
from fedi.store.database import Transaction

_COLUMNS = ", ".join(field.name for field in fields(Session))


async def insert(tx: Transaction, session: Session) -> None:
    """A browser that has just signed in."""
    values = asdict(session)
    marks = ", ".join(f":{name}" for name in values)
    await tx.execute(f"INSERT INTO sessions ({', '.join(values)}) VALUES ({marks})", **values)


async def by_token_hash(tx: Transaction, token_hash: str) -> Session | None:
    """The session, unless it has expired."""
    return await tx.one(
        Session,
        f"SELECT {_COLUMNS} FROM sessions WHERE token_hash = :hash AND expires_at > :now",
        hash=token_hash,
        now=tx.now,
    )


async def extend(tx: Transaction, token_hash: str, expires_at: int) -> None:
    """She was here: the session ends later."""
    await tx.execute(
        "UPDATE sessions SET last_seen_at = :now, expires_at = :until WHERE token_hash = :hash",
        now=tx.now,
        until=expires_at,
        hash=token_hash,
    )


async def end(tx: Transaction, token_hash: str) -> None:
    """Sign this browser out."""
    await tx.execute("DELETE FROM sessions WHERE token_hash = :hash", hash=token_hash)


async def end_all(tx: Transaction, account_id: int, but: str | None = None) -> int:
    """Sign a person out everywhere, but for the session with the hash `but`; how many ended."""
    return await tx.execute(
        "DELETE FROM sessions WHERE account_id = :account AND token_hash <> :but", account=account_id, but=but or ""
    )


async def prune(tx: Transaction) -> int:
    """Forget sessions that have expired; how many."""
    return await tx.execute("DELETE FROM sessions WHERE expires_at <= :now", now=tx.now)

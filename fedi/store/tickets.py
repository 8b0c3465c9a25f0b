"""Tickets: one-time links. Of the secret in the link only a hash is here."""

from __future__ import annotations

from dataclasses import asdict, fields

from fedi.models.accounts import Ticket, TicketPurpose
from fedi.store.database import Transaction

_COLUMNS = ", ".join(field.name for field in fields(Ticket))


async def insert(tx: Transaction, ticket: Ticket) -> None:
    """A new link."""
    values = asdict(ticket)
    marks = ", ".join(f":{name}" for name in values)
    await tx.execute(f"INSERT INTO tickets ({', '.join(values)}) VALUES ({marks})", **values)


async def by_token_hash(tx: Transaction, token_hash: str) -> Ticket | None:
    """The ticket, if it can still be used."""
    return await tx.one(
        Ticket,
        f"SELECT {_COLUMNS} FROM tickets WHERE token_hash = :hash AND uses_left > 0 AND expires_at > :now",
        hash=token_hash,
        now=tx.now,
    )


async def use(tx: Transaction, token_hash: str) -> Ticket | None:
    """Use the ticket once; None if it is worth nothing. Of two at the same time, one gets the last use."""
    return await tx.one(
        Ticket,
        f"""
        UPDATE tickets SET uses_left = uses_left - 1
        WHERE  token_hash = :hash AND uses_left > 0 AND expires_at > :now
        RETURNING {_COLUMNS}
        """,
        hash=token_hash,
        now=tx.now,
    )


async def usable(tx: Transaction, purpose: TicketPurpose) -> list[Ticket]:
    """The tickets of this purpose that can still be used, newest first."""
    return await tx.all(
        Ticket,
        f"""
        SELECT {_COLUMNS} FROM tickets
        WHERE  purpose = :purpose AND uses_left > 0 AND expires_at > :now
        ORDER  BY created_at DESC, token_hash
        """,
        purpose=purpose,
        now=tx.now,
    )


async def revoke(tx: Transaction, token_hash: str) -> bool:
    """Make a ticket worthless; whether there was one."""
    return await tx.execute("DELETE FROM tickets WHERE token_hash = :hash", hash=token_hash) == 1


async def revoke_all(tx: Transaction, purpose: TicketPurpose, account_id: int | None = None) -> None:
    """Make all tickets of a purpose worthless: those for one account, or those for none."""
    await tx.execute(
        "DELETE FROM tickets WHERE purpose = :purpose AND coalesce(account_id, 0) = :account",
        purpose=purpose,
        account=account_id or 0,
    )


async def revoke_of(tx: Transaction, account_id: int) -> None:
    """Make worthless what an account was given, and what it gave to others."""
    await tx.execute("DELETE FROM tickets WHERE account_id = :account OR created_by = :account", account=account_id)


async def prune(tx: Transaction) -> int:
    """Forget tickets that nobody can use any more; how many."""
    return await tx.execute("DELETE FROM tickets WHERE expires_at <= :now OR uses_left <= 0", now=tx.now)

"""Relays: the servers the school has asked to pass on what others publish."""

from __future__ import annotations

from dataclasses import asdict

from fedi.models.relays import Relay, RelayState
from fedi.store.database import Transaction

_COLUMNS = "id, address, inbox, host, actor_uri, follow_uri, state, created_at"


async def insert(tx: Transaction, relay: Relay) -> bool:
    """A new relay; False if it is there already."""
    inserted = await tx.execute(
        f"""
        INSERT INTO relays ({_COLUMNS})
        VALUES (:id, :address, :inbox, :host, :actor_uri, :follow_uri, :state, :created_at)
        ON CONFLICT DO NOTHING
        """,
        **asdict(relay),
    )
    return inserted == 1


async def everyone(tx: Transaction) -> list[Relay]:
    """All relays, in the order they were asked."""
    return await tx.all(Relay, f"SELECT {_COLUMNS} FROM relays ORDER BY id")


async def by_id(tx: Transaction, relay_id: int) -> Relay | None:
    """One relay."""
    return await tx.one(Relay, f"SELECT {_COLUMNS} FROM relays WHERE id = :id", id=relay_id)


async def by_follow(tx: Transaction, follow_uri: str) -> Relay | None:
    """The relay that we asked by the Follow with this id."""
    return await tx.one(Relay, f"SELECT {_COLUMNS} FROM relays WHERE follow_uri = :uri", uri=follow_uri)


async def answered(tx: Transaction, relay_id: int, state: RelayState, actor_uri: str) -> None:
    """The relay's actor, whose answer this is, has said yes or no."""
    await tx.execute(
        "UPDATE relays SET state = :state, actor_uri = :actor WHERE id = :id", state=state, actor=actor_uri, id=relay_id
    )


async def delete(tx: Transaction, relay_id: int) -> None:
    """Forget a relay."""
    await tx.execute("DELETE FROM relays WHERE id = :id", id=relay_id)


async def is_relay(tx: Transaction, actor_uri: str) -> bool:
    """Whether this actor is a relay that has said yes."""
    found = await tx.value(
        "SELECT 1 FROM relays WHERE actor_uri = :actor AND state = 'accepted' LIMIT 1", actor=actor_uri
    )
    return found is not None


async def is_relay_host(tx: Transaction, host: str) -> bool:
    """Whether a relay that has said yes is at this host."""
    found = await tx.value("SELECT 1 FROM relays WHERE host = :host AND state = 'accepted' LIMIT 1", host=host)
    return found is not None

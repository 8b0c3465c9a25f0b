"""Activities peers sent: each is kept once for each inbox it came to, so that it takes effect once."""

from __future__ import annotations

from dataclasses import dataclass

from fedi import ids
from fedi.models.activities import NewReceived, Received
from fedi.store.database import Transaction

_COLUMNS = "id, uri, owner_id, actor_uri, type, host, hint, held, json, received_at, outcome"


@dataclass(frozen=True, slots=True)
class HeldCount:
    """How many activities of a host wait for the administrator."""

    host: str
    activities: int
    latest_at: int


async def record(tx: Transaction, new: NewReceived) -> int | None:
    """Keep an activity that came in; None if this inbox has had it before."""
    received_id = tx.new_id()
    changed = await tx.execute(
        """
        INSERT INTO received (id, uri, owner_id, actor_uri, type, host, hint, held, json, received_at)
        VALUES (:id, :uri, :owner_id, :actor_uri, :type, :host, :hint, :held, :json, :now)
        ON CONFLICT (uri, owner_id) DO NOTHING
        """,
        id=received_id,
        uri=new.uri,
        owner_id=new.owner_id,
        actor_uri=new.actor_uri,
        type=new.type,
        host=new.host,
        hint=new.hint,
        held=new.held,
        json=new.json,
        now=tx.now,
    )
    return received_id if changed else None


async def by_id(tx: Transaction, received_id: int) -> Received | None:
    """One activity as it arrived."""
    return await tx.one(Received, f"SELECT {_COLUMNS} FROM received WHERE id = :id", id=received_id)


async def has(tx: Transaction, uri: str) -> bool:
    """Whether any inbox has had this activity."""
    return bool(await tx.value("SELECT count(*) FROM received WHERE uri = :uri", uri=uri))


async def conclude(tx: Transaction, received_id: int, outcome: str) -> None:
    """Note what became of an activity."""
    await tx.execute("UPDATE received SET outcome = :outcome WHERE id = :id", outcome=outcome, id=received_id)


async def hold(tx: Transaction, received_id: int) -> None:
    """Put an activity aside until the administrator has decided about its host."""
    await tx.execute("UPDATE received SET held = :yes WHERE id = :id", yes=True, id=received_id)


async def trim_held(tx: Transaction, host: str, keep: int) -> None:
    """Drop the oldest held activities of a host beyond `keep`: what one host can make us store is bounded."""
    await tx.execute(
        """
        DELETE FROM received
        WHERE  host = :host AND held
        AND    id <= (SELECT id FROM received WHERE host = :host AND held ORDER BY id DESC LIMIT 1 OFFSET :keep)
        """,
        host=host,
        keep=keep,
    )


async def release_held(tx: Transaction, host: str) -> list[Received]:
    """What a host sent while it was held, oldest first; it is held no longer."""
    held = await tx.all(Received, f"SELECT {_COLUMNS} FROM received WHERE host = :host AND held ORDER BY id", host=host)
    await tx.execute("UPDATE received SET held = :no WHERE host = :host AND held", no=False, host=host)
    return held


async def erase_held(tx: Transaction, host: str) -> None:
    """Forget what a host sent while it was held."""
    await tx.execute("DELETE FROM received WHERE host = :host AND held", host=host)


async def held_by_host(tx: Transaction) -> list[HeldCount]:
    """For the administrator: who waits at the door, the busiest first."""
    return await tx.all(
        HeldCount,
        """
        SELECT   host, count(*) AS activities, max(received_at) AS latest_at
        FROM     received
        WHERE    held
        GROUP BY host
        ORDER BY activities DESC, host
        """,
    )


async def count_held(tx: Transaction, host: str) -> int:
    """How many activities of a host wait for the administrator."""
    return int(await tx.value("SELECT count(*) FROM received WHERE host = :host AND held", host=host))


async def held_of(tx: Transaction, host: str, limit: int) -> list[Received]:
    """For the administrator to look into: what was held last, of one host."""
    return await tx.all(
        Received,
        f"SELECT {_COLUMNS} FROM received WHERE host = :host AND held ORDER BY id DESC LIMIT :limit",
        host=host,
        limit=limit,
    )


async def latest_held(tx: Transaction, limit: int) -> list[Received]:
    """For the administrator to look into: what was held last, of all hosts."""
    return await tx.all(
        Received, f"SELECT {_COLUMNS} FROM received WHERE held ORDER BY id DESC LIMIT :limit", limit=limit
    )


HELD_IN_ALL = 5_000
"""How many activities of all strangers together wait for the administrator: hosts are invented for nothing."""


async def is_full(tx: Transaction, host: str) -> bool:
    """Whether nothing more of a host nothing is held of can be held."""
    held = await tx.value(
        "SELECT count(*) FROM (SELECT 1 FROM received WHERE held LIMIT :most) found", most=HELD_IN_ALL
    )
    if held < HELD_IN_ALL:
        return False
    return await tx.value("SELECT 1 FROM received WHERE host = :host AND held LIMIT 1", host=host) is None


LOOKED_BACK_MS = 30 * 24 * 60 * 60 * 1000
"""How much of what is old is looked through for what came to nothing: the rest was looked through before, and what was
not, since nobody served the school for so long, goes with `forget_old`.
"""


async def forget_ineffective(tx: Transaction, before: int) -> int:
    """Forget what arrived before a moment (milliseconds) and came to nothing: its sender could make up any number of
    ids, and they protect nothing.
    """
    return await tx.execute(
        """
        DELETE FROM received
        WHERE  id >= :first AND id < :end AND NOT held AND (outcome LIKE 'ignored%' OR outcome LIKE 'refused%')
        """,
        first=ids.first_of(before - LOOKED_BACK_MS),
        end=ids.first_of(before),
    )


async def prune(tx: Transaction, before: int) -> int:
    """Drop the text of what arrived before a moment (milliseconds); ids stay, so that nothing can be replayed."""
    return await tx.execute(
        "UPDATE received SET json = NULL WHERE received_at < :before AND json IS NOT NULL AND NOT held", before=before
    )


KEPT_DAYS = 400
"""How long an id is remembered. Longer than a proof says anything about what was done: nothing can be replayed."""

OF_ONE_HOST = 500_000
"""How many ids of one server. Whoever sends more is forgotten what she has sent first, and can replay only her own."""


async def forget_old(tx: Transaction, before: int) -> int:
    """Forget what arrived before a moment (milliseconds); how many."""
    return await tx.execute("DELETE FROM received WHERE id < :end AND NOT held", end=ids.first_of(before))


async def trim(tx: Transaction) -> None:
    """Of servers that have sent too much, forget what came first."""
    busy = await tx.all(
        str, "SELECT host FROM received WHERE NOT held GROUP BY host HAVING count(*) > :most", most=OF_ONE_HOST
    )
    for host in busy:
        await tx.execute(
            """
            DELETE FROM received
            WHERE  host = :host AND NOT held AND outcome IS NOT NULL
            AND    id <= (SELECT id FROM received WHERE host = :host AND NOT held ORDER BY id DESC LIMIT 1 OFFSET :most)
            """,
            host=host,
            most=OF_ONE_HOST,
        )

"""Process slots: which process may make ids in which milliseconds (see `fedi.ids`)."""

from fedi.errors import Unavailable
from fedi.ids import LEASE_MS, SLOTS, Lease, Sequence
from fedi.store.engine.transaction import Transaction


async def lease(tx: Transaction, holder: str, sequence: Sequence) -> Lease:
    """Renew the slot of `holder`, or take a free one; Unavailable if none is free."""
    until = max(tx.now, sequence.moment) + LEASE_MS
    if sequence.lease and await _renew(tx, sequence.lease.slot, holder, until):
        return Lease(sequence.lease.slot, sequence.lease.start, until)
    taken = set(await tx.all(int, "SELECT slot FROM process_slots WHERE leased_until > :now", now=tx.now))
    for slot in range(SLOTS):
        if slot not in taken and await _take(tx, slot, holder, until):
            return Lease(slot, tx.now, until)
    raise Unavailable(f"All {SLOTS} process slots are leased; try again within {LEASE_MS // 1000} seconds")


async def release(tx: Transaction, holder: str, sequence: Sequence) -> None:
    """Let others have the slot from the millisecond after the last id made."""
    if sequence.lease:
        await _renew(tx, sequence.lease.slot, holder, sequence.moment + 1)


async def _renew(tx: Transaction, slot: int, holder: str, until: int) -> bool:
    changed = await tx.execute(
        "UPDATE process_slots SET leased_until = :until WHERE slot = :slot AND holder = :holder",
        slot=slot,
        holder=holder,
        until=until,
    )
    return changed == 1


async def _take(tx: Transaction, slot: int, holder: str, until: int) -> bool:
    changed = await tx.execute(
        """
        INSERT INTO process_slots (slot, holder, leased_until) VALUES (:slot, :holder, :until)
        ON CONFLICT (slot) DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until
        WHERE process_slots.leased_until <= :now
        """,
        slot=slot,
        holder=holder,
        until=until,
        now=tx.now,
    )
    return changed == 1

"""What a person keeps to herself about somebody."""

from __future__ import annotations

from fedi.errors import Invalid
from fedi.models.actors import Actor
from fedi.store import relationships
from fedi.store.database import Transaction

MAX_NOTE = 2_000
"""Characters."""


async def write_note(tx: Transaction, person: Actor, other: Actor, text: str) -> None:
    """Write down something about somebody, in place of what stood there; nobody else reads it."""
    text = text.strip()
    if len(text) > MAX_NOTE:
        raise Invalid(f"Comment is too long (maximum is {MAX_NOTE} characters)")
    await relationships.put_note(tx, person.id, other.id, text)

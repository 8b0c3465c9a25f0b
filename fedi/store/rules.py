"""House rules as they are kept: in order, those that were removed too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fedi.models.rules import Rule, Words
from fedi.store.database import Transaction
from fedi.store.engine.rows import as_json


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule, where it stands, and when it was removed (milliseconds)."""

    id: int
    position: int
    words: dict[str, Words]
    deleted_at: int | None

    @property
    def rule(self) -> Rule:
        return Rule(self.id, self.words)


async def everything(tx: Transaction) -> list[Kept]:
    """Every rule that was ever written here, in order."""
    return await tx.all(Kept, "SELECT id, position, words, deleted_at FROM rules ORDER BY position, id")


async def put(tx: Transaction, rules: Iterable[Rule], first: int = 0) -> None:
    """Write these rules, each behind the other from position `first` on; one that is there already stays as it is."""
    await tx.execute_many(
        "INSERT INTO rules (id, position, words) VALUES (:id, :position, :words) ON CONFLICT DO NOTHING",
        [
            {"id": rule.id, "position": position, "words": as_json(rule.words)}
            for position, rule in enumerate(rules, first)
        ],
    )


async def say(tx: Transaction, rule: Rule) -> None:
    """Other words for a rule."""
    await tx.execute("UPDATE rules SET words = :words WHERE id = :id", id=rule.id, words=as_json(rule.words))


async def place(tx: Transaction, rule_ids: Iterable[int]) -> None:
    """Put rules in this order."""
    await tx.execute_many(
        "UPDATE rules SET position = :position WHERE id = :id",
        [{"id": rule_id, "position": position} for position, rule_id in enumerate(rule_ids)],
    )


async def remove(tx: Transaction, rule_id: int) -> None:
    """It is no rule any more; reports that name it can still tell what it said."""
    await tx.execute("UPDATE rules SET deleted_at = :now WHERE id = :id", id=rule_id, now=tx.now)

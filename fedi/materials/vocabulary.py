"""Closed lists with labels in three languages, kept as SKOS data files beside this module."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import msgspec

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry: `slug` names it in our database and addresses, `match` is the public concept it is the same as."""

    slug: str
    labels: dict[str, str]
    match: str

    def label(self, language: str) -> str:
        """What people call it in `language`."""
        return self.labels.get(language) or self.labels[FALLBACK]


class _Entry(msgspec.Struct):
    notation: str
    prefLabel: dict[str, str]  # noqa: N815 - SKOS spells it so
    exactMatch: str  # noqa: N815


class _Scheme(msgspec.Struct):
    hasTopConcept: list[_Entry]  # noqa: N815


def load(name: str) -> dict[str, Concept]:
    """The vocabulary `name`, by slug, in the order of its file."""
    raw = resources.files(__package__).joinpath("vocabularies", f"{name}.json").read_bytes()
    entries = msgspec.json.decode(raw, type=_Scheme).hasTopConcept
    return {entry.notation: Concept(entry.notation, entry.prefLabel, entry.exactMatch) for entry in entries}

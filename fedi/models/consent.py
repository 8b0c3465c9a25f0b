"""By whom something may be found in a search."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Consent(StrEnum):
    """Everybody, those who follow its author, or nobody but its author."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says of it: `indexable` and `searchableBy`, None where it does not say."""

    indexable: bool | None = None
    searchable_by: tuple[str, ...] | None = None

"""Lists of people that somebody reads apart from the rest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RepliesPolicy(StrEnum):
    """Whose answers to others are in a list, named as Mastodon's API names them: those to anybody its owner follows, to
    people of the list, or none.
    """

    FOLLOWED = "followed"
    LIST = "list"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PeopleList:
    """One list; of people in an `exclusive` one nothing is in its owner's home."""

    id: int
    account_id: int
    title: str
    replies_policy: RepliesPolicy = RepliesPolicy.LIST
    exclusive: bool = False

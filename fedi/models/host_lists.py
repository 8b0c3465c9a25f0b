"""Lists of hosts: whom a school trusts or blocks, written down for others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_ENTRIES = 5_000
"""So many hosts a list may name; longer ones are refused."""


class ListedAs(StrEnum):
    """What a list says of its hosts."""

    BLOCKED = "blocked"
    TRUSTED = "trusted"


class ListMode(StrEnum):
    """What becomes of the entries of a list we subscribe to: they are shown to the administrator, or applied."""

    ASK = "ask"
    APPLY = "apply"


class EntryState(StrEnum):
    """What came of an entry. WITHDRAWN: it was applied, and its list no longer has it."""

    NEW = "new"
    APPLIED = "applied"
    IGNORED = "ignored"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class RemoteHostList:
    """A list as its owner signed it; `changed_at` in milliseconds."""

    url: str
    owner_uri: str
    name: str
    decision: ListedAs
    hosts: tuple[str, ...]
    changed_at: int


@dataclass(frozen=True, slots=True)
class HostList:
    """A list that this school subscribes to; `trouble` is why it could not be read last. Times in milliseconds."""

    id: int
    url: str
    owner_uri: str
    name: str
    decision: ListedAs
    mode: ListMode
    created_at: int
    fetched_at: int
    changed_at: int
    next_at: int
    trouble: str | None


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One host of a list, and what came of it."""

    list_id: int
    host: str
    state: EntryState
    noted_at: int


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One line of a file of domains: the host, whether it is to be blocked or trusted, and what is said of it."""

    host: str
    decision: ListedAs
    comment: str = ""


@dataclass(frozen=True, slots=True)
class DomainFile:
    """What a file of domains says. `skipped` are its lines that name no host, or ask for something we do not do."""

    rows: tuple[DomainRow, ...]
    skipped: tuple[str, ...] = ()

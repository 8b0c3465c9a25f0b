"""Accounts: the people who sign in at this school."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.models.actors import Actor
from fedi.models.posts import Circle
from fedi.models.quotes import QuotePolicy


class Role(StrEnum):
    """What a person may do: each role may all that the one before it may."""

    TEACHER = "teacher"
    MODERATOR = "moderator"
    ADMIN = "admin"

    def covers(self, other: Role) -> bool:
        """Whether this role may do what `other` may."""
        ladder = list(Role)
        return ladder.index(self) >= ladder.index(other)


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account; its id is the id of the actor she posts as. Times are milliseconds."""

    id: int
    email: str | None
    password_hash: str | None
    role: Role
    language: str
    default_circle: Circle
    created_at: int
    last_seen_at: int
    disabled_at: int | None
    invited_by: int | None = None
    quote_policy: QuotePolicy = QuotePolicy.EVERYONE
    default_sensitive: bool = False
    post_language: str | None = None

    @property
    def writes_in(self) -> str:
        """The language of a new post unless she chooses another: that of her pages, until she says otherwise."""
        return self.post_language or self.language


@dataclass(frozen=True, slots=True)
class Person:
    """An account and the actor its owner posts as."""

    account: Account
    actor: Actor


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser: only the hash of its cookie is stored. `csrf` is the token its forms carry."""

    token_hash: str
    account_id: int
    csrf: str
    created_at: int
    last_seen_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who sits at a browser."""

    account: Account
    actor: Actor
    session: Session


class TicketPurpose(StrEnum):
    """What a one-time link is good for."""

    FIRST_ADMIN = "first-admin"
    INVITATION = "invitation"
    PASSWORD_RESET = "password-reset"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A one-time link; only the hash of its secret is stored."""

    token_hash: str
    purpose: TicketPurpose
    account_id: int | None
    created_by: int | None
    role: Role
    email: str | None
    uses_left: int
    created_at: int
    expires_at: int

"""Quotes: a post that shows another one inside, and whether the quoted author agrees (FEP-044f)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class QuotePolicy(StrEnum):
    """Whom an author lets quote a post without being asked. ASKED occurs with posts of peers only: their author decides
    about each quote.

    It advises; whether a quote stands is decided by its `QuoteState`.
    """

    EVERYONE = "everyone"
    FOLLOWERS = "followers"
    ASKED = "asked"
    NOBODY = "nobody"


OWN_POLICIES = (QuotePolicy.EVERYONE, QuotePolicy.FOLLOWERS, QuotePolicy.NOBODY)
"""What our authors choose from."""


class QuoteState(StrEnum):
    """Only an ACCEPTED quote is shown as one; the others are at most a link.

    PENDING: nobody has answered, or a peer shows no proof. REVOKED: it was accepted, and its author took it back.
    DELETED: the quoted post is gone.
    """

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVOKED = "revoked"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Quote:
    """What one post quotes. `quoted_id` is None for a post that is not known here, or deleted.

    `request_uri` is our QuoteRequest, `authorization_uri` the stamp of the quoted author; `checked_at` in milliseconds
    is when a peer's stamp was last seen.
    """

    post_id: int
    quoted_id: int | None
    quoted_uri: str
    state: QuoteState
    request_uri: str | None = None
    authorization_uri: str | None = None
    checked_at: int = 0


@dataclass(frozen=True, slots=True)
class Authorization:
    """A stamp: `actor_id` lets the post `quoting_uri` quote her post `quoted_id`."""

    id: int
    actor_id: int
    quoted_id: int
    quoting_uri: str
    created_at: int


@dataclass(frozen=True, slots=True)
class RemoteQuote:
    """What a peer's post says it quotes. `consented`: it says so in the words of FEP-044f, so that an authorization may
    follow; older words know none. `deleted`: what it quoted is gone.
    """

    uri: str
    authorization_uri: str | None = None
    consented: bool = True
    deleted: bool = False

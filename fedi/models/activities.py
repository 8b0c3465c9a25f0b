"""Activities as they crossed: what peers sent us, and what our actors sent, to the letter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Received:
    """An activity as it arrived. `owner_id` is the actor whose inbox it came to, 0 for the shared one; `host` is the
    signer's.

    `hint`: its signer is not its actor, so nothing in it is believed. `held`: it waits for the administrator. `json`
    is None once it has aged; `outcome` says what became of it.
    """

    id: int
    uri: str
    owner_id: int
    actor_uri: str
    type: str
    host: str
    hint: bool
    held: bool
    json: str | None
    received_at: int
    outcome: str | None


@dataclass(frozen=True, slots=True)
class NewReceived:
    """What is known of an activity when it comes in at the door."""

    uri: str
    owner_id: int
    actor_uri: str
    type: str
    host: str
    hint: bool
    held: bool
    json: str


@dataclass(frozen=True, slots=True)
class SentActivity:
    """An activity one of our actors sent. `public`: anyone may fetch it, and it stands in the actor's outbox."""

    id: int
    uri: str
    actor_id: int
    type: str
    object_uri: str
    post_id: int | None
    public: bool
    json: str
    created_at: int

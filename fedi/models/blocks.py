"""Blocks and mutes: with whom a person wants nothing, or less, to do."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.models.actors import Actor


@dataclass(frozen=True, slots=True)
class Block:
    """One actor wants nothing to do with another; `uri` is the id of the Block activity."""

    id: int
    blocker_id: int
    blocked_id: int
    uri: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Mute:
    """A person is not shown what another writes. `notifications`: nor told what the other does; `expires_at` None: for
    good.
    """

    id: int
    muter_id: int
    muted_id: int
    notifications: bool
    expires_at: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block with the blocked actor; pages are cut by the id of the block."""

    block: Block
    actor: Actor


@dataclass(frozen=True, slots=True)
class MuteView:
    """A mute with the muted actor; pages are cut by the id of the mute."""

    mute: Mute
    actor: Actor

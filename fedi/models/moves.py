"""Moves: an account goes on under another address."""

from __future__ import annotations

from dataclasses import dataclass

COOLDOWN_MS = 7 * 24 * 60 * 60 * 1000
"""How long after a move nobody moves again; as on Mastodon."""


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody has moved to another actor; `moved_at` in milliseconds."""

    actor_id: int
    target_id: int
    moved_at: int

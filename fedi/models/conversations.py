"""Conversations: threads of direct posts, as one of their people sees them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread that somebody is in, known by the thread's id, and its last post that she may see."""

    thread_id: int
    last_post_id: int
    unread: bool

"""Custom emojis: small pictures with a name, ours and those of other servers."""

from __future__ import annotations

from dataclasses import dataclass

OURS = ""
"""The host of our own emojis."""


@dataclass(frozen=True, slots=True)
class CustomEmoji:
    """One emoji of a server; `host` is empty for ours. `visible`: people who choose one are shown it."""

    id: int
    host: str
    shortcode: str
    file_id: int
    category: str
    visible: bool
    disabled_at: int | None
    updated_at: int

    @property
    def path(self) -> str:
        """Where this school shows its picture."""
        return f"/emoji/{self.host}/{self.shortcode}" if self.host else f"/emoji/{self.shortcode}"

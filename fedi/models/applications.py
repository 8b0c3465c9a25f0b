"""With which program a post was written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Application:
    """A program as its people know it."""

    name: str
    website: str | None

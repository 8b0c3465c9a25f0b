"""What is asked of the workshop, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """Clean the file at `source` in place and write its preview to `preview`; `scratch` may be used on the way.

    `pixels` is the most that a picture may have, all its frames counted; `file_bytes` the most that is written.
    """

    source: str
    preview: str
    scratch: str
    media_type: str
    pixels: int
    file_bytes: int


@dataclass(frozen=True, slots=True)
class Made:
    """A picture that was written: its size in pixels and its blurhash."""

    width: int
    height: int
    blurhash: str


class Refused(Exception):
    """The file cannot be used; the message says why."""

"""Secrets that are handed out once and kept only as a hash: cookies of sessions, one-time links."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

_BYTES = 32


@dataclass(frozen=True, slots=True)
class Secret:
    """What its owner gets, and what we keep."""

    text: str
    hash: str


def new_secret() -> Secret:
    """A secret nobody guesses. 256 random bits need no slow hash: there is nothing to try out."""
    text = secrets.token_urlsafe(_BYTES)
    return Secret(text, hash_of(text))


def hash_of(text: str) -> str:
    """What we keep of a secret that somebody shows us."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

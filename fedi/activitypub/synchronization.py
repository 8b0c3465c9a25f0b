"""Followers collections compared across servers (FEP-8fcf): the header that goes with a post for followers, and the
digest in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

HEADER = "Collection-Synchronization"

_LONGEST = 6_000
_PARAMETER = re.compile(r'\s*([A-Za-z]{1,40})="([^"]{0,2000})"\s*(?:,|$)')
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Synchronization:
    """What a sender says of its followers at the receiver's server: `url` lists them, `digest` stands for the list."""

    collection: str
    url: str
    digest: str


def digest(uris: Iterable[str]) -> str:
    """The SHA-256 of each follower's id, XORed together, in hexadecimal; zeros for nobody."""
    combined = 0
    for uri in uris:
        combined ^= int.from_bytes(hashlib.sha256(uri.encode()).digest(), "big")
    return f"{combined:064x}"


def header(said: Synchronization) -> str:
    """The value of the header."""
    return f'collectionId="{said.collection}", url="{said.url}", digest="{said.digest}"'


def parse(value: str) -> Synchronization | None:
    """What a header says; None if it cannot be read, or says a thing twice."""
    if len(value) > _LONGEST:
        return None
    found: dict[str, str] = {}
    at = 0
    while at < len(value):
        match = _PARAMETER.match(value, at)
        if match is None or match[1] in found:
            return None
        found[match[1]] = match[2]
        at = match.end()
    if not _DIGEST.fullmatch(found.get("digest", "").lower()) or "collectionId" not in found or "url" not in found:
        return None
    return Synchronization(found["collectionId"], found["url"], found["digest"].lower())

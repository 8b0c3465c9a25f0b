"""The `Digest` header (RFC 3230): the body a signature speaks for."""

from __future__ import annotations

import base64
import hashlib

from fedi.activitypub.signatures.message import BadSignature


def digest(body: bytes) -> str:
    """The value to send: `SHA-256=` and base64."""
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")


def check_digest(header: str, body: bytes) -> None:
    """Refuses unless a SHA-256 is in the header, and is that of the body; other algorithms say nothing."""
    claims = [_split(part) for part in header.split(",")]
    ours = [value for algorithm, value in claims if algorithm == "sha-256"]
    if not ours:
        raise BadSignature("the Digest header has no SHA-256")
    expected = digest(body).partition("=")[2]
    if any(value != expected for value in ours):
        raise BadSignature("the Digest header is not that of the body")


def _split(part: str) -> tuple[str, str]:
    algorithm, _, value = part.strip().partition("=")
    return algorithm.lower(), value

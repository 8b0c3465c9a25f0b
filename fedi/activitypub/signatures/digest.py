"""`Digest` (RFC 3230) and `Content-Digest` (RFC 9530): the body a signature speaks for."""

from __future__ import annotations

import base64
import hashlib

import http_sf

from fedi.activitypub.signatures.message import BadSignature

_HASHES = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


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


def content_digest(body: bytes) -> str:
    """The value of a Content-Digest to send."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def check_content_digest(header: str, body: bytes) -> None:
    """Refuses unless a SHA-256 or a SHA-512 is in the header, and each of them is that of the body."""
    try:
        claims = http_sf.parse(header.encode("ascii"), tltype="dictionary")
    except (http_sf.StructuredFieldError, UnicodeEncodeError) as error:
        raise BadSignature("the Content-Digest header cannot be read") from error
    known = {name: claims[name] for name in _HASHES if name in claims} if isinstance(claims, dict) else {}
    if not known:
        raise BadSignature("the Content-Digest header has no SHA-256 and no SHA-512")
    if any(value != (_HASHES[name](body).digest(), {}) for name, value in known.items()):
        raise BadSignature("the Content-Digest header is not that of the body")


def _split(part: str) -> tuple[str, str]:
    algorithm, _, value = part.strip().partition("=")
    return algorithm.lower(), value

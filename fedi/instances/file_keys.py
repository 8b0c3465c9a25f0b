"""Addresses that open files to whoever has them, for a while: programs load pictures without saying who they are.

Only who may see a post is given the keys of its files. Nothing is stored: a key is a signature by a secret of the
school.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest, digest

WEEK_MS = 7 * 24 * 3600_000
"""An address is the same for a week, so that clients may keep what they have loaded, and good for two."""

_LONGEST = 64


class FileKeys:
    """Makes and knows the keys of one school."""

    def __init__(self, private_pem: str) -> None:
        self._secret = sha256(b"keys of files\n" + private_pem.encode()).digest()

    def make(self, file_id: int, now: int) -> str:
        """The key of a file; `now` in milliseconds."""
        return self._signed(file_id, now // WEEK_MS + 2)

    def fits(self, file_id: int, key: str, now: int) -> bool:
        """Whether this is a key of the file, and still good."""
        until = key.partition(".")[0]
        if len(key) > _LONGEST or not (until.isascii() and until.isdecimal()) or int(until) * WEEK_MS <= now:
            return False
        return compare_digest(key.encode(), self._signed(file_id, int(until)).encode())

    def _signed(self, file_id: int, until: int) -> str:
        mark = digest(self._secret, f"{file_id}.{until}".encode(), "sha256")
        return f"{until}.{urlsafe_b64encode(mark[:18]).decode()}"

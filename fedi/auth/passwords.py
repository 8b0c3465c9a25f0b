"""Passwords: hashed with argon2id, 19 MiB and two passes (OWASP's minimum), about 35 ms each.

The two threads are the limit: a flood of sign-ins takes at most 38 MiB and two cores, and queues.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fedi.errors import Invalid
from fedi.text import fold

MIN_LENGTH, MAX_LENGTH = 10, 1000
"""Characters."""

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")

# The hash of a random text that was thrown away, with our parameters: no password fits it.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$/JiGArstdN1NAGykhYGffA$ACkurwMP2SSgjz4LOdH4puJ1v1tnT2pA2I6fzmBstDk"


async def hash_password(password: str) -> str:
    """The hash to keep. What makes a password fit to be used is `require_usable`."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verify(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Without a hash (no such account) it takes as long, and is wrong."""
    known = password_hash is not None
    right = await asyncio.get_running_loop().run_in_executor(
        _threads, _verify, password_hash or _NOBODYS, password[: MAX_LENGTH + 1]
    )
    return known and right


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def require_usable(password: str, *own: str) -> None:
    """Refuse what is too short, absurdly long, or one of the person's `own` words (her name, her address)."""
    if len(password) < MIN_LENGTH:
        raise Invalid(f"a password has at least {MIN_LENGTH} characters", "password")
    if len(password) > MAX_LENGTH:
        raise Invalid(f"a password has at most {MAX_LENGTH} characters", "password")
    if fold(password) in {fold(word) for word in own} or len(set(password)) < 4:
        raise Invalid("this password is too easy to guess", "password")


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False

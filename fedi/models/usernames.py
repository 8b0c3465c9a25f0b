"""Names under which teachers are found: what Mastodon and others accept, and nothing that sounds like the school."""

from __future__ import annotations

import re

from fedi.errors import Invalid

MAX_LENGTH = 30

_PATTERN = re.compile(r"[a-z][a-z0-9_]{1,29}")
_KEPT = (
    "about abuse actor admin administrator api contact fedi help home inbox info login mail media moderator "
    "notifications outbox posts postmaster privacy root rules school search security settings static support "
    "system tags terms users webmaster"
)
RESERVED = frozenset(_KEPT.split())


def checked(username: str) -> str:
    """The name as it is kept, in lower case; Invalid if nobody may have it."""
    name = username.strip().removeprefix("@").lower()
    if not _PATTERN.fullmatch(name):
        raise Invalid(
            f"a name has 2 to {MAX_LENGTH} Latin letters, digits and underscores, and begins with a letter", "username"
        )
    if name in RESERVED:
        raise Invalid(f"the name {name} is kept for the school itself", "username")
    return name

"""What a program may be allowed: the scopes of Mastodon's API, and which of them covers which."""

from __future__ import annotations

from collections.abc import Iterable

_BOTH = ("accounts", "blocks", "bookmarks", "collections", "favourites", "filters", "follows", "lists", "mutes")
_READ = (*_BOTH, "notifications", "search", "statuses")
_WRITE = (*_BOTH, "conversations", "media", "notifications", "reports", "statuses")
_BLOCKS = ("domain_allows", "domain_blocks", "ip_blocks", "email_domain_blocks", "canonical_email_blocks")
_ADMIN = ("accounts", "reports", *_BLOCKS)
_FOLLOW = ("blocks", "follows", "mutes")

DEFAULT = "read"
SCOPES: tuple[str, ...] = (
    "profile",
    "read",
    *(f"read:{each}" for each in _READ),
    "write",
    *(f"write:{each}" for each in _WRITE),
    "follow",
    "push",
    "admin:read",
    *(f"admin:read:{each}" for each in _ADMIN),
    "admin:write",
    *(f"admin:write:{each}" for each in _ADMIN),
)
"""Every scope a client may ask for. Those of features we lack are known too: clients ask for all they know at once."""

_KNOWN = frozenset(SCOPES)
_ABOVE: dict[str, tuple[str, ...]] = {
    **{
        scope: (scope, scope.rpartition(":")[0])
        for scope in SCOPES
        if ":" in scope and scope not in ("admin:read", "admin:write")
    },
    **{f"{act}:{each}": (f"{act}:{each}", act, "follow") for act in ("read", "write") for each in _FOLLOW},
}


def parse(text: str) -> tuple[str, ...]:
    """The scopes of a request, each once, in its order; nothing asked for is `read`. Unknown ones stay in."""
    return tuple(dict.fromkeys(text.split())) or (DEFAULT,)


def known(scopes: Iterable[str]) -> bool:
    """Whether there are such scopes."""
    return all(scope in _KNOWN for scope in scopes)


def covers(granted: Iterable[str], needed: str) -> bool:
    """Whether a granted scope is the needed one or stands above it: `read` covers `read:lists`, never the reverse."""
    held = frozenset(granted)
    return any(scope in held for scope in _ABOVE.get(needed, (needed,)))


def within(asked: Iterable[str], registered: Iterable[str]) -> bool:
    """Whether a client asks for no more than it was registered with."""
    held = tuple(registered)
    return all(covers(held, scope) for scope in asked)

"""Programs that act for a teacher: what each may do, in her words, and the end of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request

from fedi.actions import access
from fedi.i18n import marked
from fedi.models.accounts import SignedIn
from fedi.models.oauth import Access
from fedi.policies.scopes import covers
from fedi.web.visit import read, words, write

_READ_POSTS = ("read:statuses", "read:search", "read:bookmarks", "read:favourites")
_READ_PEOPLE = (
    "read:accounts",
    "read:follows",
    "read:lists",
    "read:blocks",
    "read:mutes",
    "read:filters",
    "read:collections",
)
_PUBLISH = ("write:statuses", "write:media", "write:conversations")
_MARK = ("write:favourites", "write:bookmarks", "write:notifications")
_ARRANGE = ("write:follows", "write:blocks", "write:mutes", "write:lists", "write:filters", "write:collections")

_SENTENCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (marked("See your name and your picture"), ("profile",)),
    (marked("Read everything that you can read here, messages too"), ("read",)),
    (marked("Read posts and materials that you can read here, messages too"), _READ_POSTS),
    (marked("See your account and the people you have to do with"), _READ_PEOPLE),
    (marked("Read your news"), ("read:notifications",)),
    (marked("Do in your name whatever you can do: publish, answer, delete, follow"), ("write",)),
    (marked("Publish, change and delete posts in your name"), _PUBLISH),
    (marked("Thank for posts, keep them, and mark your news as read"), _MARK),
    (marked("Change your profile"), ("write:accounts",)),
    (marked("Change whom you follow, block or mute, and your lists"), (*_ARRANGE, "follow")),
    (marked("Report posts to the moderators"), ("write:reports",)),
    (marked("Send your news to your telephone"), ("push",)),
    (marked("See what only moderators and administrators see, if you are one"), ("admin:read",)),
    (marked("Decide what moderators and administrators decide, if you are one"), ("admin:write",)),
)
_WHOLE = frozenset({"read", "write", "admin:read", "admin:write"})


def words_for(request: Request, scopes: tuple[str, ...]) -> list[str]:
    """What the scopes allow, one sentence each, in the reader's language; a wide one makes its parts needless."""
    _ = words(request)
    return [_(sentence) for sentence, meant in _SENTENCES if _applies(scopes, meant)]


def _applies(scopes: tuple[str, ...], meant: tuple[str, ...]) -> bool:
    if meant[0].startswith("admin:"):
        return any(scope.startswith(meant[0]) for scope in scopes)
    if meant[0] in _WHOLE or ":" not in meant[0]:
        return meant[0] in scopes
    return not covered_whole(scopes, meant[0]) and any(covers(scopes, scope) for scope in meant)


def covered_whole(scopes: tuple[str, ...], scope: str) -> bool:
    """Whether the scope above this one is granted, whose sentence says it all."""
    return scope.partition(":")[0] in scopes


@dataclass(frozen=True, slots=True)
class Program:
    """A program with what it may do, in words. `hosts`: where on the web it is; none if it runs on a device."""

    access: Access
    allowed: list[str]
    hosts: list[str]


async def of(request: Request, me: SignedIn) -> list[Program]:
    """The programs that act for her."""
    found = await read(request, access.programs, me.account.id)
    return [Program(each, words_for(request, each.token.scopes), hosts_of(each.app.redirect_uris)) for each in found]


def hosts_of(redirect_uris: Iterable[str]) -> list[str]:
    """The hosts of the web to which a program sends people back: its makers can be known by nothing else, for its name
    is what they chose. Those of her own machine are none.
    """
    hosts = [_host(uri) for uri in redirect_uris]
    return list(dict.fromkeys(host for host in hosts if host and not _is_own_machine(host)))


def _host(uri: str) -> str:
    """None for what has no reading: programs have been registered with such addresses."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in ("http", "https") else ""


def _is_own_machine(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")


async def end(request: Request, me: SignedIn, app_id: int | None) -> None:
    """She takes back what she allowed one program, or with None all of them; NotFound if there is nothing."""
    if app_id is None:
        await write(request, access.end_programs, me.account.id)
    else:
        await write(request, access.end_program, me.account.id, app_id)

"""Whose key is whose, as far as this process has learned it lately: what the inbox asks before the database.

Everything is bounded, for an attacker can invent as many keys and hosts as he likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fedi.instances.bounded import Bounded
from fedi.models.peers import Standing

_SIGNERS = 10_000
_ABSENT = 2_000
_HOSTS = 2_000
_ABSENT_MS = 5 * 60_000
_REFETCH_MS = 30_000
_HEARD_MS = 60_000


@dataclass(frozen=True, slots=True)
class Signer:
    """A public key, and the actor that owns it."""

    key_uri: str
    actor_uri: str
    public_pem: str


class Absence(StrEnum):
    """Why a key could not be had: its own server says that it is gone, gives nothing that can be used, or cannot be
    reached just now.
    """

    GONE = "gone"
    FAILED = "failed"
    UNREACHABLE = "unreachable"


class Signers:
    """The keys one school has verified with, those that could not be had, and the standing of hosts."""

    def __init__(self) -> None:
        self._known: Bounded[Signer] = Bounded(_SIGNERS)
        self._absent: Bounded[tuple[int, Absence | None]] = Bounded(_ABSENT)
        self._refetched: Bounded[int] = Bounded(_HOSTS)
        self._standings: Bounded[Standing] = Bounded(_HOSTS)
        self._heard: Bounded[int] = Bounded(_HOSTS)

    def known(self, key_uri: str) -> Signer | None:
        """The key with this id, if it is remembered."""
        return self._known.get(key_uri)

    def remember(self, signer: Signer) -> None:
        """Keep a key that has been fetched or stored."""
        self._known[signer.key_uri] = signer
        self._absent.pop(signer.key_uri, None)

    def forget_actor(self, actor_uri: str) -> None:
        """An actor has changed or is gone: its keys are asked for again."""
        for key_uri in [signer.key_uri for signer in self._known.values() if signer.actor_uri == actor_uri]:
            del self._known[key_uri]

    def absence(self, key_uri: str, now: int) -> Absence | None:
        """Why this key could not be had a moment ago; `now` in milliseconds."""
        until, absence = self._absent.get(key_uri, (0, None))
        return absence if until > now else None

    def note_absent(self, key_uri: str, absence: Absence, now: int) -> None:
        """A key could not be had: for five minutes nobody is asked for it again."""
        self._absent[key_uri] = (now + _ABSENT_MS, absence)

    def may_refetch(self, host: str, now: int) -> bool:
        """Whether a key of this host may be fetched anew after a bad signature; once in half a minute, since anybody
        can send bad signatures in the name of any host.
        """
        if self._refetched.get(host, 0) > now:
            return False
        self._refetched[host] = now + _REFETCH_MS
        return True

    def is_news_from(self, host: str, now: int) -> bool:
        """Whether this is the first that is heard of a host for a minute: then it is written down."""
        if self._heard.get(host, 0) > now:
            return False
        self._heard[host] = now + _HEARD_MS
        return True

    def standing(self, host: str) -> Standing | None:
        """The administrator's decision about a host, if it is remembered."""
        return self._standings.get(host)

    def note_standing(self, host: str, standing: Standing) -> None:
        """Keep what the database said about a host."""
        self._standings[host] = standing

    def forget_standings(self) -> None:
        """The administrator has decided something."""
        self._standings.clear()

    def clear(self) -> None:
        """Another process has written: nothing remembered may be trusted."""
        self._known.clear()
        self._standings.clear()

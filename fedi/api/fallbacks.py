"""Notifications in other words, for programs that do not know their kind (`supported_types`)."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import msgspec
from msgspec import Struct

from fedi.api.call import Call
from fedi.i18n import translator
from fedi.models.moderation import Strike
from fedi.models.notifications import Notification, NotificationGroup
from fedi.render import sayings
from fedi.text import plain

Json = dict[str, Any]

_SUMMARY = 200


class _Person(Struct):
    """What of an Account a sentence takes."""

    display_name: str
    username: str
    url: str


class _Post(Struct):
    """... and what of a Status."""

    content: str
    spoiler_text: str
    url: str
    filtered: list[Any] = []


_person, _post = msgspec.json.Decoder(_Person).decode, msgspec.json.Decoder(_Post).decode


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """Which kinds a program knows, and in which language its person reads about the others."""

    known: frozenset[str]
    language: str

    def of(
        self, told: Notification | NotificationGroup, person: bytes, post: bytes | None, strike: Strike | None
    ) -> Json:
        """NotificationFallback, if the kind is not known: who did what, what it is about in short, and where to see it.
        Everything in it is text of others, written as HTML.
        """
        if told.kind in self.known:
            return {}
        others = told.size - 1 if isinstance(told, NotificationGroup) else 0
        return {"fallback": {"title": self._title(told, _person(person), others), **self._about(person, post, strike)}}

    def _title(self, told: Notification | NotificationGroup, person: _Person, others: int) -> str:
        said = escape(sayings.said(told.kind, self.language))
        if told.kind in sayings.NAMELESS:
            return said
        name = f"<b>{escape(person.display_name or person.username)}</b>"
        return f"{name} (+{others}) {said}" if others else f"{name} {said}"

    def _about(self, person: bytes, post: bytes | None, strike: Strike | None) -> Json:
        if strike is not None:
            return {"summary": _short(strike.text), "details": None}
        if post is None:
            return {"summary": None, "details": self._link(_person(person).url)}
        shown = _post(post)
        # What a filter of hers folds is folded here too.
        words = "" if shown.filtered else shown.spoiler_text or plain(shown.content)
        return {"summary": _short(words), "details": self._link(shown.url)}

    def _link(self, url: str) -> str:
        opens = escape(translator(self.language)("Open"))
        return f'<a href="{escape(url)}" target="_blank" rel="nofollow noopener">{opens}</a>'


def wanted(call: Call) -> Fallbacks | None:
    """What a call asks for; None for programs that do not say what they know: they get the kind and nothing else."""
    if "supported_types" not in call.params:
        return None
    return Fallbacks(frozenset(call.params.texts("supported_types")), call.account.language)


def _short(words: str) -> str | None:
    clean = " ".join(words.split())
    return escape(clean if len(clean) <= _SUMMARY else f"{clean[: _SUMMARY - 1]}…") or None

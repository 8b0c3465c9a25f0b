"""What a notification says in a few words: on locked telephones, and for programs that do not know its kind."""

from __future__ import annotations

from fedi.i18n import marked, translator
from fedi.models.notifications import NotificationKind

SAYINGS = {
    NotificationKind.MENTION: marked("answered or named you"),
    NotificationKind.STATUS: marked("wrote something new"),
    NotificationKind.REBLOG: marked("shared this with followers"),
    NotificationKind.FAVOURITE: marked("says thanks"),
    NotificationKind.FOLLOW: marked("follows you now"),
    NotificationKind.FOLLOW_REQUEST: marked("would like to follow you"),
    NotificationKind.POLL: marked("has a poll that is over"),
    NotificationKind.UPDATE: marked("changed a post you shared"),
    NotificationKind.QUOTE: marked("quoted your post"),
    NotificationKind.QUOTED_UPDATE: marked("changed a post you quoted"),
    NotificationKind.SIGN_UP: marked("has joined the school"),
    NotificationKind.REPORT: marked("sent a report"),
    NotificationKind.WARNING: marked("The moderators have decided something about you"),
    NotificationKind.ADDED_TO_COLLECTION: marked("shows you in a collection"),
    NotificationKind.COLLECTION_UPDATE: marked("changed a collection that shows you"),
}
"""What follows the name of whoever caused a notification, as on the page of news."""

NAMELESS = frozenset({NotificationKind.WARNING})
"""Kinds that are told without a name: whole sentences."""


def said(kind: NotificationKind, language: str) -> str:
    """The same in a reader's language."""
    return translator(language)(SAYINGS[kind])

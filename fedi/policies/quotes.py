"""Quoting: whether somebody may quote a post, as its author's policy and the circles have it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from fedi.errors import Invalid
from fedi.models.posts import Circle
from fedi.models.quotes import QuotePolicy
from fedi.policies.visibility import narrowed

_BY_ITS_AUTHOR_ONLY = (Circle.FOLLOWERS,)
_BY_NOBODY = (Circle.DIRECT, Circle.DRAFT)


class Approval(StrEnum):
    """What becomes of a quote: accepted at once, decided by the author, or refused; as Mastodon's API names it."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    DENIED = "denied"


class Quotable(Protocol):
    """A post, or what is known of one."""

    @property
    def actor_id(self) -> int: ...

    @property
    def circle(self) -> Circle: ...

    @property
    def quote_policy(self) -> QuotePolicy: ...


def approval(quoted: Quotable, quoter_id: int, *, follows: bool, mentioned: bool) -> Approval:
    """How a quote of a post that somebody can see is met.

    `follows`: she is an accepted follower of its author; `mentioned`: the post names her, which always allows it.
    """
    if quoted.circle in _BY_NOBODY:
        return Approval.DENIED
    if quoter_id == quoted.actor_id:
        return Approval.AUTOMATIC
    if quoted.circle in _BY_ITS_AUTHOR_ONLY:
        # Her followers are not the quoter's: the quoter could show it to nobody who may see it.
        return Approval.DENIED
    return Approval.AUTOMATIC if mentioned else by_policy(quoted.quote_policy, follows)


def told(quoted: Quotable) -> QuotePolicy:
    """Whom its author lets quote a post, as it is told to others: nobody what is for her followers, or a message."""
    only_hers = quoted.circle in (*_BY_ITS_AUTHOR_ONLY, *_BY_NOBODY)
    return QuotePolicy.NOBODY if only_hers else quoted.quote_policy


def by_policy(policy: QuotePolicy, follows: bool) -> Approval:
    """What a policy says about somebody who does or does not follow whose it is."""
    match policy:
        case QuotePolicy.EVERYONE:
            return Approval.AUTOMATIC
        case QuotePolicy.FOLLOWERS:
            return Approval.AUTOMATIC if follows else Approval.DENIED
        case QuotePolicy.ASKED:
            return Approval.MANUAL
        case QuotePolicy.NOBODY:
            return Approval.DENIED


def is_no_wider(circle: Circle, quoted: Circle, *, local: bool) -> bool:
    """Whether a post in `circle` may show one in the circle `quoted`; `local`: whether it is written here."""
    try:
        return narrowed(circle, quoted, local=local) is circle
    except Invalid:
        return False

"""Filters: what somebody does not want to read, or not at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FilterContext(StrEnum):
    """Where a filter holds, as Mastodon's API names it. HOME is lists too, PUBLIC everything that many share."""

    HOME = "home"
    NOTIFICATIONS = "notifications"
    PUBLIC = "public"
    THREAD = "thread"
    ACCOUNT = "account"


class FilterAction(StrEnum):
    """What becomes of a post: folded with the filter's title, left out, or shown with its pictures blurred."""

    WARN = "warn"
    HIDE = "hide"
    BLUR = "blur"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter; its title tells its owner why a post is folded. After `expires_at` (milliseconds) it rests."""

    id: int
    account_id: int
    title: str
    action: FilterAction
    contexts: tuple[FilterContext, ...]
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class FilterKeyword:
    """A word or phrase. `whole_word`: not inside of longer words."""

    id: int
    filter_id: int
    keyword: str
    whole_word: bool


@dataclass(frozen=True, slots=True)
class FilterPost:
    """A post that somebody has put into a filter by itself."""

    id: int
    filter_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class FilterRules:
    """A filter with everything that matches it, in the order it was added."""

    filter: Filter
    keywords: tuple[FilterKeyword, ...] = ()
    posts: tuple[FilterPost, ...] = ()


@dataclass(frozen=True, slots=True)
class KeywordChange:
    """What is asked for a keyword: a new one without `id`, none any more with `gone`; None stays as it is."""

    id: int | None = None
    keyword: str | None = None
    whole_word: bool | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class FilterChange:
    """What is asked for a filter; None stays as it is. Contexts and action are as somebody typed them.

    With `sets_expiry` the filter ends after `expires_in_ms`, or never.
    """

    title: str | None = None
    contexts: tuple[str, ...] | None = None
    action: str | None = None
    sets_expiry: bool = False
    expires_in_ms: int | None = None
    keywords: tuple[KeywordChange, ...] = ()

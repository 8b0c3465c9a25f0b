"""Filters: which of somebody's filters a post matches.

Keywords are looked for as parts of a folded text, never as patterns: a search costs no more than the lengths of both
multiplied, whatever was typed and whatever was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fedi.models.filters import Filter, FilterRules
from fedi.text import fold, with_edges

LONGEST_TEXT = 10_000
"""Characters of a post that are looked at."""

# Keywords hold no such character: `_folded` makes it a space.
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class FilteredText:
    """What filters look at of a post, folded: as it is, and with the edges of its words marked."""

    plain: str
    edged: str


def filtered_text(parts: Iterable[str]) -> FilteredText:
    """The text of a post: warning, content, choices of a poll, descriptions of files, without HTML. No phrase goes
    from one into the next.
    """
    plain = _BETWEEN.join(_folded(part[:LONGEST_TEXT]) for part in parts if part)[:LONGEST_TEXT]
    return FilteredText(plain, with_edges(plain))


def _folded(text: str) -> str:
    return " ".join(fold(text).split())


@dataclass(frozen=True, slots=True)
class Match:
    """A filter that a post matches: by which keywords, as they were typed, and whether it was chosen itself."""

    filter: Filter
    keywords: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class _Keyword:
    typed: str
    looked_for: str
    whole: bool

    def stands_in(self, text: FilteredText) -> bool:
        return self.looked_for in (text.edged if self.whole else text.plain)


@dataclass(frozen=True, slots=True)
class _Prepared:
    filter: Filter
    keywords: tuple[_Keyword, ...]
    post_ids: frozenset[int]


class Filters:
    """All filters of one person, prepared to be asked about many posts."""

    __slots__ = ("_prepared", "version")

    def __init__(self, version: int, rules: Sequence[FilterRules]) -> None:
        """`version` is that of the store, which changes whenever the filters do."""
        self.version = version
        self._prepared = [_prepared(each) for each in rules]

    def __bool__(self) -> bool:
        return bool(self._prepared)

    def matches(self, now: int, post_id: int, text: FilteredText) -> list[Match]:
        """Those that a post matches, in the order they were made; filters that have expired match nothing."""
        found = (_match(each, post_id, text) for each in self._prepared if _holds(each.filter, now))
        return [match for match in found if match.chosen or match.keywords]


def _prepared(rules: FilterRules) -> _Prepared:
    keywords = [_keyword(each.keyword, each.whole_word) for each in rules.keywords]
    # What folds to nothing would stand in every text.
    kept = tuple(each for each in keywords if each.looked_for)
    return _Prepared(rules.filter, kept, frozenset(each.post_id for each in rules.posts))


def _keyword(typed: str, whole: bool) -> _Keyword:
    folded = _folded(typed)
    return _Keyword(typed, with_edges(folded) if whole else folded, whole)


def _holds(each: Filter, now: int) -> bool:
    return each.expires_at is None or each.expires_at > now


def _match(each: _Prepared, post_id: int, text: FilteredText) -> Match:
    keywords = tuple(keyword.typed for keyword in each.keywords if keyword.stands_in(text))
    return Match(each.filter, keywords, post_id in each.post_ids)

"""Words as the search index keeps them: folded and stemmed alike when a post is stored and when somebody searches.

The language of a post is what its author's form said, and often wrong; so every word is stemmed by its letters alone.
Latin words have an English stem, words with Kazakh letters a Kazakh one, other Cyrillic words a Russian and a Kazakh
one (балалар looks like Russian): they are found by either.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import Stemmer

from fedi import kazakh
from fedi.text import fold

_MOST_WORDS = 5_000
_MOST_TYPED = 20
_LONGEST_WORD = 60
_SHORTEST_PREFIX = 2
_WORD = re.compile(r"[^\W_]+")
_MARKUP = re.compile(r"<[^>]*>")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[a-z]")
# Words of every text: kept out of the index, and not asked for.
_EMPTY = frozenset(
    (
        *("а", "в", "во", "для", "до", "и", "из", "или", "к", "как", "ко", "на", "не", "но", "о", "об", "от", "по"),
        *("при", "с", "со", "у", "что", "это", "мен", "бен", "пен", "және", "да", "де", "та", "те", "үшін", "бұл"),
        *("бір", "осы", "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "of", "on"),
        *("or", "that", "the", "this", "to", "with"),
    )
)

# A stemmer holds the interpreter's lock while it works, so schools on several threads may share it.
_russian = Stemmer.Stemmer("russian", 0)
_english = Stemmer.Stemmer("english", 0)


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a search: a post must have one of `stems`, or a word that begins with `prefix`."""

    stems: tuple[str, ...]
    prefix: str | None = None


def indexed(*texts: str) -> list[str]:
    """The stems of some texts, each once; at most 5,000."""
    pieces = dict.fromkeys(chain.from_iterable(map(_pieces, texts)))
    stems = dict.fromkeys(chain.from_iterable(map(_stems, _words(pieces))))
    return list(stems)[:_MOST_WORDS]


def typed(text: str) -> list[Term]:
    """What somebody searches for; the last word may be unfinished, unless something follows it."""
    words = list(_words(_pieces(text)))[:_MOST_TYPED]
    terms = [Term(_stems(word)) for word in words]
    if words and len(words[-1]) >= _SHORTEST_PREFIX and _WORD.search(text, len(text) - 1):
        terms[-1] = Term(terms[-1].stems, words[-1])
    return terms


def of_markup(sanitised: str) -> str:
    """The text of HTML that has been sanitised already, words of neighbouring elements apart."""
    return html.unescape(_MARKUP.sub(_gap, sanitised)) if "<" in sanitised or "&" in sanitised else sanitised


def _gap(element: re.Match[str]) -> str:
    # Clients' spans part links and handles in the middle of words.
    return "" if element[0].startswith(("<span", "</span")) else " "


def _pieces(text: str) -> list[str]:
    return fold(text).replace("ё", "е").split()


def _words(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        # Most pieces are a word as they are; looking for words in them is the larger part of the work.
        for word in (piece,) if piece.isalnum() else _WORD.findall(piece):
            if word not in _EMPTY:
                yield word[:_LONGEST_WORD]


@lru_cache(maxsize=1 << 16)
def _stems(word: str) -> tuple[str, ...]:
    """The stems of a folded word."""
    if _LATIN.search(word):
        return (_english.stemWord(word),)
    if not _CYRILLIC.search(word):
        return (word,)
    in_kazakh = kazakh.stem(word)
    if kazakh.LETTERS & set(word):
        return (in_kazakh,)
    return tuple(dict.fromkeys((_russian.stemWord(word), in_kazakh)))

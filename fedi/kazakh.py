"""A light stemmer for Kazakh: takes the endings of nouns off, so that мектептерінде is found by мектеп.

Kazakh words grow at their end: stem, plural, possessive, case. Each ending has variants that follow from the sound
before it (лар after a vowel, дар after м, н, л, тар after a voiceless consonant) and from the vowels of the stem (лар
after back vowels, лер after front ones). An ending is taken off only where both fit, and endings are taken off until
none is left: so a word and the same word with an ending always come to the same stem, even where that stem is shorter
than a grammar would have it. Endings of verbs, those of the first and second person singular (кітабым, кітабың) and
those that make new words (-лық, -шы) stay: taking them off would confuse more words than it unites.
"""

from __future__ import annotations

from dataclasses import dataclass

LETTERS = frozenset("әғқңөұүһі")
"""Letters that Kazakh has and Russian has not."""

_VOWELS = frozenset("аәеёиоөуұүыіэюя")
_BACK, _FRONT = frozenset("аоұыё"), frozenset("әөүіеэ")
# и, у, ю and я are sounded either way, by the vowels before them.
_POSSESSED = frozenset("ыі")
# Russian words that end in б, в, г or д are spoken with a voiceless sound, and take endings so: педагогтар.
_VOICELESS = frozenset("пткқсшщчцфхһбвгдғ")
_NASAL = frozenset("мнң")
_LIQUID = frozenset("рлйуи")
_BUZZING = frozenset("зж")
_SOFT = frozenset("ь")
_VOICED = _LIQUID | _BUZZING | _SOFT

_SHORTEST = 2
_SHORTEST_POSSESSED = 3


@dataclass(frozen=True, slots=True)
class _Ending:
    """One ending; `after` are the letters it may follow, `shortest` is the number of letters it must leave."""

    text: str
    after: frozenset[str]
    shortest: int = _SHORTEST

    @property
    def vowels(self) -> frozenset[str] | None:
        """The class of vowels it goes with; мен, бен and пен go with all."""
        if self.text.endswith("ен") and len(self.text) == 3 and self.text[0] in "мбп":
            return None
        return _BACK if _BACK & set(self.text) else _FRONT


def _pairs(back: str, after: frozenset[str], shortest: int = _SHORTEST) -> list[_Ending]:
    """An ending and its twin with front vowels."""
    front = back.translate(str.maketrans("аығқ", "еігк"))
    return [_Ending(text, after, shortest) for text in (back, front)]


_PLURAL = [
    *_pairs("лар", _VOWELS | _LIQUID),
    *_pairs("дар", _NASAL | _BUZZING | _SOFT | {"л"}),
    *_pairs("тар", _VOICELESS | _SOFT),
]
_POSSESSIVE = [
    *_pairs("сы", _VOWELS - _POSSESSED),
    *_pairs("сын", _VOWELS - _POSSESSED, _SHORTEST_POSSESSED),
    # жұмысы is жұмыс and -ы, but оқушысы is оқушы and -сы: of words in -ы those for people (-шы) take it.
    *_pairs("ысы", frozenset("ш")),
    *_pairs("ысын", frozenset("ш")),
    *_pairs("ы", _NASAL | _VOICED | _VOICELESS, _SHORTEST_POSSESSED),
    *_pairs("ын", _NASAL | _VOICED | _VOICELESS, _SHORTEST_POSSESSED),
    *_pairs("мыз", _VOWELS),
    *_pairs("ңыз", _VOWELS),
]
_CASE = [
    *_pairs("ның", _VOWELS | _NASAL),
    *_pairs("дың", _VOICED),
    *_pairs("тың", _VOICELESS | _SOFT),
    *_pairs("ны", _VOWELS),
    *_pairs("ды", _VOICED | _NASAL),
    *_pairs("ты", _VOICELESS | _SOFT),
    *_pairs("ға", _VOWELS | _VOICED | _NASAL),
    *_pairs("қа", _VOICELESS | _SOFT),
    *_pairs("на", _POSSESSED),
    *_pairs("нан", _NASAL | _POSSESSED),
    *_pairs("дан", _VOWELS | _VOICED),
    *_pairs("тан", _VOICELESS | _SOFT),
    *(
        each
        for end in ("", "ғы")
        for start, after in (
            ("да", _VOWELS | _VOICED | _NASAL),
            ("та", _VOICELESS | _SOFT),
            ("нда", _POSSESSED),
        )
        for each in _pairs(start + end, after)
    ),
    _Ending("мен", _VOWELS | _LIQUID | _NASAL),
    _Ending("бен", _BUZZING),
    _Ending("пен", _VOICELESS | _SOFT),
]
_ENDINGS = sorted((*_PLURAL, *_POSSESSIVE, *_CASE), key=lambda ending: -len(ending.text))
_BY_LAST_LETTER = {
    last: [ending for ending in _ENDINGS if ending.text[-1] == last] for last in {e.text[-1] for e in _ENDINGS}
}
# The sound at the end of кітап, сабақ, тілек turns soft before a vowel: кітабы, сабағы, тілегі.
_HARDENED = {"б": "п", "ғ": "қ", "г": "к"}


def stem(word: str) -> str:
    """The stem of a folded word."""
    while (shorter := _without_ending(word)) is not None:
        word = shorter
    return word[:-1] + _HARDENED.get(word[-1], word[-1])


def _without_ending(word: str) -> str | None:
    for ending in _BY_LAST_LETTER.get(word[-1], ()):
        rest = word.removesuffix(ending.text)
        if rest != word and len(rest) >= ending.shortest and rest[-1] in ending.after and _in_harmony(rest, ending):
            return rest
    return None


def _in_harmony(rest: str, ending: _Ending) -> bool:
    """Whether the last vowel before an ending is of its class; words that end in ь take front endings after any."""
    if ending.vowels is None or rest[-1] == "ь":
        return True
    for letter in reversed(rest):
        if letter in _BACK or letter in _FRONT:
            return letter in ending.vowels
    return bool(_VOWELS & set(rest))

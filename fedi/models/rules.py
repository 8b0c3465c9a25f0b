"""House rules: what a school asks of everybody here, in its languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A rule in one language, and what explains it; `hint` may be empty."""

    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One house rule. `words` are keyed by language, and there is at least one."""

    id: int
    words: dict[str, Words]

    def language_for(self, *wanted: str) -> str:
        """The first of the wanted languages that it is written in, else any."""
        return next((each for each in (*wanted, *self.words) if each in self.words), "")

    def said(self, *wanted: str) -> Words:
        """What it says in that language."""
        return self.words.get(self.language_for(*wanted), Words(""))

"""Words are folded and stemmed alike in posts and in searches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.search_words import Term, indexed, of_markup, typed


def finds(search: str, text: str) -> bool:
    """Whether a post with this text would be found, as both engines decide it."""
    stems = indexed(text)
    return all(_fits(term, stems) for term in typed(search))


def _fits(term: Term, stems: list[str]) -> bool:
    by_prefix = term.prefix is not None and any(stem.startswith(term.prefix) for stem in stems)
    return by_prefix or bool(set(term.stems) & set(stems))


@pytest.mark.parametrize(
    ("search", "text"),
    [
        ("бөлшек ", "Бөлшектерді қосу және азайту"),
        ("бөлшектерді", "Бөлшек: 5-сынып"),
        ("сабағының", "Ашық сабақ"),
        ("балалар", "баланың ойыны"),
        ("дробь ", "Сложение дробей с разными знаменателями"),
        ("дробями", "Дроби"),
        ("учёба", "учеба"),
        ("УЧЕБНИК", "учебники по химии"),
        ("fractions", "Adding a fraction"),
        ("lesson plan", "Lesson plans about reading"),
        ("2024", "Олимпиада 2024"),
        ("план по дробям", "план: дроби"),
        ("ﬁle", "file"),
    ],
)
def test_words_are_found_in_other_forms(search: str, text: str) -> None:
    assert finds(search, text)


@pytest.mark.parametrize("search", ["матем", "математ", "математика", "мате"])
def test_the_last_word_may_be_unfinished(search: str) -> None:
    assert finds(search, "Математика сабағы")


@pytest.mark.parametrize("search", ["матем сабақ", "матем ", "м"])
def test_a_word_with_something_behind_it_is_finished(search: str) -> None:
    assert not finds(search, "Математика сабағы")


def test_words_of_every_text_are_not_asked_for() -> None:
    assert typed("и в на және the ") == []


def test_a_search_is_no_longer_than_twenty_words() -> None:
    assert len(typed(" ".join(f"word{n}" for n in range(100)))) == 20


def test_markup_parts_words_and_the_spans_of_a_link_do_not() -> None:
    text = of_markup('<p>one</p><p>two<br />three</p><a>#<span>four</span></a> f<span class="x">iv</span>e &amp; six')

    assert indexed(text) == ["one", "two", "three", "four", "five", "six"]


@given(st.text())
def test_stems_hold_nothing_that_a_query_language_would_read(text: str) -> None:
    terms = typed(text)
    words = [*indexed(text), *(stem for term in terms for stem in term.stems), *(t.prefix or "x" for t in terms)]

    assert all(word.isalnum() for word in words)


@given(st.text())
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    assert finds(" ".join(text.split()[:20]), text)

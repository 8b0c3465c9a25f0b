"""The Kazakh stemmer brings the forms of a noun together, and keeps other words apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi import kazakh

FORMS = [
    "мектеп мектептер мектепте мектептен мектепке мектептің мектебі мектебінде мектебіміз мектептеріміздің",
    "сабақ сабақтар сабақты сабақтың сабаққа сабағы сабағында сабағындағы сабақпен",
    "бала балалар баланың балаға балада баласы баласына балаларымызға баламен",
    "теңдеу теңдеулер теңдеуді теңдеудің теңдеулерді теңдеуінің",
    "бөлшек бөлшектер бөлшекті бөлшектерді бөлшегі бөлшектің",
    "оқушы оқушылар оқушының оқушыларының оқушысы оқушысын оқушымен",
    "жұмыс жұмысы жұмыстар жұмыстарды жұмысын",
    "кітап кітаптар кітабы кітабын кітабына кітаппен",
    "тіл тілі тілінде тілдер тілден тілдегі",
    "математика математикадан математиканы математиканың",
    "қазақстан қазақстанның қазақстанда қазақстандағы",
    "мұғалім мұғалімдер мұғалімі мұғалімге мұғалімдердің",
    "әдебиет әдебиеті әдебиетінен әдебиетке",
    "үй үйлер үйде",
    "су суда сулар",
    "рольдер роль",
    "педагогтар педагог педагогтың",
]


@pytest.mark.parametrize("forms", FORMS, ids=lambda forms: forms.split()[0])
def test_all_forms_of_a_noun_have_one_stem(forms: str) -> None:
    assert len({kazakh.stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("қала", "қалам"), ("бала", "балық"), ("оқу", "оқулық"), ("сан", "сабақ"), ("тіл", "тілек"), ("жаз", "жазу")],
)
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert kazakh.stem(one) != kazakh.stem(other)


@pytest.mark.parametrize("word", ["орта", "аға", "ана", "ел", "да", "ы"])
def test_what_only_looks_like_an_ending_stays(word: str) -> None:
    assert kazakh.stem(word) == word


@given(st.text("абвгғдежзийкқлмнңоөпрстуұүһцшыіэюя", min_size=1, max_size=30))
def test_a_stem_is_never_empty_and_no_longer_than_its_word(word: str) -> None:
    assert 0 < len(kazakh.stem(word)) <= len(word)


@given(st.text("абғдекқлмнпртыісүө", min_size=3, max_size=12))
def test_a_word_with_an_ending_has_the_stem_of_the_word(word: str) -> None:
    # After a vowel or р every dialect of the ending is лар or лер; harmony picks one of the two.
    forms = {word + "алар", word + "елер", word + "арлар", word + "ерлер"}
    words = {word + "а", word + "е", word + "ар", word + "ер"}

    assert {kazakh.stem(form) for form in forms} == {kazakh.stem(each) for each in words}

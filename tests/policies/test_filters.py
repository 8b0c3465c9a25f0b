"""What a filter finds in a text, in every script, and what it costs."""

import time

import pytest

from fedi.models.filters import Filter, FilterAction, FilterContext, FilterKeyword, FilterPost, FilterRules
from fedi.policies.filters import LONGEST_TEXT, Filters, filtered_text


def filters(*keywords: tuple[str, bool], expires_at: int | None = None, posts: tuple[int, ...] = ()) -> Filters:
    made = Filter(1, 7, "Exams", FilterAction.WARN, (FilterContext.HOME,), expires_at)
    words = tuple(FilterKeyword(number, 1, *each) for number, each in enumerate(keywords))
    return Filters(1, [FilterRules(made, words, tuple(FilterPost(each, 1, each) for each in posts))])


def found(keyword: str, text: str, *, whole: bool = True) -> bool:
    return bool(filters((keyword, whole)).matches(0, 5, filtered_text([text])))


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("exam", "The EXAM, tomorrow"),
        ("экзамен", "Завтра Экзамен!"),
        ("ҰБТ", "Ертең ұбт болады"),
        ("Сәуле", "«сәуле»"),
        ("й", "буква и\u0306"),
        ("ημερα", "ΗΜΕΡΑ"),
        ("हिन्दी", "मुझे हिन्दी पसंद है"),
        ("open lesson", "an open\n  lesson"),
        ("#exam", "About #Exam"),
        ("c++", "I teach C++"),
        ("c++", "c++x"),
        ("🎉", "Done🎉🎉"),
        ("ﬁnal", "final"),
        ("a.b", "see a.b."),
    ],
)
def test_a_whole_word_is_found_in_any_script_and_case(keyword: str, text: str) -> None:
    assert found(keyword, text)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("exam", "examples"),
        ("exam", "re_exam"),
        ("экзамен", "экзамены"),
        ("ұбт", "ұбтға"),
        ("हिन्द", "हिन्दी"),
        ("open lesson", "open lessons"),
        ("c++", "ac++"),
        ("a.b", "axb"),
    ],
)
def test_a_whole_word_is_not_found_inside_of_another(keyword: str, text: str) -> None:
    assert not found(keyword, text)


def test_a_part_of_a_word_is_found_where_that_is_asked_for() -> None:
    assert found("мектеп", "мектептерде", whole=False)
    assert found("期末", "明日は期末試験", whole=False)
    assert not found("мектеп", "мектеp", whole=False)


def test_no_phrase_goes_from_one_part_of_a_post_into_the_next() -> None:
    asked = filters(("open lesson", True), ("lesson", True))

    [match] = asked.matches(0, 5, filtered_text(["open", "", "lesson"]))

    assert match.keywords == ("lesson",)


def test_every_keyword_that_is_found_is_told_as_it_was_typed() -> None:
    asked = filters(("Exam", True), ("tom", False), ("dog", True))

    [match] = asked.matches(0, 5, filtered_text(["exam tomorrow"]))

    assert (match.keywords, match.chosen) == (("Exam", "tom"), False)


def test_a_chosen_post_matches_whatever_it_says() -> None:
    [match] = filters(posts=(5,)).matches(0, 5, filtered_text([]))

    assert (match.keywords, match.chosen) == ((), True)
    assert filters(posts=(5,)).matches(0, 6, filtered_text([])) == []


def test_a_filter_that_has_expired_matches_nothing() -> None:
    asked = filters(("exam", True), expires_at=1000, posts=(5,))

    assert len(asked.matches(999, 5, filtered_text(["exam"]))) == 1
    assert asked.matches(1000, 5, filtered_text(["exam"])) == []


@pytest.mark.parametrize("keyword", ["\u200b\u3000", "\x1f"])
def test_what_folds_to_nothing_matches_nothing(keyword: str) -> None:
    assert not found(keyword.strip("\u200b"), "anything at all", whole=False)


@pytest.mark.parametrize("keyword", ["(a+)+$", "a" * 512, ".*" * 200, "[", "a" * 49 + "b" + "a" * 49, "aa -" * 100])
def test_whatever_is_typed_costs_little_however_long_a_text_is(keyword: str) -> None:
    asked = filters(*[(keyword, True), (keyword, False)] * 100)
    text = filtered_text(["a" * 1_000_000, "aa -" * 1_000_000])
    assert len(text.plain) <= LONGEST_TEXT

    before = time.process_time()
    asked.matches(0, 5, text)

    assert time.process_time() - before < 1

"""Three languages, complete: every string of templates and pages has its place, and every place its words."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from fedi import i18n
from fedi.config import LANGUAGES
from fedi.resources import templates_dir

ROOT = Path(__file__).parent.parent
JINJA = [("**.html", "jinja2"), ("**.txt", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "marked": None}
NOON = int(datetime(2026, 11, 23, 20, 30, tzinfo=UTC).timestamp() * 1000)


def catalogue(language: str) -> Catalog:
    with (i18n.LOCALES / language / "LC_MESSAGES" / "fedi.po").open("rb") as po:
        return read_po(po, locale=language)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms_of(words: object) -> list[str]:
    """A message or its translation as a list: one form, or one for each number."""
    return [str(form) for form in words] if isinstance(words, (list, tuple)) else [str(words or "")]


def extracted() -> set[tuple[str | None, str]]:
    found = set()
    for folder, methods in ((templates_dir(), JINJA), (ROOT / "fedi", [("**.py", "python")])):
        options = {pattern: {"trimmed": "true"} for pattern, _ in methods}
        for _, _, message, _, context in extract_from_dir(folder, methods, options, keywords=KEYWORDS):
            found.add((context, message if isinstance(message, str) else message[0]))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_none_is_uncertain(language: str) -> None:
    for message in messages(language):
        assert all(forms_of(message.string)), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_of_templates_and_pages_is_in_the_catalogue_and_nothing_else(language: str) -> None:
    known = {(each.context, forms_of(each.id)[0]) for each in messages(language)}

    assert known == extracted()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_fill_in_the_same_places(language: str) -> None:
    for message in messages(language):
        assert not list(message.check()), message.id
        for form in forms_of(message.string):
            assert places(form) == places(forms_of(message.id)[-1]), form


def places(text: str) -> set[str]:
    return {part.split(")")[0] for part in text.split("%(")[1:]}


class _Bare(HTMLParser):
    """Words that stand in a template outside every `{{ }}`."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        if any(letter.isalpha() for letter in data):
            self.words.append(data.strip())


def bare_words() -> Iterator[tuple[str, str]]:
    for path in templates_dir().rglob("*.html"):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r'[a-z-]+="[^"<>]*"(?=[ \n])(?![^<>]*>)', "", text)  # attributes that a macro makes
        parser = _Bare()
        parser.feed(text)
        yield from ((path.name, word) for word in parser.words)


def test_no_template_says_anything_past_gettext() -> None:
    assert list(bare_words()) == []


def test_kazakh_letters_are_kazakh_ones() -> None:
    """A Latin `i` or a Greek letter inside a Cyrillic word looks right and is found by no search."""
    for message in messages("kk"):
        for form in forms_of(message.string):
            for word in form.replace("-", " ").split():
                scripts = {"cyrillic" if "Ѐ" <= letter <= "ӿ" else "other" for letter in word if letter.isalpha()}
                assert len(scripts) < 2 or any(mark in word for mark in "@%.(:"), word


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("ru", 1, "1 ответ"), ("ru", 3, "3 ответа"), ("ru", 11, "11 ответов"), ("ru", 22, "22 ответа"),
        ("kk", 1, "1 жауап"), ("kk", 5, "5 жауап"), ("en", 1, "1 answer"), ("en", 0, "0 answers"),
    ],
)  # fmt: skip
def test_numbers_take_the_right_form_of_a_word(language: str, number: int, words: str) -> None:
    form = i18n.translations(language).ngettext("%(num)s answer", "%(num)s answers", number)

    assert form % {"num": number} == words


@pytest.mark.parametrize(
    ("wanted", "header", "chosen"),
    [
        (("ru", "kk"), "en", "ru"), ((None, "kk"), "en", "kk"), ((None, None), "de, ru;q=0.8, en;q=0.9", "en"),
        ((None, None), "ru-RU,ru;q=0.9", "ru"), ((None, "xx"), "", "kk"), ((None, None), "en;q=0, ru;q=x", "kk"),
        ((None, None), "," * 5000, "kk"),
    ],
)  # fmt: skip
def test_account_comes_before_cookie_before_browser_before_school(
    wanted: tuple[str | None, ...], header: str, chosen: str
) -> None:
    assert i18n.choose(wanted, header, LANGUAGES, "kk") == chosen


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "2026 ж. 24 қараша, 01:30"), ("ru", "24 ноября 2026, 01:30"), ("en", "24 November 2026, 01:30")],
)
def test_times_are_told_by_the_clock_of_the_school(language: str, words: str) -> None:
    assert i18n.format_time(NOON, language, ZoneInfo("Asia/Almaty")) == words


@pytest.mark.parametrize(
    ("size", "language", "words"),
    [(10, "en", "1 KB"), (350_000, "kk", "342 КБ"), (2_500_000, "ru", "2,4 МБ"), (40 * 1024 * 1024, "en", "40 MB")],
)
def test_sizes_are_told_as_people_tell_them(size: int, language: str, words: str) -> None:
    assert i18n.format_size(size, language) == words


def test_a_catalogue_newer_than_its_compiled_form_is_read_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kk" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "fedi.mo").write_bytes(b"stale")
    (folder / "fedi.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "School"\nmsgstr "Жаңа"\n'
    )
    os.utime(folder / "fedi.mo", (1, 1))
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    i18n.translations.cache_clear()
    try:
        assert i18n.translator("kk")("School") == "Жаңа"
    finally:
        i18n.translations.cache_clear()

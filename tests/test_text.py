"""Text of people: handles, hashtags, rendering and cleaning."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.models.posts import Tag
from fedi.text import (
    Handle,
    count_characters,
    find_handles,
    find_tags,
    fold,
    fold_tag,
    plain,
    render_markdown,
    render_note,
    sanitise,
)


def nobody(handle: Handle) -> str | None:
    return None


def everybody(handle: Handle) -> str | None:
    return f"https://{handle.domain or 'here.example'}/@{handle.username}"


def tag_page(folded: str) -> str:
    return f"https://here.example/tags/{folded}"


@pytest.mark.parametrize(
    ("typed", "name", "folded"),
    [
        ("#Қазақ_тілі,", "Қазақ_тілі", "қазақ_тілі"),
        ("#ҰЛЫ_ҒАЛЫМ", "ҰЛЫ_ҒАЛЫМ", "ұлы_ғалым"),
        ("#Іні", "Іні", "іні"),
        ("#й и", "й", "й"),
        ("#سلام\u200cدنیا", "سلام\u200cدنیا", "سلامدنیا"),
        ("#کتـــاب", "کتـــاب", "کتاب"),
        ("#يَد", "يَد", "يَد"),
        ("#हिन्दी!", "हिन्दी", "हिन्दी"),
        ("#ไทย", "ไทย", "ไทย"),
        ("#ქართული", "ქართული", "ქართული"),
        ("＃日本語", "日本語", "日本語"),
        ("#ＡＢＣ", "ＡＢＣ", "abc"),
        ("#Straße", "Straße", "strasse"),
    ],
)
def test_a_hashtag_of_any_script_keeps_its_spelling_and_is_found_by_any(typed: str, name: str, folded: str) -> None:
    [found] = find_tags(f"Salem {typed}")

    assert (found.name, found.folded) == (name, folded)
    assert fold_tag(folded) == folded


def test_folding_makes_kazakh_spellings_equal() -> None:
    assert fold("ҚАЗАҚ тілі") == fold("қазақ Тілі")


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("Thanks @Aigul!", [Handle("aigul", None)]),
        ("@olga@kostanay.example, see this.", [Handle("olga", "kostanay.example")]),
        ("(@olga@kostanay.localhost:8000)", [Handle("olga", "kostanay.localhost:8000")]),
        ("mail a@b.example is no handle", []),
        ("https://here.example/@aigul is a link", []),
        ("@a @b @a", [Handle("a", None), Handle("b", None)]),
    ],
)
def test_handles_are_found_where_people_write_them(text: str, handles: list[Handle]) -> None:
    assert find_handles(text) == handles


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#Бөлшектер мен #бөлшектер", [Tag("Бөлшектер", "бөлшектер")]),
        ("#5сынып", [Tag("5сынып", "5сынып")]),
        ("issue #5 has no tag", []),
        ("https://here.example/#top", []),
        ("#math, #физика.", [Tag("math", "math"), Tag("физика", "физика")]),
    ],
)
def test_hashtags_of_any_script_are_found_and_keep_their_spelling(text: str, tags: list[Tag]) -> None:
    assert find_tags(text) == tags


def test_a_note_becomes_paragraphs_and_line_breaks() -> None:
    assert render_note("one\ntwo\n\nthree", nobody, tag_page) == "<p>one<br />two</p><p>three</p>"


def test_what_a_teacher_types_is_never_obeyed_as_html() -> None:
    assert render_note("<script>x</script> & co", nobody, tag_page) == "<p>&lt;script&gt;x&lt;/script&gt; &amp; co</p>"


def test_a_long_link_is_shown_shortened_and_keeps_its_sentence_punctuation_outside() -> None:
    shown = render_note("See https://www.lessons.example/a-very-long-path/with/more (good).", nobody, tag_page)
    assert 'href="https://www.lessons.example/a-very-long-path/with/more"' in shown
    assert '<span class="invisible">https://www.</span><span class="ellipsis">' in shown
    assert shown.endswith("</a> (good).</p>")


def test_a_known_handle_becomes_a_mention_and_an_unknown_one_stays_text() -> None:
    assert 'href="https://here.example/@olga" class="u-url mention">@<span>olga</span>' in render_note(
        "@olga", everybody, tag_page
    )
    assert render_note("@olga", nobody, tag_page) == "<p>@olga</p>"


def test_markdown_renders_tables_mentions_and_tags_and_lowers_headings() -> None:
    shown = render_markdown("# Мақсат\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n@olga #бөлшек", everybody, tag_page)
    assert "<h3>Мақсат</h3>" in shown
    assert "<td>1</td>" in shown
    assert 'class="u-url mention"' in shown
    assert 'href="https://here.example/tags/%D0%B1' in shown or 'href="https://here.example/tags/бөлшек"' in shown


def test_the_highest_heading_stands_right_below_those_of_the_page() -> None:
    levels = re.compile(r"<(h\d)>")

    assert levels.findall(render_markdown("## A\n\n### B\n\n## C", nobody, tag_page)) == ["h3", "h4", "h3"]
    assert levels.findall(render_markdown("# A\n\n###### B", nobody, tag_page)) == ["h3", "h6"]
    assert levels.findall(render_markdown("# A\n\n## B", nobody, tag_page, top=1)) == ["h1", "h2"]


def test_markdown_obeys_neither_raw_html_nor_script_links() -> None:
    shown = render_markdown("<img src=x onerror=alert(1)> [x](javascript:alert(1))", nobody, tag_page)
    assert "<img" not in shown
    assert "href" not in shown


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)">x</a>',
        '<p onclick="alert(1)">x</p>',
        '<img src=x onerror="alert(1)">',
        "<svg><script>alert(1)</script></svg>",
        '<iframe src="https://evil.example"></iframe>',
        '<style>body{background:url("https://evil.example")}</style>',
        '<p style="position:fixed">x</p>',
    ],
)
def test_hostile_html_is_disarmed(hostile: str) -> None:
    cleaned = sanitise(hostile)
    for poison in ("script", "onclick", "onerror", "<iframe", "<style", "style=", "<svg", "<img"):
        assert poison not in cleaned


def test_the_classes_clients_match_on_survive_and_others_do_not() -> None:
    cleaned = sanitise('<p class="fixed"><a href="https://x.example" class="mention u-url evil">@x</a></p>')
    assert 'class="mention u-url"' in cleaned
    assert "fixed" not in cleaned


def test_a_picture_in_the_text_becomes_a_link_to_it() -> None:
    assert 'href="https://x.example/a.png"' in sanitise('<img src="https://x.example/a.png" alt="fractions">')


def test_the_plain_text_of_html_keeps_blocks_apart() -> None:
    assert plain("<p>one &amp; two</p><p>three<br>four</p>") == "one & two\nthree\nfour"


@given(st.text())
def test_cleaning_cleaned_text_changes_nothing(text: str) -> None:
    assert sanitise(sanitise(f"<p>{text}</p>")) == sanitise(f"<p>{text}</p>")


@given(st.text())
def test_no_text_breaks_the_renderers(text: str) -> None:
    render_note(text, everybody, tag_page)
    render_markdown(text, everybody, tag_page)


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        ("Сәлем", 5),
        ("https://school.kz/" + "a" * 50, 23),
        ("(https://a.kz)", 25),
        ("@aigul@almaty.school.kz hi", 9),
        ("@aigul hi", 9),
        ("й", 1),
        ("👩‍🏫", 2),
        ("", 0),
    ],
)
def test_characters_are_counted_as_clients_count_them(typed: str, counted: int) -> None:
    assert count_characters(typed) == counted

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


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_note_becomes_paragraphs_and_line_breaks(line_break: str) -> None:
    typed = line_break.join(["one", "two", "", "three", "", "", "four"])

    assert render_note(typed, nobody, tag_page) == "<p>one<br />two</p><p>three</p><p>four</p>"


def test_what_a_teacher_types_is_never_obeyed_as_html() -> None:
    assert render_note("<script>x</script> & co", nobody, tag_page) == "<p>&lt;script&gt;x&lt;/script&gt; &amp; co</p>"


@pytest.mark.parametrize(
    ("address", "scheme", "kind", "shown", "hidden"),
    [
        ("https://school.kz/a", "https://", "", "school.kz/a", ""),
        ("http://www.school.kz/" + "a" * 20, "http://www.", "", "school.kz/" + "a" * 20, ""),
        ("https://www.school.kz/" + "a" * 21, "https://www.", "ellipsis", "school.kz/" + "a" * 20, "a"),
        ("https://www2.school.kz/" + "a" * 40, "https://", "ellipsis", "www2.school.kz/" + "a" * 15, "a" * 25),
    ],
)
def test_a_link_stands_in_three_spans_and_is_cut_after_thirty_characters(
    address: str, scheme: str, kind: str, shown: str, hidden: str
) -> None:
    assert render_note(address, nobody, tag_page) == (
        f'<p><a href="{address}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{scheme}</span><span class="{kind}">{shown}</span>'
        f'<span class="invisible">{hidden}</span></a></p>'
    )


def test_a_link_leaves_the_punctuation_of_its_sentence_outside() -> None:
    shown = render_note("See (https://school.kz/a_(b)), https://school.kz/c.", nobody, tag_page)

    assert re.findall('href="([^"]*)"', shown) == ["https://school.kz/a_(b)", "https://school.kz/c"]
    assert shown.endswith("</a>.</p>")


def test_a_known_handle_becomes_a_mention_and_an_unknown_one_stays_text() -> None:
    assert render_note("@olga@kostanay.example", everybody, tag_page) == (
        '<p><span class="h-card" translate="no"><a href="https://kostanay.example/@olga" class="u-url mention">'
        "@<span>olga</span></a></span></p>"
    )
    assert render_note("@olga", nobody, tag_page) == "<p>@olga</p>"


def test_a_hashtag_becomes_a_link_as_it_was_spelled() -> None:
    assert render_note("#Бөлшек", nobody, tag_page) == (
        '<p><a href="https://here.example/tags/бөлшек" class="mention hashtag" rel="tag">#<span>Бөлшек</span></a></p>'
    )


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


def test_what_other_servers_write_keeps_the_form_that_clients_know() -> None:
    written = (
        '<p class="quote-inline">RE: x</p><p><span class="h-card" translate="no"><a href="https://x.example/@x"'
        ' class="u-url mention" translate="no" {rel}>@<span>x</span></a></span> '
        '<a href="https://x.example/tags/y" class="mention hashtag" {rel}>#<span>y</span></a> '
        '<a href="https://x.example/z" {rel}><span class="invisible">https://</span>'
        '<span class="ellipsis">x.example</span></a><span class="p-name dt-published e-content"></span></p>'
        '<ol start="3" reversed=""><li value="5">a</li></ol><pre><code>b</code></pre><blockquote>c</blockquote>'
        "<del>d</del><s>e</s><b>f</b><strong>g</strong><u>h</u><i>i</i><em>j</em><ul><li>k</li></ul>"
        "<ruby>l<rt>m</rt></ruby><sub>n</sub><sup>o</sup><br>"
    )
    ours = 'target="_blank" rel="nofollow noopener noreferrer"'

    assert sanitise(written.format(rel='rel="tag" onclick="x()"')) == written.format(rel=ours)


@pytest.mark.parametrize(
    ("schemes", "is_kept"),
    [
        ("http https dat dweb ipfs ipns ssb gopher xmpp magnet gemini", True),
        ("javascript data file ftp vbscript blob", False),
    ],
)
def test_a_link_leads_only_where_it_may(schemes: str, is_kept: bool) -> None:
    kept = ["href" in sanitise(f'<a href="{scheme}:x">x</a>') for scheme in schemes.split()]

    assert set(kept) == {is_kept}


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

"""Texts are shown with the elements that clients know, and lose no word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi import text
from fedi.api.entities.drawn import drawn

TABLE = "| Minutes | What |\n|---|---|\n| 0-5 | *Warm* up |\n| 5-45 | |\n"
PLAIN = '<p>Hello <a href="https://a.test/?a>b" class="mention">@<span>bolat</span></a><br>H<sub>2</sub>O</p>'


def test_a_post_without_rare_elements_stays_as_it_is() -> None:
    assert drawn(PLAIN) == PLAIN
    assert drawn(f"{PLAIN}<h3>More</h3>") == f"{PLAIN}<p><strong>More</strong></p>"


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<h1>One</h1><h6>Six</h6>", "<p><strong>One</strong></p><p><strong>Six</strong></p>"),
        ("<p>a</p><hr><p>b</p>", "<p>a</p><p>b</p>"),
        ("<dl><dt>Mass</dt><dd>kg</dd></dl>", "<p><strong>Mass</strong></p><p>kg</p>"),
        ("<p><kbd>Ctrl</kbd> <q>so</q> <ins>new</ins> <mark>x</mark></p>", None),
        (
            "<details><summary>Answer</summary><p>42</p></details>",
            "<p><strong>Answer</strong></p><p>42</p>",
        ),
    ],
)
def test_what_clients_do_not_know_is_said_with_what_they_know(html: str, shown: str | None) -> None:
    shown = shown or "<p><code>Ctrl</code> “so” <u>new</u> x</p>"
    assert drawn(html) == shown


def test_a_table_is_a_paragraph_with_a_line_for_each_row() -> None:
    table = text.render_markdown(TABLE, lambda _: None, str)

    assert drawn(table).strip() == (
        "<p><strong>Minutes</strong> | <strong>What</strong><br>0-5 | <em>Warm</em> up<br>5-45 | </p>"
    )


def test_of_blocks_and_tables_in_a_cell_the_words_stay_apart() -> None:
    inner = "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
    table = f"<table><caption>Plan</caption><tbody><tr><td><p>x</p><ul><li>y</li></ul>{inner}</td></tr></tbody></table>"

    shown = drawn(f"{table}<p>after</p>")

    assert shown.startswith("<p><strong>Plan</strong><br>")
    assert shown.endswith("</p><p>after</p>")
    assert text.plain(shown).split() == ["Plan", "x", "y", "a", "b", "after"]


@given(
    st.lists(
        st.sampled_from(
            (
                "<table>",
                "</table>",
                "<tr>",
                "<td>",
                "</td>",
                "<th>",
                "<h2>",
                "</h2>",
                "<p>",
                "word",
                "<b>",
                "<li>",
                "<dl>",
            )
        ),
        max_size=40,
    )
)
def test_whatever_strangers_wrote_is_said_with_known_elements(pieces: list[str]) -> None:
    cleaned = text.sanitise("".join(pieces))

    shown = drawn(cleaned)

    assert "<t" not in shown
    assert "<h2" not in shown
    assert shown.count("word") == cleaned.count("word")
    assert text.sanitise(shown).count("word") == cleaned.count("word")

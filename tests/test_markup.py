"""HTML of strangers costs no more than its length."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi import markup, text

_INLINE = st.sampled_from(("b", "em", "code", "span", "strong", "u"))
_WORDS = st.text(st.sampled_from("абв xyz&<\"'"), min_size=1, max_size=8).map(
    lambda written: written.replace("&", "&amp;").replace("<", "&lt;")
)


def depth(written: str) -> int:
    """How deeply elements are nested, at most; AssertionError if they are not closed in order."""
    open_: list[str] = []
    deepest = 0
    for end, name in re.findall(r"<(/?)([a-z0-9]+)[^>]*>", written):
        if not end and name not in ("br", "hr", "img", "wbr"):
            open_.append(name)
        elif end:
            assert open_.pop() == name
        deepest = max(deepest, len(open_))
    assert not open_
    return deepest


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("<div>" * 50_000, id="a deep nest"),
        pytest.param("<blockquote>" * 20_000, id="a deep nest of what is kept"),
        pytest.param("<ul><li>" * 20_000, id="lists in lists"),
        pytest.param("<table><tr><td>" * 10_000, id="tables in tables"),
        pytest.param("<p>" + "".join(f"<b x={n}>" for n in range(2_000)) + "<p>x" * 2_000, id="paragraphs in bold"),
        pytest.param("<ul><li>" + "<i>" * 50 + "<li>x" * 5_000, id="items in italics"),
        pytest.param("<table>" + "<i>" * 50 + "<tr>x" * 5_000, id="rows in italics"),
        pytest.param("<a href=x>" * 20_000, id="links in links"),
        pytest.param("<img " * 100_000, id="tags without an end"),
        pytest.param("<a '<a \"" * 20_000, id="quotes without an end"),
        pytest.param("<!--" * 20_000, id="comments without an end"),
        pytest.param("<script>" * 20_000 + "x", id="scripts without an end"),
    ],
)
def test_hostile_markup_is_neither_deep_nor_much(hostile: str) -> None:
    written = markup.bounded(hostile)

    assert depth(written) <= markup.MAX_DEPTH
    assert len(text.sanitise(hostile)) <= 8 * len(hostile)
    assert len(text.plain(hostile)) <= len(hostile)


def test_what_is_too_long_is_cut() -> None:
    assert len(text.sanitise("<p>x</p>" * 100_000)) <= markup.MAX_CHARS + 10


def test_few_tags_are_left_as_they_are() -> None:
    untidy = "<p>one<p>two<br>three</div><b>four"

    assert markup.bounded(untidy) == untidy


def test_no_script_comes_through_however_many_tags_surround_it() -> None:
    hidden = "<p>a</p>" * 200 + "<script>alert(1)</script><b onclick='x()' title='>'>b</b><a href='javascript:x'>c</a>"

    shown = text.sanitise(hidden)

    assert not any(word in shown for word in ("alert", "onclick", "javascript"))
    assert shown.endswith('<b>b</b><a target="_blank" rel="nofollow noopener noreferrer">c</a>')


@st.composite
def _paragraphs(draw: st.DrawFn) -> str:
    name, words, inner = draw(_INLINE), draw(_WORDS), draw(_WORDS)
    block = draw(st.sampled_from(("p", "h3", "blockquote", "li", "td")))
    made = (
        f'{words}<{name}>{inner}<br>{words}</{name}><a href="https://a.test/?a=1&amp;b=2" class="mention">{inner}</a>'
    )
    wrapped = {
        "li": f"<ul><li>{made}</li><li>{inner}</li></ul>",
        "td": f"<table><thead><tr><th>{inner}</th></tr></thead><tbody><tr><td>{made}</td></tr></tbody></table>",
    }
    return wrapped.get(block, f"<{block}>{made}</{block}>")


@given(st.lists(_paragraphs(), min_size=1, max_size=5))
def test_a_long_text_in_good_order_reads_as_a_short_one_does(paragraphs: list[str]) -> None:
    once = "".join(paragraphs)
    often = once * (markup.FEW // once.count("<") + 1)

    assert text.sanitise(often) == text.sanitise(once) * (len(often) // len(once))


def test_what_closes_itself_in_a_browser_is_closed() -> None:
    many = "<br>" * markup.FEW
    untidy = f"{many}<ul><li>one<li>two</ul><p>three<p>four<table><tr><td>a<td>b<tr><td>c</table>"

    assert text.sanitise(untidy).removeprefix(many) == (
        "<ul><li>one</li><li>two</li></ul><p>three</p><p>four</p>"
        "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>"
    )


def test_many_bare_colons_do_not_hold_up_markdown() -> None:
    hostile = "://" * 20_000

    assert text.render_markdown(hostile, lambda _: None, lambda _: "") == f"<p>{hostile}</p>"

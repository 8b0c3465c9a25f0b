"""What a page says about itself is read from its head, whatever else stands in it."""

import time

import pytest

from fedi.outbound.page_heads import read

URL = "https://news.test/fractions/"


def head(*tags: str, type_: str = "text/html; charset=utf-8", charset: str = "utf-8") -> dict[str, object] | None:
    facts = read(URL, type_, f"<!DOCTYPE html><html><head>{''.join(tags)}</head><body>Hi".encode(charset))
    return None if facts is None else {name: getattr(facts, name) for name in facts.__slots__}


def test_opengraph_is_believed_before_older_tags() -> None:
    said = head(
        "<title>News | Fractions</title>",
        '<meta content="Fractions &amp; more" property="og:title">',
        "<meta name='description' content='Old'><meta property='og:description' content=' How to\n share a  cake '>",
        '<META PROPERTY="og:site_name" CONTENT="News">',
        '<meta property="og:image" content="/cake.jpg"><meta property="og:image:alt" content="A cake">',
        '<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">',
        '<meta name="author" content="Dana"><meta name="fediverse:creator" content="@dana@news.test">',
        '<meta property="article:published_time" content="2026-09-01T10:00:00+05:00">',
    )

    assert said == {
        "title": "Fractions & more",
        "description": "How to share a cake",
        "site": "News",
        "author_name": "Dana",
        "author_url": "",
        "creator": "dana@news.test",
        "language": None,
        "published_at": 1_788_238_800_000,
        "picture_url": "https://news.test/cake.jpg",
        "picture_says": "A cake",
        "picture_size": (1200, 630),
        "kind": "link",
        "site_url": "",
        "embed_url": "",
        "frame": None,
        "oembed_url": None,
    }


def test_a_title_is_enough_and_without_one_there_is_nothing_to_show() -> None:
    said = head("<title>\n Fractions &lt;3 </title>")

    assert said is not None
    assert (said["title"], said["description"], said["picture_url"]) == ("Fractions <3", "", None)
    assert head('<meta name="description" content="No title">') is None
    assert head("<title> </title>") is None


@pytest.mark.parametrize(
    ("type_", "meta", "charset"),
    [
        ("text/html; charset=windows-1251", "", "windows-1251"),
        ("text/html", '<meta charset="windows-1251">', "windows-1251"),
        ("text/html", '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"),
        ("text/html", "", "utf-8"),
        ("text/html; charset=unicode_escape", "", "utf-8"),
        ("text/html; charset=windows-1299", "", "utf-8"),
    ],
)
def test_old_charsets_are_read(type_: str, meta: str, charset: str) -> None:
    said = head(meta, "<title>Бөлшектер: дроби</title>".replace("Бө", "Бо"), type_=type_, charset=charset)

    assert said is not None
    assert said["title"] == "Болшектер: дроби"


@pytest.mark.parametrize(
    "hidden",
    [
        '<!-- <meta property="og:title" content="Hidden"> -->',
        "<script>\"<meta property='og:title' content='Hidden'>\"</script>",
        '<title>Shown</title></head><body><meta property="og:title" content="Hidden">',
    ],
    ids=["a comment", "a script", "the body"],
)
def test_only_the_head_counts(hidden: str) -> None:
    said = head(hidden, "<title>Shown</title>")

    assert said is not None
    assert said["title"] == "Shown"


def test_the_language_of_a_page_is_taken_if_it_is_one() -> None:
    assert read(URL, "text/html", b'<html lang="kk-KZ"><title>A</title>').language == "kk"  # type: ignore[union-attr]
    assert read(URL, "text/html", b'<html lang="klingon"><title>A</title>').language is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:image/png;base64,AA", "//", "https://a b/", "x" * 9000]
)
def test_addresses_of_no_page_are_left_out(address: str) -> None:
    said = head(f'<title>A</title><meta property="og:image" content="{address}">')

    assert said is not None
    assert said["picture_url"] is None or str(said["picture_url"]).startswith("https://news.test/")


def test_an_author_that_is_an_address_is_one() -> None:
    said = head('<title>A</title><meta property="article:author" content="https://news.test/dana">')

    assert said is not None
    assert (said["author_name"], said["author_url"]) == ("", "https://news.test/dana")


@pytest.mark.parametrize("creator", ["dana", "@dana", "a@b@c", "<b>@x.test", "@da na@x.test"])
def test_what_is_no_handle_names_nobody(creator: str) -> None:
    said = head(f'<title>A</title><meta name="fediverse:creator" content="{creator}">')

    assert said is not None
    assert said["creator"] is None


def test_long_and_hidden_letters_are_cut() -> None:
    said = head(f"<title>{'a' * 5000}</title>", '<meta name="author" content="D\u202eana&#x202e;&#0;">')

    assert said is not None
    assert len(str(said["title"])) == 300
    assert said["author_name"] == "Dana\ufffd"


@pytest.mark.parametrize(
    "hostile",
    [
        b"<meta " * 90_000,
        b'<meta "' * 80_000,
        b"<meta " + b"a" * 500_000 + b">",
        b"<meta " + b"a=" * 250_000 + b">",
        b"<!--" * 120_000,
        b"<script " * 60_000,
        b"<title " * 80_000,
        b"<meta property=og:title content='&#" + b"9" * 7_000 + b";'>",
        b"\xff\x00" * 250_000,
    ],
    ids=["open", "quoted", "a long name", "many attributes", "comments", "scripts", "titles", "a number", "bytes"],
)
def test_a_hostile_page_costs_little(hostile: bytes) -> None:
    began = time.process_time()

    read(URL, "text/html", hostile[: 512 * 1024])

    assert time.process_time() - began < 1

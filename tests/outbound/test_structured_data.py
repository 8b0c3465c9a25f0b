"""What JSON-LD of a page says is read, whatever else stands in it, and costs no more than looking once."""

import json
import time
from typing import Any

import pytest

from fedi.outbound import page_heads, structured_data
from fedi.outbound.structured_data import StructuredData

ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Fractions &amp; more",
    "description": "A cake is shared",
    "inLanguage": "kk",
    "datePublished": "2026-09-01T10:00:00+05:00",
    "author": [{"@type": "Person", "name": "Dana", "url": "/dana"}, {"name": "Marat"}],
    "publisher": {"@type": "Organization", "name": "School paper", "logo": {"url": "/logo.png"}},
    "image": ["/cake.jpg", "/other.jpg"],
}
SAID = StructuredData(
    "Fractions &amp; more",
    "A cake is shared",
    "School paper",
    "Dana",
    "/dana",
    "kk",
    "2026-09-01T10:00:00+05:00",
    "/cake.jpg",
)


def script(thing: Any, before: str = "", after: str = "") -> str:
    return f'<SCRIPT class="x" type="application/ld+json">{before}{json.dumps(thing)}{after}</SCRIPT>'


@pytest.mark.parametrize(
    "page",
    [
        script(ARTICLE),
        script([{"@type": "Person"}, ARTICLE]),
        script({"@graph": [{"@type": "WebPage", "headline": "Site"}, {**ARTICLE, "@type": ["Thing", "Article"]}]}),
        script(ARTICLE, "\n/*<![CDATA[*/\n", "\n/*]]>*/ "),
        script(ARTICLE, "//<![CDATA[\n", "\n//]]>"),
        script(ARTICLE, "<!-- ", " -->"),
        "<script type='application/ld+json'>{broken</script><script>x()</script>" + script(ARTICLE),
        f"<body><p>Far below</p>{script(ARTICLE)}",
    ],
)
def test_an_article_is_found_in_whatever_it_is_wrapped(page: str) -> None:
    assert structured_data.read(page) == SAID


def test_json_ld_goes_before_tags_and_what_it_does_not_say_is_taken_from_them() -> None:
    page = '<title>Old</title><meta property="og:description" content="Old"><meta name="author" content="Old">'
    facts = page_heads.read("https://news.test/a/", "text/html", (page + script({**ARTICLE, "image": None})).encode())
    bare = page_heads.read("https://news.test/", "text/html", (page + script({"@type": "WebPage"})).encode())

    assert facts is not None
    assert (facts.title, facts.description, facts.site) == ("Fractions & more", "A cake is shared", "School paper")
    assert (facts.author_name, facts.author_url) == ("Dana", "https://news.test/dana")
    assert (facts.language, facts.published_at, facts.picture_url) == ("kk", 1_788_238_800_000, None)
    assert bare is not None
    assert (bare.title, bare.description, bare.author_name) == ("Old", "Old", "Old")


@pytest.mark.parametrize(
    "thing",
    [
        None,
        "text",
        7,
        [],
        [[ARTICLE]],
        {"@type": "Product", "headline": "x"},
        {"@type": {"@id": "NewsArticle"}, "headline": "x"},
        {"@type": 7},
        {"@graph": "x"},
        {"@graph": [1, None, []]},
    ],
)
def test_what_is_no_article_says_nothing(thing: Any) -> None:
    assert structured_data.read(script(thing)) == StructuredData()


@pytest.mark.parametrize("wrong", [7, None, [], {}, [[]], [{}], {"name": 7, "url": []}, {"name": {"x": 1}}, True])
def test_values_of_the_wrong_type_say_nothing(wrong: Any) -> None:
    names = ("headline", "description", "inLanguage", "datePublished", "author", "publisher", "image")

    assert structured_data.read(script({"@type": "Article", **dict.fromkeys(names, wrong)})) == StructuredData()


@pytest.mark.parametrize(
    "page",
    [
        '<script type="application/ld+json">' * 12_000,
        "<script" * 60_000,
        '<script type="application/ld+json">' + "[" * 90_000 + "</script>",
        '<script type="application/ld+json">{"@graph":' + "[" * 400 + "]" * 400 + "}</script>",
        script({**ARTICLE, "description": "x" * 200_000}),
        script({"@type": "NewsArticle"}) * 5_000,
        '<script type="application/ld+json">/*' + " " * 99_000 + "</script>",
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"\\ud800"}</script>',
    ],
)
def test_endless_deep_and_broken_data_costs_a_moment_and_says_nothing(page: str) -> None:
    before = time.perf_counter()
    found = structured_data.read(page[: 512 * 1024])

    assert found == StructuredData()
    assert time.perf_counter() - before < 1.0

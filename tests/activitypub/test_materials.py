"""A material crosses unchanged, is readable in software that knows nothing of it, and is read from foreign forms."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fedi.activitypub import materials
from fedi.materials import KINDS, LICENCES, SUBJECTS
from fedi.models.materials import Material
from fedi.models.posts import PostKind, PostView
from tests import factories as make

BY_SA = "https://creativecommons.org/licenses/by-sa/4.0/"
FULL = Material(
    kind="lesson-plan",
    subject="mathematics",
    classes=(5, 6),
    licence=BY_SA,
    duration_minutes=45,
    objectives="Бөлшектерді қосу",
    keywords=("бөлшек", "дроби"),
    based_on="https://kostanay.test/posts/1",
)
LEAST: dict[str, Any] = {"license": BY_SA, "learningResourceType": "worksheet"}


def view(material: Material | None = FULL, **changes: Any) -> PostView:
    values = {"kind": PostKind.ARTICLE, "title": "Бөлшектер", "summary": "Ашық сабақ", **changes}
    return PostView(make.post(2, 1, **values), make.actor(1, name="Айгүл"), material=material)


materials_made = st.builds(
    Material,
    kind=st.sampled_from(sorted(KINDS)),
    subject=st.sampled_from(sorted(SUBJECTS)),
    classes=st.sets(st.integers(1, 12), min_size=1).map(lambda found: tuple(sorted(found))),
    licence=st.sampled_from(sorted(LICENCES)),
    duration_minutes=st.none() | st.integers(1, 9999),
    objectives=st.sampled_from(["", "Бөлшектерді қосу", "a"]),
    keywords=st.lists(st.sampled_from(["бөлшек", "a b", "x"]), max_size=5).map(tuple),
    based_on=st.none() | st.just("https://kostanay.test/posts/1"),
    author_line=st.sampled_from(["", "Марат Оспанов"]),
)


@given(materials_made)
def test_a_material_comes_back_as_it_was_sent(material: Material) -> None:
    assert materials.parse(materials.properties(view(material))) == material


@given(materials_made)
def test_its_terms_are_in_the_context(material: Material) -> None:
    sent = materials.properties(view(material))

    assert set(sent) <= set(materials.CONTEXT)
    assert set(sent["about"]) <= {*materials.CONTEXT, "type", "name"}


def test_any_other_post_says_nothing_of_the_kind() -> None:
    assert materials.properties(view(None)) == {}
    assert materials.attribution_line(view(None)) == ""
    assert materials.wire_summary(view(None)) == "Ашық сабақ"


def test_a_reader_of_mastodon_sees_what_it_is_and_whose() -> None:
    shown = materials.wire_summary(view(language="kk"))

    assert shown == (
        "<p>Ашық сабақ</p>"
        "<p>Сабақ жоспары · Математика · 5–6 · KK</p>"
        "<p>«Бөлшектер», Айгүл, https://almaty.test/posts/2, CC BY-SA 4.0</p>"
    )


def test_nothing_a_teacher_types_becomes_markup() -> None:
    shown = materials.wire_summary(view(title="<script>", summary="<b>&"))

    assert "<script>" not in shown
    assert "<b>" not in shown


def test_the_attribution_names_the_author_she_gave() -> None:
    assert "Марат Оспанов" in materials.attribution_line(view(replace(FULL, author_line="Марат Оспанов")))


def test_the_description_comes_back_without_what_the_summary_adds() -> None:
    assert materials.description(materials.properties(view())) == "Ашық сабақ"
    assert materials.description({}) is None


# --- foreign forms ---


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ("worksheet", "worksheet"),
        ("Worksheet", "worksheet"),
        ("Рабочий лист", "worksheet"),
        ("https://w3id.org/kim/hcrt/worksheet", "worksheet"),
        ({"id": "https://w3id.org/kim/hcrt/worksheet", "prefLabel": {"de": "Arbeitsblatt"}}, "worksheet"),
        ([{"id": "https://example.org/unknown"}, {"termCode": "lesson-plan"}], "lesson-plan"),
    ],
)
def test_a_kind_is_known_by_code_address_or_name(value: object, slug: str) -> None:
    found = materials.parse({**LEAST, "learningResourceType": value})

    assert found is not None
    assert found.kind == slug


@pytest.mark.parametrize(
    ("key", "value", "field", "expected"),
    [
        ("license", {"id": "http://creativecommons.org/licenses/by/4.0"}, "licence", "https://creativecommons.org/licenses/by/4.0/"),
        ("educationalLevel", ["5", 6, "x", "13", "٣", {"name": "7"}], "classes", (5, 7)),
        ("educationalLevel", "4", "classes", (4,)),
        ("timeRequired", "PT1H30M", "duration_minutes", 90),
        ("timeRequired", "PT2H", "duration_minutes", 120),
        ("timeRequired", "P1D", "duration_minutes", None),
        ("timeRequired", "PT0M", "duration_minutes", None),
        ("timeRequired", "PT99999M", "duration_minutes", None),
        ("keywords", "a, b,,c ", "keywords", ("a", "b", "c")),
        ("keywords", ["a", {"name": "b"}, 3], "keywords", ("a", "b")),
        ("isBasedOn", {"id": "https://x.test/1", "name": "N"}, "based_on", "https://x.test/1"),
        ("teaches", {"name": "<b>Fractions</b>"}, "objectives", "Fractions"),
        ("isBasedOn", "javascript:alert(1)", "based_on", None),
        ("about", "Алхимия", "subject", "other"),
        ("about", {"identifier": "urn:isced-f:0541", "name": "Геометрия"}, "subject", "geometry"),
        ("creator", [{"type": "Person", "name": "Марат", "id": "https://x.test/1"}], "author_line", "Марат"),
    ],
)  # fmt: skip
def test_foreign_forms_are_read(key: str, value: object, field: str, expected: object) -> None:
    found = materials.parse({**LEAST, key: value})

    assert found is not None
    assert getattr(found, field) == expected


def test_prefixed_names_are_read_too() -> None:
    found = materials.parse(
        {"schema:license": BY_SA, "schema:learningResourceType": "worksheet", "schema:about": "physics"}
    )

    assert found == Material("worksheet", "physics", (), BY_SA)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"license": BY_SA},
        {"learningResourceType": "worksheet"},
        {**LEAST, "license": "https://example.org/all-rights-reserved"},
        {**LEAST, "learningResourceType": "novel"},
    ],
)
def test_without_a_licence_or_a_kind_it_is_a_long_read(document: dict[str, Any]) -> None:
    assert materials.parse(document) is None


def test_no_text_holds_what_no_database_stores() -> None:
    nul = "a\0b"
    texts = {"teaches": nul, "keywords": [nul], "creator": nul, "isBasedOn": f"https://x.test/{nul}", "about": nul}

    assert "\0" not in repr(materials.parse({**LEAST, **texts})).replace("\\x00", "\0")


def test_endless_lists_are_cut() -> None:
    found = materials.parse({**LEAST, "keywords": ["word" * 100] * 1000, "teaches": "a" * 100_000})

    assert found is not None
    assert len(found.keywords) == 50
    assert max(map(len, found.keywords)) == 100
    assert len(found.objectives) == 5_000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["id", "name", "@id", "termCode", "x"]), inner)
    ),
    max_leaves=8,
)
PROPERTIES = [
    "license", "learningResourceType", "about", "educationalLevel", "timeRequired", "teaches", "keywords", "isBasedOn",
    "description", "schema:license",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(PROPERTIES), json_values))
def test_no_document_breaks_the_reading(document: dict[str, Any]) -> None:
    for each in (document, {**document, **LEAST}):
        materials.parse(each)
        materials.description(each)

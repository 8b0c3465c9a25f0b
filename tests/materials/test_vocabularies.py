"""The closed lists are complete in three languages, and what a material says is checked against them."""

from dataclasses import replace

import pytest

from fedi.config import LANGUAGES
from fedi.materials import CLASSES, KINDS, LICENCES, SUBJECTS, Concept, problems
from fedi.models.materials import Material

GOOD = Material("lesson-plan", "mathematics", (5,), "https://creativecommons.org/licenses/by/4.0/")
CONCEPTS = [*KINDS.values(), *SUBJECTS.values()]


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.slug)
def test_a_concept_has_a_name_in_every_language_and_an_address(concept: Concept) -> None:
    assert set(concept.labels) == set(LANGUAGES)
    assert all(label.strip() == label != "" for label in concept.labels.values())
    assert concept.match.startswith(("https://", "urn:"))
    assert concept.slug.replace("-", "").isalnum()
    assert concept.slug == concept.slug.lower()


@pytest.mark.parametrize("vocabulary", [KINDS, SUBJECTS], ids=["kinds", "subjects"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_concepts_have_one_name(vocabulary: dict[str, Concept], language: str) -> None:
    labels = [concept.label(language) for concept in vocabulary.values()]

    assert len(set(labels)) == len(labels)


def test_kazakh_names_are_kazakh() -> None:
    same = [concept.slug for concept in KINDS.values() if concept.labels["kk"] == concept.labels["ru"]]

    assert len(same) < len(KINDS) / 4


def test_the_kinds_a_school_needs_are_there() -> None:
    assert {"lesson-plan", "worksheet", "presentation", "assessment", "video-lesson", "project"} <= set(KINDS)
    assert {"mathematics", "physics", "informatics", "other"} <= set(SUBJECTS)


def test_an_unknown_language_falls_back_to_english() -> None:
    assert KINDS["worksheet"].label("fr") == "Worksheet"


def test_a_good_material_passes() -> None:
    rich = replace(GOOD, classes=CLASSES, duration_minutes=45, keywords=("a",) * 30, objectives="a" * 5000)

    assert problems(GOOD) == problems(rich) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "novel"),
        ("kind", ""),
        ("subject", "alchemy"),
        ("classes", ()),
        ("classes", (0,)),
        ("classes", (5, 13)),
        ("licence", "https://example.org/licence"),
        ("licence", ""),
        ("duration_minutes", 0),
        ("duration_minutes", -5),
        ("duration_minutes", 60 * 24 * 31),
        ("keywords", ("a",) * 31),
        ("objectives", "a" * 5001),
    ],
)
def test_what_cannot_be_names_its_field(field: str, value: object) -> None:
    [problem] = problems(replace(GOOD, **{field: value}))  # type: ignore[arg-type]

    assert problem.field == field


def test_everything_that_is_missing_is_told_at_once() -> None:
    found = problems(replace(GOOD, kind="", subject="", classes=()))

    assert [problem.field for problem in found] == ["kind", "subject", "classes"]


def test_every_licence_is_known_by_its_own_address() -> None:
    assert all(
        uri == licence.uri and uri.startswith("https://creativecommons.org/") for uri, licence in LICENCES.items()
    )

"""Kinds of teaching material, school subjects and licences: what a material may say about itself, without I/O.

A new kind or subject is one entry in `vocabularies/`; form, page, library filter and wire format follow from it.
"""

from __future__ import annotations

from fedi.errors import Invalid
from fedi.materials import licences, vocabulary
from fedi.materials.licences import LICENCES, Licence
from fedi.materials.vocabulary import Concept
from fedi.models.materials import Material

__all__ = ["CLASSES", "KINDS", "LICENCES", "SUBJECTS", "Concept", "Licence", "check"]

KINDS: dict[str, Concept] = vocabulary.load("kinds")
SUBJECTS: dict[str, Concept] = vocabulary.load("subjects")
CLASSES = tuple(range(1, 13))

_LONGEST_MINUTES = 60 * 24 * 30
_MOST_KEYWORDS = 30
_LONGEST_OBJECTIVES = 5_000


def check(material: Material) -> None:
    """`Invalid` names the first field of a teacher's material that cannot be."""
    _one_of(material.kind, KINDS, "kind")
    _one_of(material.subject, SUBJECTS, "subject")
    if not material.classes or not set(material.classes) <= set(CLASSES):
        raise Invalid("Choose at least one class from 1 to 12", "classes")
    licences.known(material.licence)
    if material.duration_minutes is not None and not 0 < material.duration_minutes <= _LONGEST_MINUTES:
        raise Invalid("The duration is a number of minutes greater than 0", "duration_minutes")
    if len(material.keywords) > _MOST_KEYWORDS:
        raise Invalid(f"At most {_MOST_KEYWORDS} keywords", "keywords")
    if len(material.objectives) > _LONGEST_OBJECTIVES:
        raise Invalid(f"The objectives may have at most {_LONGEST_OBJECTIVES} characters", "objectives")


def _one_of(slug: str, known: dict[str, Concept], field: str) -> None:
    if slug not in known:
        raise Invalid(f"{slug!r} is not a {field} of this school; known are {', '.join(known)}", field)

"""Kinds of teaching material, school subjects and licences: what a material may say about itself, without I/O.

A new kind or subject is one entry in `vocabularies/`; form, page, library filter and wire format follow from it.
"""

from __future__ import annotations

from fedi.errors import Invalid
from fedi.materials import licences, vocabulary
from fedi.materials.licences import LICENCES, Licence
from fedi.materials.vocabulary import Concept
from fedi.models.materials import Material

__all__ = ["CLASSES", "KINDS", "LICENCES", "SUBJECTS", "Concept", "Licence", "problems"]

KINDS: dict[str, Concept] = vocabulary.load("kinds")
SUBJECTS: dict[str, Concept] = vocabulary.load("subjects")
CLASSES = tuple(range(1, 13))

_LONGEST_MINUTES = 60 * 24 * 30
_MOST_KEYWORDS = 30
_LONGEST_OBJECTIVES = 5_000


def problems(material: Material) -> list[Invalid]:
    """Everything in a teacher's material that cannot be, each with the field it is about."""
    found = [
        (material.kind not in KINDS, f"{material.kind!r} is not a kind of material", "kind"),
        (material.subject not in SUBJECTS, f"{material.subject!r} is not a subject", "subject"),
        (not _are_classes(material.classes), "Choose at least one class from 1 to 12", "classes"),
        (licences.by_uri(material.licence) is None, f"{material.licence!r} is not a licence on offer", "licence"),
        (not _is_duration(material.duration_minutes), "The duration is a number of minutes", "duration_minutes"),
        (len(material.keywords) > _MOST_KEYWORDS, f"At most {_MOST_KEYWORDS} keywords", "keywords"),
        (len(material.objectives) > _LONGEST_OBJECTIVES, f"At most {_LONGEST_OBJECTIVES} characters", "objectives"),
    ]
    return [Invalid(message, field) for wrong, message, field in found if wrong]


def _are_classes(classes: tuple[int, ...]) -> bool:
    return bool(classes) and set(classes) <= set(CLASSES)


def _is_duration(minutes: int | None) -> bool:
    return minutes is None or 0 < minutes <= _LONGEST_MINUTES

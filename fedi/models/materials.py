"""Teaching materials: what a lesson plan says about itself (schema.org LearningResource, AMB profile)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Material:
    """The metadata of a material; title, description, language and files stand on its post.

    `kind` and `subject` are slugs of the vocabularies in `fedi.materials`, `classes` the school classes 1 to 12,
    `licence` a Creative Commons URI, `based_on` the URI of what it was adapted from, `author_line` the author as the
    attribution line names her.
    """

    kind: str
    subject: str
    classes: tuple[int, ...]
    licence: str
    duration_minutes: int | None = None
    objectives: str = ""
    keywords: tuple[str, ...] = ()
    based_on: str | None = None
    author_line: str = ""

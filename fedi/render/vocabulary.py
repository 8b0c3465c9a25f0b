"""Kinds, subjects, classes and licences in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fedi.i18n import NAMES, translator
from fedi.materials import CLASSES, KINDS, LICENCES, SUBJECTS, licences
from fedi.materials.licences import Licence


def kind_name(kind: str, language: str) -> str:
    """A kind from another server that we do not know keeps its own word."""
    return KINDS[kind].label(language) if kind in KINDS else kind


def subject_name(subject: str, language: str) -> str:
    """A subject that we do not know keeps its own word."""
    return SUBJECTS[subject].label(language) if subject in SUBJECTS else subject


def class_names(classes: Iterable[int], language: str) -> str:
    """`class 5`, `classes 5–7, 9`: neighbours are drawn together."""
    runs: list[list[int]] = []
    for each in sorted(classes):
        if runs and runs[-1][-1] == each - 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    spans = ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    _ = translator(language)
    return (_("class %(classes)s") if len(runs) == 1 and len(runs[0]) == 1 else _("classes %(classes)s")) % {
        "classes": spans
    }


def licence_name(uri: str) -> str:
    """`CC BY 4.0`; the address itself of a licence that is not in our list."""
    licence = licences.by_uri(uri)
    return licence.name if licence else uri


def licence_help(uri: str, language: str) -> str:
    """What the licence lets others do, in plain words."""
    licence = licences.by_uri(uri)
    return _explained(licence, language) if licence else ""


def _explained(licence: Licence, language: str) -> str:
    _ = translator(language)
    if "publicdomain" in licence.uri:
        return _("Anyone may do anything with it, even without naming its author.")
    said = [_("Others may copy and share it and must name its author.")]
    said.append(_("They may change it.") if licence.adaptable else _("They may not change it."))
    if licence.share_alike:
        said.append(_("What they make of it must be under the same licence."))
    if not licence.commercial:
        said.append(_("They may not earn money with it."))
    return " ".join(said)


def kinds(language: str) -> list[tuple[str, str]]:
    """Kinds to choose from."""
    return [(slug, concept.label(language)) for slug, concept in KINDS.items()]


def subjects(language: str) -> list[tuple[str, str]]:
    """Subjects to choose from."""
    return [(slug, concept.label(language)) for slug, concept in SUBJECTS.items()]


def classes() -> list[tuple[int, str]]:
    """Classes to choose from."""
    return [(number, str(number)) for number in CLASSES]


def licence_choices(language: str) -> list[tuple[str, str, str]]:
    """Licences to choose from: address, name, what it means."""
    return [(uri, licence.name, _explained(licence, language)) for uri, licence in LICENCES.items()]


def languages() -> list[tuple[str, str]]:
    """Languages of the interface, each in its own words."""
    return list(NAMES.items())


def choices(language: str) -> dict[str, Any]:
    """What can be chosen for a material, in words."""
    return {
        "kinds": kinds(language),
        "subjects": subjects(language),
        "classes": classes(),
        "licences": licence_choices(language),
        "licence_names": [(uri, licence.name) for uri, licence in LICENCES.items()],
        "languages": languages(),
    }

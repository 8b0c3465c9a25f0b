"""A material's metadata on the wire: schema.org LearningResource (LRMI, AMB profile) properties on an Article.

Mastodon shows of an Article its name, summary and link only, so `wire_summary` puts there what a reader needs to
decide: description, kind, subject, classes, language and the attribution line. A peer that knows our properties reads
the bare description from `schema:description`.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from fedi.activitypub import jsonld
from fedi.materials import KINDS, SUBJECTS, Concept
from fedi.materials.licences import attribution, by_uri
from fedi.models.materials import Material
from fedi.models.posts import PostView
from fedi.text import plain

CONTEXT: dict[str, Any] = {
    "schema": "http://schema.org/",
    "lrmi": "http://purl.org/dcx/lrmi-terms/",
    "license": {"@id": "schema:license", "@type": "@id"},
    "isBasedOn": {"@id": "schema:isBasedOn", "@type": "@id"},
    "learningResourceType": "schema:learningResourceType",
    "educationalLevel": "schema:educationalLevel",
    "about": "schema:about",
    "teaches": "schema:teaches",
    "keywords": "schema:keywords",
    "inLanguage": "schema:inLanguage",
    "timeRequired": "schema:timeRequired",
    "creator": "schema:creator",
    "creditText": "schema:creditText",
    "description": "schema:description",
    "DefinedTerm": "schema:DefinedTerm",
    "termCode": "schema:termCode",
    "identifier": {"@id": "schema:identifier"},
}

_LABEL_LANGUAGE = "en"
_MOST_KEYWORDS = 50
_LONGEST_AUTHOR = 200


def properties(view: PostView) -> dict[str, Any]:
    """What the Article of a material says beside the ActivityStreams properties; empty for any other post."""
    material = view.material
    if material is None:
        return {}
    optional = {
        "timeRequired": f"PT{material.duration_minutes}M" if material.duration_minutes else None,
        "teaches": material.objectives or None,
        "isBasedOn": material.based_on,
        "creator": material.author_line or None,
        "inLanguage": view.post.language,
    }
    return {
        "description": view.post.summary,
        "learningResourceType": _term(KINDS, material.kind),
        "about": _term(SUBJECTS, material.subject),
        "educationalLevel": [str(number) for number in material.classes],
        "license": material.licence,
        "keywords": list(material.keywords),
        "creditText": attribution_line(view),
        **{name: value for name, value in optional.items() if value is not None},
    }


def _term(vocabulary: dict[str, Concept], slug: str) -> dict[str, Any]:
    concept = vocabulary.get(slug)
    if concept is None:
        return {"type": "DefinedTerm", "termCode": slug}
    return {
        "type": "DefinedTerm",
        "termCode": slug,
        "name": concept.label(_LABEL_LANGUAGE),
        "identifier": concept.match,
    }


def attribution_line(view: PostView) -> str:
    """Title, author, source and licence of a material, as plain text."""
    material = view.material
    if material is None:
        return ""
    author = material.author_line or view.author.display_name
    return attribution(view.post.title, author, view.post.url, material.licence)


def wire_summary(view: PostView) -> str:
    """HTML for readers whose software shows nothing else of a material."""
    material = view.material
    if material is None:
        return view.post.summary
    language = view.post.language or _LABEL_LANGUAGE
    facts = [
        _label(KINDS, material.kind, language),
        _label(SUBJECTS, material.subject, language),
        _classes(material.classes),
        (view.post.language or "").upper(),
    ]
    lines = (view.post.summary, " · ".join(fact for fact in facts if fact), attribution_line(view))
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines if line)


def _label(vocabulary: dict[str, Concept], slug: str, language: str) -> str:
    return vocabulary[slug].label(language) if slug in vocabulary else slug


def _classes(classes: tuple[int, ...]) -> str:
    """`5`, or `5–7` for several."""
    if not classes:
        return ""
    return str(classes[0]) if len(classes) == 1 else f"{min(classes)}–{max(classes)}"


def parse(document: dict[str, Any]) -> Material | None:
    """The metadata of a peer's material; None for an Article that has no licence or no kind: then it is a long read."""
    licence = _licence(_first(document, "license", "schema:license"))
    kind = _slug(KINDS, _first(document, "learningResourceType", "schema:learningResourceType"))
    if licence is None or kind is None:
        return None
    return Material(
        kind=kind,
        subject=_slug(SUBJECTS, _first(document, "about", "schema:about")) or "other",
        classes=_numbers(_first(document, "educationalLevel", "schema:educationalLevel")),
        licence=licence,
        duration_minutes=_minutes(_first(document, "timeRequired", "schema:timeRequired")),
        objectives=plain(_text(_first(document, "teaches", "schema:teaches"), "name"))[:5_000],
        keywords=_words(_first(document, "keywords", "schema:keywords")),
        based_on=jsonld.address(_first(document, "isBasedOn", "schema:isBasedOn")),
        author_line=plain(_text(_first(document, "creator", "schema:creator"), "name"))[:_LONGEST_AUTHOR],
    )


def description(document: dict[str, Any]) -> str | None:
    """The bare description of a peer's material, as text, if it gives one beside the summary."""
    return plain(_text(_first(document, "description", "schema:description"))) or None


def _first(document: dict[str, Any], *names: str) -> Any:
    return next((document[name] for name in names if document.get(name)), None)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any, *keys: str) -> str:
    """A string, or what an object has under the first of `keys`, or the first of a list of those."""
    texts = (each for value in _list(value) for each in _texts(value, keys))
    return jsonld.clean(next((each for each in texts if isinstance(each, str)), ""))


def _texts(value: Any, keys: tuple[str, ...]) -> list[Any]:
    return [value[key] for key in keys if key in value] if isinstance(value, dict) else [value]


def _licence(value: Any) -> str | None:
    found = by_uri(_text(value, "id", "@id"))
    return found.uri if found else None


def _slug(vocabulary: dict[str, Concept], value: Any) -> str | None:
    """Our word for a term given by our code, by name, or by the public concept's address, which several may share."""
    names = {name for each in _list(value) for name in _names(each)}
    return (
        next((slug for slug in vocabulary if slug in names), None)
        or next((slug for slug, concept in vocabulary.items() if names & {*concept.labels.values()}), None)
        or next((slug for slug, concept in vocabulary.items() if concept.match in names), None)
    )


def _names(term: Any) -> Iterator[str]:
    """Every string that may say what a term is."""
    values = [term.get(key) for key in ("termCode", "identifier", "id", "name")] if isinstance(term, dict) else [term]
    return (value for value in values if isinstance(value, str))


def _numbers(value: Any) -> tuple[int, ...]:
    found = {
        int(text)
        for each in _list(value)
        if (text := _text(each, "name", "termCode")).isascii() and text.isdigit() and len(text) < 3
    }
    return tuple(sorted(number for number in found if 1 <= number <= 12))


def _minutes(value: Any) -> int | None:
    """An ISO 8601 duration in hours and minutes."""
    text = _text(value)
    if not text.startswith("PT") or not text.isascii():
        return None
    hours, _, rest = text[2:].rpartition("H")
    minutes = rest.removesuffix("M")
    if not all(part == "" or (part.isdigit() and len(part) < 5) for part in (hours, minutes)):
        return None
    return int(hours or 0) * 60 + int(minutes or 0) or None


def _words(value: Any) -> tuple[str, ...]:
    words = [_text(each, "name") for each in _list(value)] if isinstance(value, list) else _text(value).split(",")
    return tuple(word.strip()[:100] for word in words if word.strip())[:_MOST_KEYWORDS]

"""What Mastodon's entities look like, from the specification of issue 4: answers are compared field by field."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[3] / "shared" / "mastodon_api"

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}
_FORMATS = {
    "id": re.compile(r"-?[0-9]{1,19}"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "uri": re.compile(r"[a-z][a-z0-9+.\-]*:.*", re.DOTALL),
}
_NULL_AT_FIRST = {"MediaAttachment.url"}
"""What strict clients need in lists, and is null while it is worked on."""

_EXTRA = {
    "Status": {"circle", "local_only"},
    "StatusDeletion": {"circle", "local_only"},
    "CredentialAccount.source": {"circle"},
    "V1::Instance": {"poll_limits"},
    "OAuthServerMetadata": {"prompt_values_supported"},
}
"""Ours beside Mastodon's: what is not in its entities at all is a typing mistake."""

_MAY_BE_EMPTY = (".author_url", ".authors[0].url", ".embed_url", ".provider_url")
"""Addresses of a PreviewCard that Mastodon itself leaves empty where there are none."""


@cache
def entities() -> dict[str, Any]:
    """Every entity by its name."""
    found: dict[str, Any] = json.loads((FOLDER / "entities.json").read_text("utf-8"))
    return found


@cache
def endpoints() -> list[dict[str, str]]:
    """Every operation of Mastodon's."""
    with (FOLDER / "endpoints.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def problems(name: str, value: Any, where: str = "") -> list[str]:
    """What a strict client would find wrong with an entity; a name in brackets is an array of it."""
    if name.startswith("["):
        if not isinstance(value, list):
            return [f"{where or name} is no array"]
        return [each for number, item in enumerate(value) for each in problems(name[1:-1], item, f"{where}[{number}]")]
    where = where or name
    if not isinstance(value, dict):
        return [f"{where} is no object but {value!r}"]
    return list(_problems(name, value, where))


def _problems(name: str, value: dict[str, Any], where: str) -> Iterator[str]:
    fields = _fields(name)
    for path, field in fields.items():
        for holder, key in _holders(value, path):
            yield from _problem(field, holder, key, f"{where}.{path}")
    unknown = set(value) - {path.partition(".")[0].removesuffix("[]") for path in fields} - _EXTRA.get(name, set())
    yield from (f"{where}.{each} is not of {name}" for each in unknown)


def _fields(name: str) -> dict[str, Any]:
    entity = entities()[name]
    own: dict[str, Any] = entity["fields"]
    if name == "NotificationGroup":  # it has the `collection` of 4.6, but its list of kinds is that of 4.5
        own = own | {"type": entities()["Notification"]["fields"]["type"]}
    return _fields(entity["extends"]) | own if "extends" in entity else own


def _holders(value: dict[str, Any], path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects in which the last part of a path stands; none where something above it is absent."""
    *above, key = path.split(".")
    holders: list[Any] = [value]
    for part in above:
        found = [holder.get(part.removesuffix("[]")) for holder in holders if isinstance(holder, dict)]
        holders = [item for each in found for item in (each if isinstance(each, list) else [each])]
    return ((holder, key) for holder in holders if isinstance(holder, dict))


def _problem(field: dict[str, Any], holder: dict[str, Any], key: str, where: str) -> Iterator[str]:
    if key not in holder:
        if field.get("presence") == "always":
            yield f"{where} is missing"
        return
    value = holder[key]
    if field.get("presence") == "absent":
        yield f"{where} should not be there"
    elif value is None:
        if not field.get("nullable") or (field.get("client_required_by") and where not in _NULL_AT_FIRST):
            yield f"{where} is null"
    elif "$ref" in field:
        found = [problems(name, value, where) for name in field["$ref"].split("|")]
        yield from min(found, key=len)
    else:
        yield from _mistyped(field, value, where)


def _mistyped(field: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    kind = field.get("type", "object")
    wrong = not isinstance(value, _TYPES[kind]) or (kind in ("integer", "number") and isinstance(value, bool))
    if wrong:
        yield f"{where} is {value!r}, no {kind}"
        return
    pattern = _FORMATS.get(field.get("format") or "")
    empty = value == "" and where.endswith(_MAY_BE_EMPTY)
    if pattern and not pattern.fullmatch(value) and not empty:
        yield f"{where} is {value!r}, no {field['format']}"
    if field.get("enum") and any(each not in field["enum"] for each in (value if kind == "array" else [value])):
        yield f"{where} is {value!r}, none of {field['enum']}"
    items = field.get("items") or {}
    if kind == "array" and "$ref" in items:
        yield from problems(f"[{items['$ref']}]", value, where)
    elif kind == "array" and items.get("type") in _TYPES:
        yield from (f"{where} holds {each!r}" for each in value if not isinstance(each, _TYPES[items["type"]]))

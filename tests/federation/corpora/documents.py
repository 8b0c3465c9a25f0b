"""The documents of the corpora, as they are delivered.

As little as possible is changed. Each document gets hosts of its own (`example.org` becomes `f12.example.org`), so that
examples with the same ids do not meet; http becomes https; what has no id, or no author, gets one of the stand-in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fedi.activitypub import jsonld, uris
from fedi.activitypub.activities import PEOPLE
from fedi.activitypub.contexts import AS2

Json = dict[str, Any]

HERE = Path(__file__).parent
SHARED = Path(__file__).parents[4] / "shared" / "corpus"
FOLDERS = ("bovine", "wordpress-activitypub", "w3c-activitystreams", "w3c-activitystreams-test-documents", "vectors")
PUBLIC = f"{AS2}#Public"
_ACTIVITIES = frozenset(
    (
        *("Accept", "Add", "Announce", "Arrive", "Block", "Create", "Delete", "Dislike", "EmojiReact"),
        *("Flag", "Follow", "Ignore", "Invite", "Join", "Leave", "Like", "Listen", "Move"),
        *("Offer", "Read", "Reject", "Remove", "TentativeAccept", "TentativeReject", "Travel", "Undo", "Update"),
        *("View", "Activity", "QuoteRequest"),
    )
)
_ADDRESS = re.compile(r"https?://([^/\s\"<>?#]+)([^\s\"<>]*)")
_NAMESPACES = (
    "www.w3.org",
    "w3id.org",
    "schema.org",
    "purl.org",
    "purl.archive.org",
    "joinmastodon.org",
    "litepub.social",
)


@dataclass(slots=True)
class Delivery:
    """One document on its way: the activity, who signs it, and what the stand-ins serve by address."""

    name: str
    activity: Json
    actor: str
    subject: str
    served: dict[str, Json] = field(default_factory=dict)

    @property
    def kinds(self) -> str:
        """The type of the activity, and of what it carries."""
        carried = jsonld.first(self.activity.get("object"))
        types = (self.activity, carried if isinstance(carried, dict) else {})
        return " ".join("+".join(jsonld.types(each)) for each in types).strip()


def shared() -> list[tuple[str, bytes]]:
    """Every JSON file of the shared corpora by its path, except vocabularies, keys and vectors of canonical JSON."""
    return [(str(path.relative_to(SHARED)), path.read_bytes()) for folder in FOLDERS for path in _files(folder)]


def _files(folder: str) -> list[Path]:
    found = [path for path in (SHARED / folder).rglob("*") if path.suffix in (".json", ".jsonld")]
    return sorted(found)


def pasture() -> list[tuple[str, bytes]]:
    """Every example of fediverse-pasture-inputs, added to the note its runner adds it to."""
    tables = json.loads((HERE / "pasture.json").read_text("utf-8"))
    return [
        (f"pasture/{table}/{number:02}", json.dumps(_pasture_note(example)).encode())
        for table, examples in tables.items()
        for number, example in enumerate(examples)
    ]


def _pasture_note(example: Json) -> Json:
    note = {
        "type": "Note",
        "id": "http://pasture-one-actor/object/1",
        "attributedTo": "http://pasture-one-actor/actor",
        "to": [PUBLIC],
        "published": "2024-03-06T07:23:56Z",
        **example,
    }
    return {
        "@context": note.pop("@context", [AS2, {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"}]),
        "type": "Create",
        "id": "http://pasture-one-actor/activity/1",
        "actor": "http://pasture-one-actor/actor",
        "to": note.get("to", [PUBLIC]),
        "object": note,
    }


def delivery(name: str, raw: bytes, label: str) -> Delivery | None:
    """The document as an activity of its origin; None if it is no JSON object, or no object of ActivityStreams."""
    try:
        document = json.loads(raw)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    document = _moved(document, label)
    types = jsonld.types(document)
    if _ACTIVITIES.intersection(types):
        return _activity(name, document, label)
    return _object(name, document, label)


def _moved(value: Any, label: str) -> Any:
    """The same with every address on a host of its own."""
    if isinstance(value, dict):
        return {key: child if key == "@context" else _moved(child, label) for key, child in value.items()}
    if isinstance(value, list):
        return [_moved(child, label) for child in value]
    match = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[1] in _NAMESPACES or match[1].endswith(".localhost"):
        return value
    host = match[1] if "." in match[1] else f"{match[1]}.test"
    return f"https://{label}.{host}{match[2]}"


def _activity(name: str, document: Json, label: str) -> Delivery:
    actor = jsonld.address(document.get("actor")) or f"https://{label}.stand-in.test/actor"
    origin = f"{uris.scheme_of(actor)}://{uris.host_of(actor)}"
    activity = {"id": f"{origin}/activity", **document, "actor": actor}
    carried = jsonld.first(activity.get("object"))
    if isinstance(carried, dict) and "id" not in carried:
        carried = activity["object"] = {"id": f"{origin}/object", **carried}
        if jsonld.type_of(activity) in ("Create", "Update"):
            carried.setdefault("attributedTo", actor)
    made = Delivery(name, activity, actor, jsonld.id_of(carried) or "")
    made.served |= {each["id"]: each for each in _with_ids(activity)}
    return made


def _object(name: str, document: Json, label: str) -> Delivery:
    uri = jsonld.address(document.get("id"))
    author = jsonld.address(document.get("attributedTo")) or jsonld.address(document.get("actor"))
    if set(PEOPLE).intersection(jsonld.types(document)) and uri:
        author = uri
    origin_of = uri or author or f"https://{label}.stand-in.test/"
    origin = f"{uris.scheme_of(origin_of)}://{uris.host_of(origin_of)}"
    carried = {"id": f"{origin}/object", "attributedTo": author or f"{origin}/actor", "to": [PUBLIC], **document}
    actor = author or f"{origin}/actor"
    activity = {
        "@context": document.get("@context", AS2),
        "id": f"{uris.scheme_of(actor)}://{uris.host_of(actor)}/activity",
        "type": "Update" if actor == uri else "Create",
        "actor": actor,
        "to": carried.get("to"),
        "object": carried,
    }
    made = Delivery(name, activity, actor, jsonld.id_of(carried) or "")
    made.served |= {each["id"]: each for each in _with_ids(carried)}
    return made


def _with_ids(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), str) and len(value) > 1 and jsonld.is_address(value["id"]):
            yield value
        for child in value.values():
            yield from _with_ids(child)
    elif isinstance(value, list):
        for child in value:
            yield from _with_ids(child)

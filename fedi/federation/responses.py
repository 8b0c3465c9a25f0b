"""How documents are answered: their media type, and what may be kept of them."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from fedi.activitypub import activities, content_types
from fedi.activitypub.contexts import AS2
from fedi.activitypub.jsonld import Json, encode


def document(json: Json, *, public: bool = True, status: int = HTTPStatus.OK) -> Response:
    """An ActivityPub document. One that not everybody may see is kept by nobody on the way."""
    return text(encode(json), public=public, status=status)


def text(json: str, *, public: bool = True, status: int = HTTPStatus.OK) -> Response:
    """A document that was kept as text."""
    storage = "public, max-age=60" if public else "private, no-store"
    # Clients in a browser read actors and posts of any server.
    headers = {"Vary": "Accept, Signature", "Cache-Control": storage, "Access-Control-Allow-Origin": "*"}
    return Response(json, status, headers, media_type=content_types.ACTIVITY)


def gone(uri: str) -> Response:
    """What was public and is deleted: 410 with a Tombstone."""
    return document({"@context": AS2, **activities.tombstone(uri)}, status=HTTPStatus.GONE)


def descriptor(json: Json, media_type: str) -> Response:
    """WebFinger and its kin: readable by scripts of other sites."""
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}
    return Response(encode(json), headers=headers, media_type=media_type)

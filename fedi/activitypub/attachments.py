"""Files that documents of peers announce. Nothing of it is believed until the bytes have been fetched."""

from __future__ import annotations

import mimetypes
import re
import string
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from fedi import text
from fedi.activitypub import jsonld
from fedi.activitypub.jsonld import Json
from fedi.activitypub.links import links, picture_url
from fedi.activitypub.signatures.keys import BadKey
from fedi.activitypub.signatures.multikey import base58_decode
from fedi.models.files import FileKind, RemoteFile

_MAX_FILES = 32
_MAX_ALT = 10_000
_MAX_NAME = 200
_MAX_SIDE = 100_000
_MAX_DURATION_MS = 7 * 24 * 3600 * 1000
_FILE_TYPES = ("Document", "Image", "Video", "Audio")
# A Video is mostly too large to be fetched: its page is where it plays.
_FILES_THEMSELVES = ("Document", "Image", "Audio")
_LINK_TYPES = ("Link", "Page", "Article", "Note")
_KINDS = {"image": FileKind.IMAGE, "video": FileKind.VIDEO, "audio": FileKind.AUDIO}
_DURATION = re.compile(r"PT(?:([0-9]{1,3})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,6}(?:\.[0-9]{1,9})?)S)?")
_BASE83_DIGITS = "".join((string.digits, string.ascii_uppercase, string.ascii_lowercase, "#$%*+,-.:;=?@[]^_{|}~"))
_BASE83 = frozenset(_BASE83_DIGITS)
_MAX_COMPONENTS = 5
_SHA256_MULTIHASH = b"\x12\x20"


def attachments(document: Json) -> tuple[RemoteFile, ...]:
    """The files of a post: its attachments, the title picture of an article, and what an Image or Audio itself is."""
    announced = [*jsonld.objects(document.get("attachment")), *jsonld.objects(document.get("image"))]
    found = {file.url: file for file in (*_itself(document), *_files(announced))}
    return tuple(found.values())[:_MAX_FILES]


def attached_links(document: Json) -> tuple[str, ...]:
    """The addresses a post carries with it that are pages and not files."""
    linked = [each for each in jsonld.objects(document.get("attachment")) if jsonld.type_of(each) in _LINK_TYPES]
    found = (next(links(each.get("href") or each.get("url") or each.get("id")), None) for each in linked)
    return tuple(dict.fromkeys(link.href for link in found if link))[:_MAX_FILES]


def _files(announced: list[Json]) -> Iterator[RemoteFile]:
    for each in announced:
        link = next(links(each.get("url") or each.get("href")), None)
        # Of what has no type, an address is all there is: a file, since pages come as links.
        if link and (not jsonld.type_of(each) or jsonld.type_of(each, _FILE_TYPES) in _FILE_TYPES):
            yield _file(each, link.href, jsonld.text(each, "mediaType").lower() or link.media_type)


def _itself(document: Json) -> Iterator[RemoteFile]:
    """Where an object is a file, its address leads to it; one with a page for people has that address too."""
    if jsonld.type_of(document) not in _FILES_THEMSELVES:
        return
    for link in links(document.get("url")):
        media_type = link.media_type or jsonld.text(document, "mediaType").lower() or _guessed(link.href)
        if _is_shown(media_type):
            without_words = {name: document.get(name) for name in ("width", "height", "blurhash", "size")}
            yield _file({"type": document.get("type"), **without_words}, link.href, media_type)
            return


def _is_shown(media_type: str) -> bool:
    return media_type.partition("/")[0] in _KINDS or media_type == "application/pdf"


def _guessed(url: str) -> str:
    """What a name promises, where nothing else was said; the bytes decide once they are here."""
    return mimetypes.guess_type(_file_name(url), strict=False)[0] or ""


def _file(document: Json, url: str, media_type: str) -> RemoteFile:
    name = _file_name(url)
    media_type = media_type or _guessed(url)
    words = next((found for each in ("summary", "name", "content") if (found := jsonld.text(document, each))), "")
    description = text.plain(words)[:_MAX_ALT]
    return RemoteFile(
        url=url,
        kind=_kind(document, media_type),
        media_type=media_type[:_MAX_NAME],
        name=name,
        description="" if description == name else description,
        size=jsonld.integer(document.get("size")),
        sha256=_sha256(jsonld.text(document, "digestMultibase")),
        width=_side(document.get("width")),
        height=_side(document.get("height")),
        duration_ms=_duration_ms(jsonld.text(document, "duration")),
        blurhash=_blurhash(jsonld.text(document, "blurhash")),
        focus=_focus(document.get("focalPoint")),
        icon_url=picture_url(document.get("icon")),
    )


def _kind(document: Json, media_type: str) -> FileKind:
    by_media_type = _KINDS.get(media_type.partition("/")[0])
    return by_media_type or _KINDS.get(jsonld.type_of(document).lower(), FileKind.DOCUMENT)


def _file_name(url: str) -> str:
    # "a%2Fb%5Cc.pdf" is one segment on the wire, and three folders once it is a file name.
    path = unquote(urlsplit(url).path).replace("\\", "/")
    return jsonld.clean(PurePosixPath(path).name)[-_MAX_NAME:] or "file"


def _side(value: object) -> int | None:
    pixels = jsonld.integer(value)
    return pixels if pixels and pixels <= _MAX_SIDE else None


def _duration_ms(text: str) -> int | None:
    """Milliseconds of a duration as ISO 8601 writes it, from hours down."""
    found = _DURATION.fullmatch(text)
    hours, minutes, seconds = (float(part or 0) for part in found.groups()) if found else (0.0, 0.0, 0.0)
    length = round((hours * 3600 + minutes * 60 + seconds) * 1000)
    return length if 0 < length <= _MAX_DURATION_MS else None


def _blurhash(value: str) -> str | None:
    """The preview of a picture in at most five by five components; programs stumble over one of another length."""
    if not value or not _BASE83.issuperset(value):
        return None
    down, across = divmod(_BASE83_DIGITS.index(value[0]), 9)
    is_small = down < _MAX_COMPONENTS and across < _MAX_COMPONENTS
    return value if is_small and len(value) == 4 + 2 * (down + 1) * (across + 1) else None


def _focus(value: object) -> tuple[float, float] | None:
    numbers = [jsonld.number(each) for each in jsonld.many(value)]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        return None
    return (max(-1.0, min(1.0, numbers[0])), max(-1.0, min(1.0, numbers[1])))


def _sha256(multibase: str) -> str | None:
    """Hexadecimal of a SHA-256 that came as base58btc multibase of a multihash."""
    if not multibase.startswith("z") or len(multibase) > 100:
        return None
    try:
        raw = base58_decode(multibase[1:])
    except BadKey:
        return None
    return raw[2:].hex() if len(raw) == 34 and raw.startswith(_SHA256_MULTIHASH) else None

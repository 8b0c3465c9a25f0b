"""Files on their way out: `/media/<id>/<name>` and the small picture of each, `/media/<id>/preview.webp`; emojis, and
the pictures of pages that posts link to.

Nothing in a file is obeyed by a browser or believed by a peer: its type is one of a fixed list that holds no page and
no JSON, what is not shown is saved, and what is shown is shown in a sandbox. What a visitor may not have answers as
what does not exist.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from fedi.actions import cards, emojis, files
from fedi.actions.files import Opened
from fedi.auth import sessions
from fedi.errors import NotFound
from fedi.instances import Instance
from fedi.media.types import PDF, inline, served_as
from fedi.models.emojis import OURS
from fedi.models.files import File, FileKind
from fedi.outbound import files as remote_files
from fedi.outbound.visitors import host_of_visitor

_WEBP = "image/webp"
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
# The PDF viewers of browsers refuse to work in a sandbox.
_NO_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
_FOR_EVERYBODY = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"
# Whether she may still see it is asked each time; the ETag spares the bytes.
_FOR_ONE = "private, no-cache"


async def file(request: Request) -> Response:
    """GET /media/<id>/<name>. The name is for people: what is found depends on the id alone."""
    opened = await _opened(request)
    if (elsewhere := _at_media_host(request, opened)) is not None:
        return elsewhere
    ready = await _at_hand(request, opened.file)
    return _answer(request, opened, ready, ready.storage_key, served_as(ready.media_type))


async def preview(request: Request) -> Response:
    """GET /media/<id>/preview.webp: a small picture of a picture or of a PDF's first page; of a film or document of
    another server the one that is shown there.
    """
    opened = await _opened(request)
    if (elsewhere := _at_media_host(request, opened)) is not None:
        return elsewhere
    instance: Instance = request.state.instance
    wanted = await instance.db.read(files.picture_of, opened.file)
    ready = await _at_hand(request, wanted, None if wanted is opened.file else files.LARGEST_ICON)
    return _answer(request, opened, ready, ready.preview_key, _WEBP)


async def emoji(request: Request) -> Response:
    """GET /emoji/<name> and /emoji/<host>/<name>: the picture of a custom emoji; `?still` without its motion."""
    instance: Instance = request.state.instance
    host, name = request.path_params.get("host", OURS), request.path_params["shortcode"]
    wanted = await instance.db.read(emojis.picture, host, name)
    if wanted is None:
        raise NotFound("There is no such emoji")
    ready = await remote_files.at_hand(instance, request.state.client, wanted, emojis.LARGEST_BYTES)
    if ready.kind is not FileKind.IMAGE:
        raise NotFound("There is no such emoji")
    if files.use_is_stale(ready, instance.clock()):
        await instance.db.write(files.note_use, ready)
    is_still = "still" in request.query_params
    key, media_type = (ready.preview_key, _WEBP) if is_still else (ready.storage_key, served_as(ready.media_type))
    answer = _answer(request, Opened(ready, public=True), ready, key, media_type)
    # Another picture may take its place under the same name.
    answer.headers["Cache-Control"] = _FOR_A_DAY
    return answer


async def card(request: Request) -> Response:
    """GET /cards/<id>.webp: the picture of a page that a post links to, small."""
    instance: Instance = request.state.instance
    wanted = await instance.db.read(cards.picture, request.path_params["id"])
    if wanted is None:
        raise NotFound("There is no such picture")
    ready = await remote_files.at_hand(instance, request.state.client, wanted, cards.LARGEST_PICTURE, unsigned=True)
    if files.use_is_stale(ready, instance.clock()):
        await instance.db.write(files.note_use, ready)
    return _answer(request, Opened(ready, public=True), ready, ready.preview_key, _WEBP)


async def _opened(request: Request) -> Opened:
    """The file, if the person who has signed in or the server that has signed may have it."""
    instance: Instance = request.state.instance
    file_id = request.path_params["id"]
    if _shows_key(request, file_id):
        return _required(await instance.db.read(files.open_by_key, file_id))
    me = await sessions.signed_in(request)
    found = await instance.db.read(files.open_file, me.actor if me else None, file_id)
    if found is None and (host := await host_of_visitor(request)) is not None:
        found = await instance.db.read(files.open_for_peer, host, file_id)
    return _required(found)


def _shows_key(request: Request, file_id: int) -> bool:
    """Whether the address itself opens the file: the client API gives such to who may see it (`FileKeys`)."""
    instance: Instance = request.state.instance
    key = request.query_params.get("key")
    return key is not None and instance.file_keys.fits(file_id, key, instance.clock())


def _required(found: Opened | None) -> Opened:
    if found is None:
        raise NotFound("There is no such file")
    return found


def _at_media_host(request: Request, opened: Opened) -> Response | None:
    """Where a school has a host for files, public ones are there only; others stay where the session's cookie is."""
    school = request.state.instance.school
    here = request.headers.get("host", "").lower()
    if not opened.public or school.media_host is None or here != school.host:
        return None
    scheme = school.base_url.partition(":")[0]
    path = quote(request.url.path)
    # A browser follows for another site only what that site may read, redirects too.
    headers = {"Cache-Control": "public, max-age=86400", "Access-Control-Allow-Origin": "*"}
    return RedirectResponse(f"{scheme}://{school.media_host}{path}", headers=headers)


async def _at_hand(request: Request, wanted: File, limit: int | None = None) -> File:
    instance: Instance = request.state.instance
    ready = await remote_files.at_hand(instance, request.state.client, wanted, limit)
    if files.use_is_stale(ready, instance.clock()):
        await instance.db.write(files.note_use, ready)
    return ready


def _answer(request: Request, opened: Opened, ready: File, key: str | None, media_type: str) -> Response:
    instance: Instance = request.state.instance
    if key is None or not (path := instance.media.path(key)).is_file():
        raise NotFound("There is no such file")
    headers = _headers(request, opened, ready, key, media_type)
    if _has_it(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return _from_disk(path, media_type, headers)


def _from_disk(path: Path, media_type: str, headers: dict[str, str]) -> FileResponse:
    """Answers HEAD and ranges too (RFC 9110, section 14)."""
    return FileResponse(path, headers=headers, media_type=media_type)


def _headers(request: Request, opened: Opened, ready: File, key: str, media_type: str) -> dict[str, str]:
    # A web client of another origin shows what its person was given the address of; scripts of others have no cookie.
    shared = opened.public or "key" in request.query_params
    return {
        "Access-Control-Allow-Origin": "*",
        "Content-Disposition": disposition(ready.name if media_type != _WEBP else "", inline(media_type)),
        "Content-Security-Policy": _NO_SANDBOX if media_type == PDF else _SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin" if shared else "same-origin",
        "Cache-Control": _FOR_EVERYBODY if opened.public else _FOR_ONE,
        "ETag": f'"{key.replace("/", "")}"',
        **({} if opened.public else {"Vary": "Cookie, Signature"}),
    }


def disposition(name: str, shown: bool) -> str:
    """Content-Disposition (RFC 6266): the name in UTF-8, and for old browsers what ASCII has of it."""
    kind = "inline" if shown else "attachment"
    if not name:
        return kind
    plain = "".join(letter if letter.isascii() and letter not in '"\\%' else "_" for letter in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _has_it(request: Request, etag: str) -> bool:
    """Whether the browser's copy is this one (RFC 9110, section 13.1.2: compared weakly)."""
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return etag in known or "*" in known

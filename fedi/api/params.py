"""What a client sends: query, form, multipart and JSON become one tree of values, read by type.

Clients write arrays and hashes as Rails reads them: `ids[]=1`, `poll[options][]=a`, `fields_attributes[0][name]=x`,
`keywords_attributes[][keyword]=a`. What cannot be read as the type asked for counts as not given, unknown names are
ignored, and everything is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from fedi.errors import Invalid, Malformed, TooLarge
from fedi.paths import number_in

MAX_FIELDS = 1_000
MAX_PARTS, MAX_FILES = 200, 20
MAX_DEPTH = 6
"""Longer forms, more files and deeper brackets than any client sends."""

_PART_BYTES = 256 * 1024
_STRANGERS_PARTS, _STRANGERS_PART_BYTES = 50, 16 * 1024

Tree = dict[str, Any]

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)(?:\[\])?")
_KEY = re.compile(r"\[([^\[\]]*)\]")
_TRUE = frozenset({"true", "1", "on", "t", "yes"})
_FALSE = frozenset({"false", "0", "off", "f", "no"})
_JSON_BYTES = 1024 * 1024


class _Repeated(list[Any]):
    """The values of a plain name that was sent more than once: a list where one is asked for, else the last counts."""


class Params:
    """The values of a call. Names are plain: `texts("media_ids")` finds `media_ids[]`, `media_ids[0]` and JSON."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def __contains__(self, name: str) -> bool:
        return name in self._tree

    def given(self, name: str) -> bool:
        """Whether a name was sent with a value: programs that write every name write null for what stays."""
        return self._tree.get(name) not in (None, "")

    def text(self, name: str) -> str | None:
        """A text as it was sent, also an empty one; None if there is none."""
        return _text(self._tree.get(name))

    def required(self, name: str) -> str:
        """A text that may not be missing or blank; Malformed as Mastodon words it."""
        text = self.text(name)
        if text is None or not text.strip():
            raise Malformed(f"param is missing or the value is empty: {name}")
        return text

    def flag(self, name: str) -> bool | None:
        """True or false in any of the ways clients write them; None if not given, or empty."""
        return as_flag(self._tree.get(name))

    def number(self, name: str) -> int | None:
        """A whole number that fits the database."""
        return as_number(self._tree.get(name))

    def id(self, name: str) -> int | None:
        """An id; None if it is not given, or is none of ours: ids have only digits."""
        text = self.text(name)
        return None if text is None else number_in(text.strip())

    def texts(self, name: str) -> list[str]:
        """A list of texts; a single one is a list of one, a hash with numbers for keys is a list by number."""
        return [text for each in as_list(self._tree.get(name)) if (text := _text(each)) is not None]

    def ids(self, name: str) -> list[int]:
        """A list of ids; what is no id is left out."""
        found = (number_in(text.strip()) for text in self.texts(name))
        return [each for each in found if each is not None]

    def several(self, name: str, most: int) -> list[int]:
        """A list of ids of things that are shown at once; Invalid for more of them than that."""
        found = self.ids(name)
        if len(found) > most:
            raise Invalid(f"At most {most} at once", name)
        return found

    def numbers(self, name: str) -> list[int]:
        """A list of whole numbers."""
        found = (as_number(each) for each in as_list(self._tree.get(name)))
        return [each for each in found if each is not None]

    def object(self, name: str) -> Params:
        """The values of a hash; empty if there is none."""
        value = self._tree.get(name)
        return Params(value if isinstance(value, dict) else {})

    def objects(self, name: str) -> list[Params]:
        """A list of hashes."""
        return [Params(each) for each in as_list(self._tree.get(name)) if isinstance(each, dict)]

    def upload(self, name: str) -> UploadFile | None:
        """A file of a multipart form."""
        value = self._tree.get(name)
        return value if isinstance(value, UploadFile) else None

    def flat(self) -> list[tuple[str, str]]:
        """Texts and lists of texts by name, as a query string repeats them."""
        return [pair for name, value in self._tree.items() for pair in _pairs(name, value)]


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, (list, dict)):
        for each in as_list(value):
            if (text := _text(each)) is not None:
                yield f"{name}[]", text
    elif (text := _text(value)) is not None:
        yield name, text


def as_list(value: Any) -> list[Any]:
    """A list as it is, a hash keyed by numbers in their order, one value as a list of it."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        numbered = [(int(key), each) for key, each in value.items() if number_in(key) is not None]
        # A hash without numbers is one object, not a list of its values.
        return [each for _, each in sorted(numbered, key=lambda pair: pair[0])] if numbered else [value]
    return [] if value is None else [value]


def as_flag(value: Any) -> bool | None:
    """A boolean as JSON or a form has it."""
    if isinstance(value, bool):
        return value
    text = (_text(value) or "").strip().lower()
    return True if text in _TRUE else False if text in _FALSE else None


def as_number(value: Any) -> int | None:
    """A whole number as JSON or a form has it; negative ones too."""
    text = (_text(value) or "").strip()
    found = number_in(text.removeprefix("-"))
    return None if found is None else -found if text.startswith("-") else found


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        # Neither NUL nor half a character can be stored, and no client means them.
        return (
            value.replace("\0", "").encode("utf-8", "replace").decode()
            if not value.isascii() or "\0" in value
            else value
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _Repeated):
        return _text(value[-1])
    return str(value) if isinstance(value, (int, float)) else None


async def read(request: Request, *, uploads: bool) -> Params:
    """The values of a request: of its query, and of a body in any of the three forms, whatever its method.

    Malformed for a body that is not what it says it is. An empty body is no values. `uploads`: whether this caller may
    send files, and much text, in a multipart form.
    """
    tree = from_pairs(_query_pairs(request.url.query))
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == _JSON or content_type.endswith("+json"):
        tree.update(_from_json(await request.body()))
    elif content_type == _FORM:
        tree.update(from_pairs(_query_pairs((await request.body()).decode("utf-8", "replace"))))
    elif content_type == _MULTIPART and (_is_bounded(request) or await request.body()):
        tree.update(from_pairs(await _multipart(request, uploads)))
    return Params(tree)


def _query_pairs(query: str) -> list[tuple[str, Any]]:
    if not query:
        return []
    try:
        return list(parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise Malformed("There are too many parameters") from error


def _from_json(body: bytes) -> Tree:
    if not body.strip():
        return {}
    if len(body) > _JSON_BYTES:
        raise TooLarge("The body is too large")
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("The body is not valid JSON") from error
    if decoded is None:
        return {}
    if not isinstance(decoded, dict):
        raise Malformed("The body is not a JSON object")
    return decoded


def _is_bounded(request: Request) -> bool:
    """Whether a form says what its parts are divided by: programs leave it out where they send none."""
    return "boundary=" in request.headers["content-type"]


async def _multipart(request: Request, uploads: bool) -> Iterable[tuple[str, Any]]:
    files, fields, size = (
        (MAX_FILES, MAX_PARTS, _PART_BYTES) if uploads else (0, _STRANGERS_PARTS, _STRANGERS_PART_BYTES)
    )
    try:
        form = await request.form(max_files=files, max_fields=fields, max_part_size=size)
    except (MultiPartException, HTTPException) as error:  # Starlette makes the second of the first inside an app
        raise Malformed("The form cannot be read") from error
    return [(name, value) for name, value in form.multi_items() if not await _is_no_file(value)]


async def _is_no_file(value: Any) -> bool:
    """Whether this is what browsers send for a file that nobody has chosen (HTML, "constructing the entry list")."""
    if not isinstance(value, UploadFile) or value.filename:
        return False
    await value.close()
    return True


def from_pairs(pairs: Iterable[tuple[str, Any]]) -> Tree:
    """Names with brackets and their values as a tree, by the rules of Rack. A plain name that repeats makes a list."""
    tree: Tree = {}
    for name, value in pairs:
        path = _path(name)
        if path:
            _put(tree, path, value)
    return tree


def _path(name: str) -> list[str]:
    """`poll[options][]` as `poll`, `options`, and an empty name that stands for the next place of a list."""
    matched = _NAME.fullmatch(name)
    if matched is None:
        return [name] if name else []
    rest = _KEY.findall(name[len(matched[1]) :])
    return [matched[1], *rest] if len(rest) < MAX_DEPTH else []


def _put(tree: Tree, path: list[str], value: Any) -> None:
    name, rest = path[0], path[1:]
    if not rest:
        known = tree.get(name)
        if isinstance(known, list):
            known.append(value)
        else:
            tree[name] = value if name not in tree else _Repeated([known, value])
    elif rest[0] == "":
        _put_in_list(_child(tree, name, list), rest[1:], value)
    else:
        _put(_child(tree, name, dict), rest, value)


def _put_in_list(into: list[Any], rest: list[str], value: Any) -> None:
    """`x[]=1` is a further value; `x[][name]=1` belongs to the last hash until that has a `name`."""
    if not rest or rest == [""]:
        into.append(value)
        return
    if not into or not isinstance(into[-1], dict) or _has(into[-1], rest):
        into.append({})
    _put(into[-1], rest, value)


def _has(tree: Tree, path: list[str]) -> bool:
    if path[0] not in tree:
        return False
    below = tree[path[0]]
    return not (len(path) > 1 and (path[1] == "" or (isinstance(below, dict) and not _has(below, path[1:]))))


def _child(tree: Tree, name: str, kind: type[Any]) -> Any:
    """What stands under a name, if it is of the kind its brackets say; else it begins anew."""
    known = tree.get(name)
    if not isinstance(known, kind):
        known = tree[name] = [known] if kind is list and isinstance(known, str) else kind()
    return known

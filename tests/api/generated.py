"""Calls that schemathesis makes up from an OpenAPI description, and such a description of Mastodon's operations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx2
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.api.conftest import Client
from tests.api.coverage import Row, offered
from tests.api.specification import FOLDER, endpoints

Json = dict[str, Any]

_TYPES: dict[str, Json] = {
    "String": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "Integer": {"type": "integer"},
    "Number": {"type": "number"},
    "Object": {"type": "object"},
    "Hash": {"type": "object"},
    "Array of String": {"type": "array", "items": {"type": "string"}},
    "Array of Integer": {"type": "array", "items": {"type": "integer"}},
    "Array of Hash": {"type": "array", "items": {"type": "object"}},
}
_FILES = ("file", "avatar", "header", "thumbnail")
_REFERS = re.compile(r"(^|_)ids?(\[\])?$|^(account|max|min|since|uri)_?id$")


@dataclass(frozen=True, slots=True)
class Request:
    """What goes over the wire."""

    operation: str
    method: str
    url: str
    headers: dict[str, str]
    body: bytes | None

    def __str__(self) -> str:
        return f"{self.method} {self.url[:300]} {self.body!r:.300}"


# --- Mastodon's operations as OpenAPI ---------------------------------------------------------------


@cache
def _parameters() -> dict[tuple[str, str], list[Json]]:
    found = json.loads((FOLDER / "requests.json").read_text("utf-8"))
    return {(each["method"], each["path"]): each["params"] for each in found}


def parameters(method: str, path: str) -> list[Json]:
    """What an operation of Mastodon's takes in its query or its body."""
    return [each for each in _parameters().get((method, path), []) if each["in"] in ("query", "form")]


def mastodons(ids: list[str], *, without: tuple[str, ...] = ()) -> Json:
    """Mastodon's operations, as far as we have them, as OpenAPI 3.1. What refers to something takes one of `ids`, or
    anything; paths that begin with one of `without` are left out.
    """
    paths: dict[str, Json] = {}
    for row in endpoints():
        if offered(row) and not row["path"].startswith(without):
            path = re.sub(r":(\w+)", r"{\1}", row["path"])
            paths.setdefault(path, {})[row["method"].lower()] = _operation(row, ids)
    return {"openapi": "3.1.0", "info": {"title": "Mastodon", "version": "1"}, "paths": paths}


def _operation(row: Row, ids: list[str]) -> Json:
    known = _parameters().get((row["method"], row["path"]), [])
    named = re.findall(r":(\w+)", row["path"])
    operation: Json = {
        "parameters": [
            *({"name": each, "in": "path", "required": True, "schema": _reference(ids)} for each in named),
            *(
                {"name": each["name"], "in": "query", "schema": _value(each, ids)}
                for each in known
                if each["in"] == "query"
            ),
        ],
        "responses": {"default": {"description": "Any"}},
    }
    form = [each for each in known if each["in"] == "form"]
    if form:
        operation["requestBody"] = {"content": _body(form, ids)}
    return operation


def _reference(ids: list[str]) -> Json:
    return {"anyOf": [{"enum": ids}, {"enum": ids}, {"type": "string"}, {"type": "integer"}]}


def _value(each: Json, ids: list[str]) -> Json:
    if _REFERS.search(each["name"]):
        one = _reference(ids)
        return {"type": "array", "items": one, "maxItems": 3} if each["name"].endswith("[]") else one
    if each["name"] in _FILES:
        return {"type": "string", "format": "binary"}
    kind: Json = _TYPES.get(each.get("type") or "", {})
    chosen = each.get("enum")
    return {"anyOf": [{"enum": chosen}, kind]} if chosen else kind


def _body(form: list[Json], ids: list[str]) -> Json:
    flat = {each["name"].replace("[:index]", "[0]"): _value(each, ids) for each in form}
    schema = {"type": "object", "properties": flat}
    if any(each["name"] in _FILES for each in form):
        return {"multipart/form-data": {"schema": schema}}
    nested: Json = {"type": "object", "properties": {}}
    for name, value in flat.items():
        _nest(nested, [part for part in re.split(r"[\[\]]+", name) if part], value)
    return {"application/x-www-form-urlencoded": {"schema": schema}, "application/json": {"schema": nested}}


def _nest(schema: Json, path: list[str], value: Json) -> None:
    here = schema.setdefault("properties", {})
    if len(path) == 1:
        here[path[0]] = value
    elif path:
        _nest(here.setdefault(path[0], {"type": "object"}), path[1:], value)


def nested(values: Json) -> Json:
    """Values by the names that forms have for them, as JSON has them: `poll[options][]` below `poll`."""
    tree: Json = {}
    for name, value in values.items():
        *above, last = [part for part in re.split(r"[\[\]]+", name) if part]
        here = tree
        for part in above:
            below = here.get(part)
            here[part] = here = below if isinstance(below, dict) else {}
        here[last] = value
    return tree


# --- calls ------------------------------------------------------------------------------------------


async def send(client: Client, request: Request) -> httpx2.Response:
    """The answer to a request; no budget is used up, for what is answered then is of no interest."""
    client.school.network.clock.advance(minutes=1)
    return await client.call(request.method, request.url, headers=request.headers, content=request.body)


def fault(request: Request, got: httpx2.Response) -> str | None:
    """What is wrong with the answer to a request of whatever kind: a fault of ours, or no JSON."""
    if got.status_code >= 500 or got.headers.get("content-type") != "application/json; charset=utf-8":
        return f"{got.status_code} {got.headers.get('content-type')} {request}"
    if got.status_code >= 400 and not isinstance(got.json().get("error"), str):
        return f"no error in {got.text} {request}"
    return None


def calls(document: Json, base: str, examples: int) -> Iterator[Request]:
    """So many calls of each operation of a description, half of them as it wants them; the same ones each time."""
    schema = schemathesis.openapi.from_dict(document)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        yield from _calls_of(found.ok(), base, examples)


def _calls_of(operation: APIOperation[Any, Any, Any, Any], base: str, examples: int) -> Iterator[Request]:
    made: list[Case[Any]] = []

    @settings(
        derandomize=True,
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of([operation.as_strategy(mode) for mode in _modes(operation)]))
    def collect(case: Case[Any]) -> None:
        made.append(case)

    collect()
    label = f"{operation.method.upper()} {operation.path}"
    yield from (_request(case, base, label) for case in made)


def _modes(operation: APIOperation[Any, Any, Any, Any]) -> list[GenerationMode]:
    return list(GenerationMode) if list(operation.iter_parameters()) or operation.body else [GenerationMode.POSITIVE]


def _request(case: Case[Any], base: str, label: str) -> Request:
    wanted = {name: value for name, value in case.as_transport_kwargs(base_url=base).items() if name in _SENT}
    prepared = requests.Request(**wanted).prepare()
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    assert body is None or isinstance(body, bytes)
    headers = {name: str(value) for name, value in prepared.headers.items() if name.lower() != "user-agent"}
    return Request(label, prepared.method or "GET", prepared.url or "", headers, body)


_SENT = ("method", "url", "headers", "params", "data", "json", "files", "cookies")

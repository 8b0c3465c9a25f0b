"""The OpenAPI 3.1 description of `/api/fedi/v1`, made from the table of operations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

import fedi
from fedi.api.call import FIVE_MINUTES, Answer, Call, answer
from fedi.api.described import About, Parameter
from fedi.api.entities.instance import OWN_API_VERSION
from fedi.api.operations import Endpoint, Operation
from fedi.policies.scopes import SCOPES

Json = dict[str, Any]

PREFIX = "/api/fedi/v1/"
_REFERENCE = "#/components/schemas/{name}"
_REFUSED = {
    "401": "The token is unknown, was revoked, or belongs to nobody.",
    "403": "The token lacks the scope.",
    "404": "There is no such thing, or the caller may not see it.",
    "429": "Too many requests; `Retry-After` says when to come again.",
}


class Error(msgspec.Struct):
    """Why something was refused."""

    error: str


def describing(table: Callable[[], Iterable[Operation]]) -> Endpoint:
    """The endpoint that describes the operations of ours in a table, which may not be complete yet."""

    async def show(call: Call) -> Answer:
        return answer(document(table(), call.instance.school.base_url), headers=FIVE_MINUTES)

    return show


def document(table: Iterable[Operation], base_url: str) -> Json:
    """The description of those rows that say something about themselves."""
    rows = [(each, each.about) for each in table if each.about is not None]
    types = [about.answers for _, about in rows]
    schemas, components = msgspec.json.schema_components([*types, Error], ref_template=_REFERENCE)
    paths: dict[str, Json] = {}
    for (row, about), schema in zip(rows, schemas, strict=False):
        paths.setdefault(template(row.path), {})[row.method.lower()] = _operation(row, about, schema)
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": "fedi: materials, library and agreements",
            "version": str(OWN_API_VERSION),
            "summary": "What a school has beyond Mastodon's API.",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
            "x-software": f"fedi {fedi.__version__}",
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"oauth": _oauth(base_url)}},
    }


def template(path: str) -> str:
    """A path of the table as OpenAPI writes it: `{id}` for `:id`."""
    return re.sub(r":(\w+)", r"{\1}", path)


def _operation(row: Operation, about: About, schema: Json) -> Json:
    return {
        "operationId": _name(row),
        "summary": about.summary,
        "parameters": [_parameter(each) for each in about.parameters],
        "security": [{}, *({"oauth": [scope]} for scope in row.scopes)],
        "responses": {
            "200": {
                "description": about.summary,
                "content": {"application/json": {"schema": schema}},
                **({"headers": {"Link": _LINK}} if about.paged else {}),
            },
            **{status: _refusal(why) for status, why in _REFUSED.items()},
        },
    }


_LINK = {
    "description": 'The neighbouring pages: `<address>; rel="next"`, `rel="prev"`. Follow it, and make none yourself.',
    "schema": {"type": "string"},
}


def _name(row: Operation) -> str:
    parts = row.path.removeprefix(PREFIX).replace(":", "by_").replace(".", "_").split("/")
    return "_".join((row.method.lower(), *parts))


def _parameter(each: Parameter) -> Json:
    return {
        "name": each.name,
        "in": each.place,
        "required": each.place == "path",
        "description": each.description,
        "schema": each.schema(),
    }


def _refusal(why: str) -> Json:
    schema = {"$ref": _REFERENCE.format(name="Error")}
    return {"description": why, "content": {"application/json": {"schema": schema}}}


def _oauth(base_url: str) -> Json:
    flow = {
        "authorizationUrl": f"{base_url}/oauth/authorize",
        "tokenUrl": f"{base_url}/oauth/token",
        "scopes": {scope: "" for scope in SCOPES if scope.startswith("read")},
    }
    return {"type": "oauth2", "flows": {"authorizationCode": flow}}

"""Whatever the table answers a GET with is what Mastodon's entities are, for an empty, a small and a rich account."""

from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest

from fedi.api import OPERATIONS, openapi
from fedi.api.openapi import PREFIX
from fedi.api.operations import Operation
from fedi.models.notifications import NotificationKind
from tests.api.answers import ENTITIES, LASTING, PLAIN, wrong_with
from tests.api.conftest import Clients
from tests.api.lives import Life, Rich, empty, small

READS = [each for each in OPERATIONS if each.method == "GET" and not each.path.startswith(LASTING)]
OURS = [each for each in READS if each.path.startswith(PREFIX)]
MASTODONS = [each for each in READS if each not in OURS]

REFUSED = {
    "/api/oembed": 404,
    "/api/v1/admin/canonical_email_blocks/:id": 404,
    "/api/v1/admin/tags/:id": 404,
    "/api/v1/instance/domain_blocks": 404,
    "/api/v1/timelines/link": 404,
    "/api/v1/push/subscription": 404,
    "/api/v1/instance/terms_of_service": 404,
}
"""What there is none of answers so, and only so: everything else is there."""


def prefix(path: str) -> str:
    """The part of an address that does not vary, or all of it."""
    return path.partition(":")[0]


def addresses(life: Life, path: str) -> list[str]:
    """Every address of an operation that there is for somebody."""
    if ":" not in path:
        return [f"{path}?{life.query.get(path, '')}"]
    before, _, rest = path.partition(":")
    after = rest.partition("/")[1] + rest.partition("/")[2]
    return [f"{before}{each}{after}" for each in life.there.get(before, [])]


async def answers(life: Life, rows: list[Operation]) -> dict[str, list[str]]:
    """What is wrong with the answers of these operations, by address."""
    wrong = {}
    for row in rows:
        for address in addresses(life, row.path):
            found = await problems_at(life, row, address)
            if found:
                wrong[address] = found
    return wrong


async def problems_at(life: Life, row: Operation, address: str) -> list[str]:
    got = await life.client.get(address)
    if got.headers["content-type"] != "application/json; charset=utf-8":
        return [f"it is {got.headers['content-type']}"]
    body = got.json()
    if got.status_code != 200:
        known = got.status_code == refusal(row.path) and isinstance(body.get("error"), str)
        return [] if known else [f"{got.status_code} {got.text}"]
    return plainly_wrong(PLAIN[row.path], body) if row.path in PLAIN else wrong_with(row.path, body)


def refusal(path: str) -> int | None:
    if path.endswith("/source"):
        return 404
    return REFUSED.get(path, 403 if "/admin/" in path else None)


def plainly_wrong(kind: type, body: Any) -> list[str]:
    try:
        msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        return [str(error)]
    return []


@pytest.mark.parametrize("row", MASTODONS, ids=lambda row: row.path)
def test_it_is_known_what_an_operation_answers_with(row: Operation) -> None:
    assert row.path in ENTITIES or row.path in PLAIN, "say in tests/api/answers.py which entity it is"


async def test_the_answers_of_an_empty_account_are_mastodons_entities(clients: Clients) -> None:
    assert await answers(await empty(clients), MASTODONS) == {}


async def test_the_answers_of_a_small_account_are_mastodons_entities(clients: Clients) -> None:
    assert await answers(await small(clients), MASTODONS) == {}


async def test_the_answers_of_a_rich_account_are_mastodons_entities(clients: Clients, tmp_path: Path) -> None:
    life = await Rich(clients, tmp_path).live()

    assert {each["type"] for each in (await life.client.get("/api/v1/notifications?limit=80")).json()} == {
        kind.value for kind in NotificationKind
    }
    assert {row.path for row in READS if not addresses(life, row.path)} == set()
    assert await answers(life, MASTODONS) == {}
    assert await ours(life) == {}


async def ours(life: Life) -> dict[str, list[str]]:
    """The same of our own operations, against their description."""
    described = openapi.document(OPERATIONS, life.client.school.base)
    wrong = {}
    for row in OURS:
        if row.about is None:
            continue
        operation = described["paths"][openapi.template(row.path)]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        validator = jsonschema_rs.Draft202012Validator({**schema, "components": described["components"]})
        for address in addresses(life, row.path):
            body = (await life.client.get(address)).json()
            found = [str(error) for error in validator.iter_errors(body)]
            if found:
                wrong[address] = found
    return wrong

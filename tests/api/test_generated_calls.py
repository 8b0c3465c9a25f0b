"""Whatever a program sends to the API, it is answered in JSON and never with a fault of ours."""

import os
import re
from pathlib import Path
from typing import Any

import httpx2
import jsonschema_rs
import pytest

from fedi.api import OPERATIONS, openapi
from tests.api.conftest import Clients
from tests.api.generated import Request, calls, fault, mastodons, send
from tests.api.lives import Life, Rich

pytestmark = pytest.mark.timeout(int(os.environ.get("FEDI_CALLS", "6")) * 50)

EXAMPLES, OUR_EXAMPLES = (int(os.environ.get("FEDI_CALLS", each)) for each in (3, 12))
"""Of each operation; FEDI_CALLS asks for more of them."""
PAGES = ("/@", "/tags/", "/users/", "/share", "/auth", "/authorize", "/oauth/authorize", "/.well-known", "/health")
OTHERS = (*PAGES, "/nodeinfo", "/inbox", "/actor", "/contexts", "/emojis", "/api/v1/streaming", "/oauth/revoke")
"""Not of the API, or never at an end; and signing oneself out would leave only strangers."""


def ids(life: Life) -> list[str]:
    return sorted({each for found in life.there.values() for each in found[:4]})


async def test_no_call_of_mastodons_operations_makes_the_school_fail(clients_of_both: Clients, tmp_path: Path) -> None:
    life = await Rich(clients_of_both, tmp_path).live()
    made = list(calls(mastodons(ids(life), without=OTHERS), clients_of_both.school.base, EXAMPLES))
    callers = (clients_of_both.stranger, clients_of_both.bolat, life.client)

    faults = [fault(each, await send(caller, each)) for each in made for caller in callers]

    assert unasked({each.operation for each in made}) == set()
    assert list(filter(None, faults)) == []
    assert (await life.client.get("/api/v1/accounts/verify_credentials")).status_code == 200


def unasked(labels: set[str]) -> set[str]:
    """The operations of the table that no call was made up for."""
    names = {
        re.sub(r":(\w+)", r"{\1}", f"{each.method} {each.path}")
        for each in OPERATIONS
        if each.path.startswith("/api/v")
    }
    return {each for each in names - labels if not each.partition(" ")[2].startswith(OTHERS)}


async def test_our_own_operations_answer_as_they_are_described(clients: Clients, tmp_path: Path) -> None:
    life = await Rich(clients, tmp_path).live()
    described = openapi.document(OPERATIONS, clients.school.base)

    faults: list[str | None] = []
    for request in calls(described, clients.school.base, OUR_EXAMPLES):
        for caller in (clients.stranger, life.client):
            got = await send(caller, request)
            faults += [fault(request, got), misdescribed(described, request, got)]

    assert list(filter(None, faults)) == []


def misdescribed(described: dict[str, Any], request: Request, got: httpx2.Response) -> str | None:
    method, path = request.operation.split()
    operation = described["paths"][path].get(request.method.lower())
    if operation is None:
        return None if got.status_code == 404 else f"{got.status_code} {request}"
    if str(got.status_code) not in operation["responses"]:
        return f"{method} answers {got.status_code}, which is not described: {request}"
    schema = operation["responses"][str(got.status_code)]["content"]["application/json"]["schema"]
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": described["components"]})
    found = [str(error) for error in validator.iter_errors(got.json())]
    return f"{found} {request}" if found else None

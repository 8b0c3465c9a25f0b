"""What no client sends: every operation answers it in JSON and with no fault of ours, on either engine.

PostgreSQL refuses NUL, half characters and numbers of more than 64 bits, where SQLite takes some of them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from fedi.api import OPERATIONS
from fedi.api.operations import Operation
from tests.api.conftest import Clients
from tests.api.generated import Request, fault, nested, parameters, send
from tests.api.lives import Life, Rich

WHOLE = "FEDI_CALLS" in os.environ
SHARE, OTHERS_SHARE = (1, 7) if WHOLE else (7, 3)
"""One call in so many is made, and of these one in so many by somebody who may do less; FEDI_CALLS asks for all."""

pytestmark = pytest.mark.timeout(900 if WHOLE else 300)

NEVER_ENDING = "/api/v1/streaming"

DEEP: Any = "x"
for _ in range(50):
    DEEP = [DEEP]

TEXTS = [
    "\0",
    "a\0b",
    "🏫",
    "٣",
    "",
    " \n\r\t",
    "#",
    "@",
    "@a@[::1",
    "https://[",
    "http://almaty.test/\0",
    "NaN",
    "1e400",
]
NUMBERS = ["-1", "0", str(2**63), str(-(2**63) - 1), "9" * 500]
TIMES = ["2026-13-45T99:99:99Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "-1000000-01-01"]
NO_TEXTS: list[Any] = [True, None, -5, 1.5, 1e308, 2**63, 2**64, -(2**63) - 1, 10**30, 253_402_300_800_000]
TREES: list[Any] = [
    [],
    {},
    [[]],
    [{}],
    {"a": {"b": 1}},
    ["x", None, {"y": []}],
    [2**63],
    ["\0"],
    {"0": {"id": 2**70}},
    DEEP,
]
LONG = ["x" * 20_000, "9" * 5_000]
RAW_JSON = [b'"\\ud800"', b'"\\u0000"', b'"\xff"', b'"\xed\xa0\x80"', b"-", b"1" * 400]
RAW_TEXT = ["%FF", "%ED%A0%80", "%00", "%C3%28", "%25%30%30"]
PATHS = ["%00", "a%00b", "%ED%A0%80", "%FF%FE", "%F0%9F%8F%AB", "%D9%A3", "%0A", "1%20", "%25", "%23", "%3F", "1%2F2"]
PATHS += ["%2e%2e", "-1", "+1", "0", "a;b", "@", str(2**63), "9" * 18, "9" * 500, "x" * 5_000]
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n%b\r\n%b\r\n--x--\r\n'
BODIES: list[tuple[str, bytes]] = [
    ("", b"{}"),
    ("text/plain", b"x"),
    ("application/xml", b"<x/>"),
    ("application/octet-stream", b"\0" * 100),
    ("application/json", b"[]"),
    ("application/json", b"null"),
    ("application/json", b"{"),
    ("application/json", b"\xef\xbb\xbf{}"),
    ("application/json", b"[" * 100_000),
    ("application/json", b'{"a":' * 100_000),
    ("application/json", b" " * 1_100_000),
    ("application/json; charset=utf-16", "{}".encode("utf-16")),
    ("application/x-www-form-urlencoded", b"a=1&" * 5_000),
    ("application/x-www-form-urlencoded", b"a" + b"[b]" * 2_000 + b"=1"),
    ("multipart/form-data", b""),
    ("multipart/form-data; boundary=", b""),
    ("multipart/form-data; boundary=%", b"--%"),
    ("multipart/form-data; boundary=x", b""),
    ("multipart/form-data; boundary=x", b"--x\r\n"),
    ("multipart/form-data; boundary=x", b"--x--\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nabc\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", PART % (b"a.png", b"", b"")),
    ("multipart/form-data; boundary=x", PART % (b"\xff\0.png", b"Content-Type: image/png\r\n", b"\x89PNG\r\nabc")),
    ("multipart/mixed; boundary=x", b"--x--"),
]
"""How a body is read does not hang on the operation: these are sent to some of them."""

READ_IN_ALL_WAYS = [
    ("POST", "/api/v1/apps"),
    ("POST", "/oauth/token"),
    ("GET", "/api/v1/timelines/public"),
    ("POST", "/api/v1/statuses"),
    ("POST", "/api/v2/media"),
    ("DELETE", "/api/v1/lists/:id/accounts"),
    ("PATCH", "/api/v1/accounts/update_credentials"),
]


def asked(operation: Operation, url: str, content_type: str = "", body: bytes | None = None) -> Request:
    headers = {"Content-Type": content_type} if content_type else {}
    return Request(f"{operation.method} {operation.path}", operation.method, url, headers, body)


def places(operation: Operation, life: Life) -> tuple[str, list[str]]:
    """An address of an operation with something that is there, and hostile ones in its stead."""
    parts = re.findall(r":\w+", operation.path)
    there = quote((life.there.get(operation.path.partition(":")[0]) or ["1"])[0], safe="")
    hostile = [re.sub(r":\w+", there, operation.path.replace(part, value, 1)) for part in parts for value in PATHS]
    return re.sub(r":\w+", there, operation.path), hostile


def hostile(operation: Operation, life: Life) -> Iterator[Request]:
    """Every parameter of an operation with each value at once, in its query, in a form and in JSON; each part of its
    path.
    """
    url, elsewhere = places(operation, life)
    yield from (asked(operation, each) for each in elsewhere)
    known = parameters(operation.method, operation.path)
    names = [each["name"].replace("[:index]", "[0]") for each in known]
    if not names:
        yield asked(operation, f"{url}?id=%00")
        return
    for value in [*TEXTS, *NUMBERS, *TIMES, *NO_TEXTS, *TREES, *LONG]:
        body = json.dumps(nested({name: deepcopy(value) for name in names}))
        yield asked(operation, url, "application/json", body.encode())
    for text in [*map(quote, [*TEXTS, *NUMBERS, *TIMES]), *RAW_TEXT]:
        pairs = "&".join(f"{quote(name)}={text}" for name in names)
        yield asked(operation, f"{url}?{pairs}"[:60_000])
        yield asked(operation, url, "application/x-www-form-urlencoded", pairs.encode())
    for raw in RAW_JSON:
        members = b",".join(json.dumps(name.partition("[")[0]).encode() + b":" + raw for name in names)
        yield asked(operation, url, "application/json", b"{%b}" % members)


def _share(made: list[Request], share: int) -> list[Request]:
    """One in so many, beginning with another one for each operation, and at least one."""
    return made[len(made[0].operation) % share :: share] or made[:1]


async def test_nothing_hostile_makes_the_school_fail(clients_of_both: Clients, tmp_path: Path) -> None:
    life = await Rich(clients_of_both, tmp_path).live()
    operations = [each for each in OPERATIONS if not each.path.startswith(NEVER_ENDING)]
    made = [each for operation in operations for each in _share(list(hostile(operation, life)), SHARE)]
    calls = [(life.client, each) for each in made]
    calls += [(who, each) for each in made[::OTHERS_SHARE] for who in (clients_of_both.bolat, clients_of_both.stranger)]

    faults = [fault(each, await send(who, each)) for who, each in calls]

    assert {each.operation for each in made} == {f"{each.method} {each.path}" for each in operations}
    assert list(filter(None, faults)) == []
    assert (await life.client.get("/api/v1/accounts/verify_credentials")).status_code == 200


@pytest.mark.parametrize(("method", "path"), READ_IN_ALL_WAYS)
async def test_no_body_makes_the_school_fail(clients: Clients, method: str, path: str) -> None:
    [operation] = [each for each in OPERATIONS if (each.method, each.path) == (method, path)]
    made = [asked(operation, path.replace(":id", "1"), *each) for each in BODIES]

    faults = [fault(each, await send(caller, each)) for caller in (clients.aigul, clients.stranger) for each in made]

    assert list(filter(None, faults)) == []

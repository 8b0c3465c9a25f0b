"""What no browser sends: no page and no form makes a fault of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from fedi import web
from fedi.server import NEGOTIATED
from tests.web.browsing import Browser
from tests.web.conftest import Visitors

pytestmark = pytest.mark.timeout(300)

FOLDER = Path(web.__file__).parent
IN_ADDRESSES = ["%00", "a%00b", "%ED%A0%80", "%FF", "9" * 30, "9" * 700, "-1", "https://[", "@a@[::1", "@a%00"]
IN_ADDRESSES += ["http://almaty.test/%00", "2026-13-40T99:99", "0001-01-01T00:00", "9999-12-31T23:59"]
IN_FORMS = [
    "\0",
    "a\0b",
    "",
    "-1",
    "0",
    "1",
    "9" * 30,
    "1e400",
    "٣",
    "https://[",
    "http://[::1/inbox",
    "@a@[::1",
    "aigul",
]
IN_FORMS += ["2026-13-40T99:99", "0001-01-01T00:00", "9999-12-31T23:59", "x" * 5_000, "\ufffe", "\u202e", "😀", "1\n2"]
OF_PROGRAMS = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)
ENDS_A_VISIT = ("/logout", "/settings/leave", "/settings/move/away", "/settings/password")
SHARE = 3
"""Each page is sent one in so many of these, another part of them than the page before it."""


def names(pattern: str) -> list[str]:
    """What the code of the pages reads from an address or a form."""
    found = {name for file in FOLDER.rglob("*.py") for name in re.findall(pattern, file.read_text("utf-8"))}
    assert found, pattern
    return sorted(found)


def pages(method: str) -> Iterator[str]:
    found = [each.path for each in web.PAGES if method in (each.methods or ())]
    yield from (path for path in found if path not in ENDS_A_VISIT)
    yield from NEGOTIATED if method == "GET" else ()


def address(path: str, visitors: Visitors, post_id: int) -> str:
    number = visitors.aigul.id if path.startswith("/users/") else post_id
    return re.sub(r"\{\w+\}", "aigul", re.sub(r"\{\w+:\w+\}", str(number), path))


def parts(values: list[str]) -> Iterator[list[str]]:
    return cycle([values[first::SHARE] for first in range(SHARE)])


async def test_no_address_makes_a_page_fail(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.aigul)
    asked = [*names(r'query_params\.get\(\s*"(\w+)"'), *OF_PROGRAMS]

    faults = {
        (path, value): got.status_code
        for path, values in zip(pages("GET"), parts(IN_ADDRESSES), strict=False)
        for value in values
        for browser in (visitors.teacher, visitors.admin, visitors.stranger)
        if (got := await browser.get(_asking(address(path, visitors, post.id), asked, value))).status_code >= 500
    }

    assert faults == {}


def _asking(path: str, asked: list[str], value: str) -> str:
    return f"{path}?{'&'.join(f'{name}={value}' for name in asked)}"


async def test_no_form_makes_a_page_fail(visitors: Visitors) -> None:
    post = await visitors.school.post(visitors.aigul)
    fields = [each for each in names(r'\.(?:value|values_of|number)\(\s*"(\w+)"') if each != "csrf"]

    async def sent(browser: Browser, path: str, value: str) -> int:
        filled = {name: [value, value] if name.endswith("s") else value for name in fields}
        return (await browser.send(address(path, visitors, post.id), filled)).status_code

    faults = {
        (path, value): status
        for path, values in zip(pages("POST"), parts(IN_FORMS), strict=False)
        for value in values
        for browser in (visitors.teacher, visitors.admin, visitors.stranger)
        if (status := await sent(browser, path, value)) >= 500
    }

    assert faults == {}

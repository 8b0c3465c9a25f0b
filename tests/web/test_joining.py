"""Opening an account with a link, as somebody does it who has never done it before."""

import re
from pathlib import Path

import httpx2
import pytest

from fedi.config import LANGUAGES
from fedi.models.accounts import Role
from tests.network import open_network
from tests.web.browsing import Browser, problems_of, signed_in, text_of
from tests.web.conftest import Visitors

GOOD = {"name": "Dana Ospanova", "username": "dana", "password": "four words in a row"}


async def invited(visitors: Visitors, role: str = "teacher", uses: int = 1) -> str:
    page = await visitors.admin.send("/admin/invitations", {"role": role, "uses": str(uses)})
    [path] = re.findall(r"<code>http://almaty.test(/join/[^<]+)</code>", page.text)
    return str(path)


async def test_all_that_is_wrong_is_told_at_once(visitors: Visitors) -> None:
    path = await invited(visitors)

    refused = await visitors.stranger.send(path, {"name": "  ", "username": "дана", "password": "short"})
    page = text_of(refused.text)

    assert (refused.status_code, problems_of(refused.text)) == (422, [])
    assert "Write your name." in page
    assert "Use 2 to 30 Latin letters" in page
    assert "Take at least 10 characters" in page
    assert "short" not in refused.text.partition("f-password")[2].partition(">")[0]


async def test_what_is_right_is_still_there_when_something_is_wrong(visitors: Visitors) -> None:
    refused = await visitors.stranger.send(await invited(visitors), GOOD | {"username": "saule"})

    assert 'value="Dana Ospanova"' in refused.text
    assert "taken already" in text_of(refused.text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_link_that_was_used_says_so_and_what_to_do(visitors: Visitors, language: str) -> None:
    path = await invited(visitors)
    await visitors.stranger.send(path, GOOD)
    again = await Browser(visitors.school, language=language).get(path)
    deleted = await Browser(visitors.school, language=language).get("/reset/nothing")

    assert (again.status_code, problems_of(again.text)) == (410, [])
    assert text_of(again.text).partition("410")[2] == text_of(deleted.text).partition("410")[2]
    if language == "en":
        assert "Ask the administrator of your school for a new one." in text_of(again.text)


@pytest.mark.parametrize(("role", "told"), [("admin", True), ("teacher", False)])
async def test_an_administrator_is_shown_where_to_invite_the_teachers(
    visitors: Visitors, role: str, told: bool
) -> None:
    joined = await visitors.stranger.send(await invited(visitors, role), GOOD)
    cookie = re.search(r"session=([^;]+)", joined.headers["set-cookie"])
    assert cookie
    page = await Browser(visitors.school, cookie[1]).get(joined.headers["location"])

    assert "Your account is open." in text_of(page.text)
    assert ("Invite the teachers of your school" in text_of(page.text)) == told


async def handed_out(visitors: Visitors, browser: Browser) -> httpx2.Response:
    return await browser.send(f"/admin/people/{visitors.aigul.id}/password")


async def test_an_administrator_hands_out_a_link_to_a_new_password(visitors: Visitors) -> None:
    made = await handed_out(visitors, visitors.admin)
    [path] = re.findall(r"<code>http://almaty.test(/reset/[\w-]+)</code>", made.text)
    changed = await visitors.stranger.send(path, {"password": GOOD["password"]})
    page = await visitors.stranger.get(changed.headers["location"])
    signed = await visitors.stranger.send("/login", {"name": "aigul", "password": GOOD["password"], "next": "/home"})

    assert (made.status_code, problems_of(made.text), problems_of(page.text)) == (200, [], [])
    assert "Sign in with it." in text_of(page.text)
    assert signed.headers["location"] == "/home"
    assert (await visitors.stranger.get(path)).status_code == 410


async def test_nobody_else_makes_a_link_to_a_password(visitors: Visitors) -> None:
    moderator = await signed_in(visitors.school, await visitors.school.teacher("dana"), role=Role.MODERATOR)
    own = await visitors.admin.send(f"/admin/people/{visitors.saule.id}/password")
    stranger = await visitors.admin.send("/admin/people/12345/password")

    for browser in (moderator, visitors.teacher):
        refused = await handed_out(visitors, browser)
        assert (refused.status_code, "/reset/" in refused.text) == (403, False)
    assert (own.status_code, stranger.status_code) == (403, 404)
    assert "/password" not in (await moderator.get(f"/admin/people/{visitors.aigul.id}")).text


async def pressed(visitors: Visitors, path: str, fields: dict[str, str]) -> httpx2.Response:
    """Sent before the answer to what was sent earlier has come, with its cookie."""
    visitors.network.browser.cookies.clear()
    return await visitors.stranger.send(path, fields)


async def test_pressing_twice_opens_one_account_and_leads_into_it(visitors: Visitors) -> None:
    once, for_many = await invited(visitors), await invited(visitors, uses=5)

    for path, fields in ((once, GOOD), (for_many, GOOD | {"username": "timur"})):
        sent = [await pressed(visitors, path, fields) for _ in range(2)]
        assert [each.headers.get("location") for each in sent] == ["/settings?new=1", "/settings?new=1"]
        assert all("session=" in each.headers["set-cookie"] for each in sent)


async def test_a_used_link_leads_nobody_into_an_account_whose_password_she_does_not_know(visitors: Visitors) -> None:
    path = await invited(visitors)
    await pressed(visitors, path, GOOD)

    guessed = await pressed(visitors, path, GOOD | {"password": "another guess of mine"})

    assert (guessed.status_code, "set-cookie" in guessed.headers) == (410, False)


async def test_somebody_who_is_signed_in_can_use_a_link_for_somebody_else(visitors: Visitors) -> None:
    path = await invited(visitors)
    page = (await visitors.admin.get(path)).text
    joined = await visitors.admin.send(path, GOOD)

    assert f'name="csrf" value="{visitors.admin.csrf}"' in page
    assert joined.headers["location"] == "/settings?new=1"


async def test_where_nobody_joins_by_invitation_no_invitation_is_offered(tmp_path: Path) -> None:
    async with open_network(tmp_path / "instances", 1, registrations="closed") as network:
        school = network["almaty"]
        admin = await signed_in(school, await school.teacher("saule"), role=Role.ADMIN)
        page = (await admin.get("/admin/")).text

    assert "nobody joins by invitation" in text_of(page)
    assert 'action="/admin/invitations"' not in page

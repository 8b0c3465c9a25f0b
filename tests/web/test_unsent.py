"""What was typed into a form is not lost, whatever has become of the session meanwhile."""

import re
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from fedi.auth import passwords
from fedi.models.accounts import Role
from fedi.store import accounts
from tests.web.browsing import Browser, Files, problems_of, signed_in, text_of
from tests.web.conftest import Visitors

PASSWORD = "four words in a row"
TEXT = "How do you teach <b>fractions</b>?\nHalf an hour of typing"


async def with_a_password(visitors: Visitors) -> None:
    hashed = await passwords.hash_password(PASSWORD)
    await visitors.school.write(accounts.set_password, visitors.aigul.id, hashed)


def inputs(html: str) -> dict[str, str]:
    """What the hidden inputs of the page's own form hold."""
    form = html[html.index("<main") : html.index("</main>")]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") for name, value in found}


async def sent_too_late(
    visitors: Visitors, path: str, fields: dict[str, Any], files: Files | None = None, **headers: str
) -> httpx2.Response:
    browser: Browser = replace(visitors.teacher, cookie="")
    return await browser.send(path, fields, files, **headers)


async def test_a_post_sent_after_the_session_has_ended_is_gone_on_with_after_signing_in(visitors: Visitors) -> None:
    await with_a_password(visitors)
    late = await sent_too_late(visitors, "/compose", {"text": TEXT, "circle": "school", "do": "publish"})
    asked = inputs(late.text)
    wrong = await visitors.stranger.send("/login", asked | {"name": "aigul", "password": "no"})
    signed = await visitors.stranger.send("/login", inputs(wrong.text) | {"name": "aigul", "password": PASSWORD})
    cookie = re.search(r"session=([^;]+)", signed.headers["set-cookie"])
    assert cookie
    back = Browser(visitors.school, cookie[1])
    kept = inputs(signed.text)
    form = await back.send("/compose", kept)
    page = text_of(signed.text)

    assert (late.status_code, wrong.status_code, signed.status_code) == (401, 401, 200)
    assert [problems_of(each.text) for each in (late, wrong, signed)] == [[], [], []]
    assert "Nothing is lost" in text_of(late.text)
    assert "Half an hour of typing" in page
    assert 'action="/compose"' in signed.text
    assert (form.status_code, "Half an hour of typing" in form.text) == (200, True)
    assert 'value="school" checked' in form.text


async def test_a_post_sent_with_the_token_of_an_earlier_session_is_gone_on_with(visitors: Visitors) -> None:
    again = await signed_in(visitors.school, visitors.aigul)
    old = replace(again, csrf=visitors.teacher.csrf)

    late = await old.send("/compose", {"text": TEXT, "circle": "school", "do": "publish"})
    kept = inputs(late.text)
    form = await again.send("/compose", kept)

    assert (late.status_code, problems_of(late.text)) == (403, [])
    assert (kept["csrf"], kept["do"], kept["text"]) == (again.csrf, "attach", TEXT)
    assert "Half an hour of typing" in form.text


async def test_another_form_is_sent_as_it_was(visitors: Visitors) -> None:
    again = await signed_in(visitors.school, visitors.aigul)
    old = replace(again, csrf=visitors.teacher.csrf)

    late = await old.send("/lists", {"title": "Physicists"})
    kept = inputs(late.text)
    made = await again.send("/lists", kept)

    assert "Send it now" in late.text
    assert "Physicists" in text_of(late.text)
    assert made.headers["location"].startswith("/lists/")


async def test_files_are_said_to_be_missing(visitors: Visitors) -> None:
    await with_a_password(visitors)
    file = [("files", ("plan.pdf", b"%PDF-1.4", "application/pdf"))]
    late = await sent_too_late(visitors, "/compose", {"text": TEXT}, file)
    signed = await visitors.stranger.send("/login", inputs(late.text) | {"name": "aigul", "password": PASSWORD})

    assert "Files have to be chosen again." in text_of(signed.text)


async def test_passwords_are_not_kept_and_a_form_without_words_leads_back_to_its_page(visitors: Visitors) -> None:
    fields = {"current_password": "secret words", "password": "other secret words"}
    referer = f"{visitors.school.base}/settings?saved=1"

    late = await sent_too_late(visitors, "/settings/password", fields, Referer=referer)
    elsewhere = await sent_too_late(visitors, "/settings/password", fields, Referer="https://evil.test/settings")

    assert "secret words" not in late.text
    assert inputs(late.text)["next"] == "/settings"
    assert inputs(elsewhere.text)["next"] == "/home"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": ""}])
async def test_what_no_page_of_ours_is_known_to_have_sent_is_not_shown_again(
    visitors: Visitors, headers: dict[str, str]
) -> None:
    again = await signed_in(visitors.school, visitors.aigul)
    old = replace(again, csrf="another")

    for browser in (old, replace(visitors.teacher, cookie="")):
        refused = await browser.send("/compose", {"text": TEXT}, None, **headers)

        assert refused.status_code in (401, 403)
        assert "Half an hour of typing" not in refused.text


async def test_a_form_too_large_for_strangers_is_not_read(visitors: Visitors) -> None:
    late = await sent_too_late(visitors, "/compose", {"text": TEXT}, [("files", ("a.bin", bytes(3 << 20), "a/b"))])

    assert (late.status_code, "kept" in inputs(late.text)) == (401, False)


async def test_what_was_typed_leads_to_no_other_site(visitors: Visitors) -> None:
    await with_a_password(visitors)
    fields = {"name": "aigul", "password": PASSWORD, "next": "//evil.test/compose", "kept": "text=hello"}

    signed = await visitors.stranger.send("/login", fields)

    assert 'action="/home"' in signed.text


async def test_moderators_forms_are_kept_too(visitors: Visitors) -> None:
    moderator = await signed_in(visitors.school, visitors.saule, role=Role.MODERATOR)
    old = replace(moderator, csrf="another")

    late = await old.send(f"/admin/people/{visitors.aigul.id}", {"text": "A word", "do": "none"})

    assert (inputs(late.text)["do"], inputs(late.text)["text"]) == ("none", "A word")


async def test_she_sees_as_whom_she_would_go_on(visitors: Visitors) -> None:
    as_somebody_else = replace(visitors.admin, csrf=visitors.teacher.csrf)

    late = await as_somebody_else.send("/compose?reply=0", {"text": TEXT})

    assert "@saule" in text_of(late.text).partition("You are signed in as:")[2]
    assert 'action="/compose?reply=0"' in late.text


async def test_a_program_is_let_in_by_nobody_who_was_not_asked(visitors: Visitors) -> None:
    as_somebody_else = replace(visitors.admin, csrf=visitors.teacher.csrf)

    late = await as_somebody_else.send("/oauth/authorize", {"decision": "allow", "client_id": "x", "text": "x"})

    assert (late.status_code, "Send it now" in late.text) == (403, False)


async def test_what_comes_along_has_no_more_inputs_than_a_form_may(visitors: Visitors) -> None:
    await with_a_password(visitors)
    fields = {"name": "aigul", "password": PASSWORD, "next": "/lists", "kept": "&".join(["title=x"] * 5000)}

    signed = await visitors.stranger.send("/login", fields)

    assert signed.text.count('name="title"') == 200

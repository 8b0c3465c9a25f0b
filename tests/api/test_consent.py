"""What a teacher reads before she lets a program in, and afterwards: in her words, whatever a program calls itself."""

import re
from urllib.parse import urlencode

import httpx2
import pytest

from fedi.auth import oauth
from fedi.auth.oauth import Registration
from fedi.config import LANGUAGES
from fedi.models.oauth import App
from fedi.models.secrets import new_secret
from fedi.policies.scopes import SCOPES
from tests.api.conftest import CALLBACK, Client, Clients, let_in, register
from tests.web.browsing import Browser, problems_of, signed_in, text_of

OOB = "urn:ietf:wg:oauth:2.0:oob"
LIST = "/settings/programs"


async def registered(clients: Clients, name: str, *uris: str) -> App:
    made: App = await clients.school.write(
        oauth.register, Registration(name, uris or (CALLBACK,), SCOPES), new_secret().text, new_secret()
    )
    return made


def address(app: App, scope: str = "read write") -> str:
    sent = {"response_type": "code", "client_id": app.client_id, "redirect_uri": app.redirect_uris[0], "scope": scope}
    return f"/oauth/authorize?{urlencode(sent)}"


async def asked(browser: Browser, app: App, scope: str = "read write") -> httpx2.Response:
    page = await browser.get(address(app, scope))
    assert (page.status_code, problems_of(page.text)) == (200, [])
    return page


# --- before -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("<b>Bold</b><script>alert(1)</script>", "<h1><bdi>&lt;b&gt;Bold&lt;/b&gt;&lt;script&gt;alert(1)"),
        ("Tusky\u202eresworB\u2066 \n\t of\x00 yours", "<h1><bdi>TuskyresworB of yours</bdi></h1>"),
        ("تطبيق المعلم", "<h1><bdi>تطبيق المعلم</bdi></h1>"),
        ("x" * 60, f"<h1><bdi>{'x' * 60}</bdi></h1>"),
    ],
)
async def test_a_hostile_name_stands_alone_and_changes_nothing_around_it(
    clients: Clients, name: str, read: str
) -> None:
    app = await registered(clients, name)
    browser = await signed_in(clients.school, clients.aigul.me)
    await let_in(clients.school, clients.aigul.me, "read", app=app)

    page, listed = await asked(browser, app), await browser.get(LIST)

    assert read in page.text
    assert read.replace("h1", "h2") in listed.text
    assert problems_of(listed.text) == []
    assert not re.search("[\u202a-\u202e\u2066-\u2069\0]", page.text + listed.text)


async def test_a_name_of_nothing_that_can_be_read_is_refused(clients: Clients) -> None:
    body = {"client_name": "\u202e\u2066", "redirect_uris": CALLBACK, "scopes": "read"}

    answer = await clients.stranger.post("/api/v1/apps", json=body)

    assert (answer.status_code, answer.json()["error"]) == (422, "Validation failed: Application name can't be blank")


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("https://elk.zone/callback?x=1", "It is on the web at elk.zone."),
        ("http://127.0.0.1:8080/", "It runs on your device."),
        ("tusky://callback", "It runs on your device."),
        (OOB, "You will be given a code"),
    ],
)
async def test_it_is_said_where_a_program_is(clients: Clients, uri: str, said: str) -> None:
    app = await registered(clients, "Elk", uri)
    browser = await signed_in(clients.school, clients.aigul.me)

    assert said in text_of((await asked(browser, app)).text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_scopes_together_are_a_few_sentences_without_a_word_of_programs(
    clients: Clients, language: str
) -> None:
    app = await registered(clients, "Greedy")
    browser = await signed_in(clients.school, clients.aigul.me, language=language)

    everything = await asked(browser, app, " ".join(SCOPES))
    parts = await asked(browser, app, " ".join(scope for scope in SCOPES if scope.count(":") == 1))

    for page, most in ((everything, 8), (parts, 12)):
        [sentences] = re.findall(r"<ul><li>(.*?)</ul>", page.text)
        assert sentences.count("<li>") + 1 <= most
        assert not re.search(r"read:|write:|scope|token", text_of(sentences))


async def test_every_scope_is_said(clients: Clients) -> None:
    app = await registered(clients, "Tusky")
    browser = await signed_in(clients.school, clients.aigul.me)

    for scope in SCOPES:
        page = await asked(browser, app, scope)
        assert re.search(r"<ul><li>\w", page.text), scope


async def test_nothing_leads_away_from_the_question(clients: Clients) -> None:
    browser = await signed_in(clients.school, clients.aigul.me)

    page = await asked(browser, await registered(clients, "Tusky"))

    assert 'class="tabs"' not in page.text
    assert 'class="tabs"' in (await browser.get(LIST)).text


# --- the language, chosen on the way ----------------------------------------------------------------


async def switched(browser: Browser, page: httpx2.Response) -> str:
    """Where the switch of languages at the foot of a page leads."""
    foot = page.text.partition('action="/language"')[2]
    [back] = re.findall(r'name="back" value="([^"]*)"', foot)
    sent = await browser.send("/language", {"language": "ru", "back": back.replace("&amp;", "&")})
    assert sent.status_code == 303
    return sent.headers["location"]


async def test_another_language_of_the_question_keeps_the_question(clients: Clients) -> None:
    app = await registered(clients, "Tusky")
    browser = await signed_in(clients.school, clients.aigul.me)

    page = await browser.get(f"{address(app)}&lang=en&force_login=false")
    again = await browser.get(await switched(browser, page))

    assert '<html lang="ru">' in again.text
    assert "<bdi>Tusky</bdi>" in again.text


async def test_another_language_while_signing_in_keeps_where_she_wanted_to_go(clients: Clients) -> None:
    app, stranger = await registered(clients, "Tusky"), Browser(clients.school)
    to_sign_in = (await stranger.get(address(app))).headers["location"]
    wrong = await stranger.send("/login", {"name": "aigul", "password": "x", "next": address(app)})

    assert await switched(stranger, await stranger.get(to_sign_in)) == to_sign_in
    assert await switched(stranger, wrong) == f"/login?{urlencode({'next': address(app)})}"


async def test_another_language_of_a_search_keeps_the_search(clients: Clients) -> None:
    stranger = Browser(clients.school)

    assert await switched(stranger, await stranger.get("/library?q=halves&in=all")) == "/library?q=halves&in=all"


# --- afterwards -------------------------------------------------------------------------------------


async def test_all_that_a_program_may_is_said_though_it_was_let_in_twice(clients: Clients) -> None:
    app, _ = await register(clients.school, name="Twice")
    await let_in(clients.school, clients.aigul.me, "write", app=app)
    await let_in(clients.school, clients.aigul.me, "read:notifications", app=app)
    browser = await signed_in(clients.school, clients.aigul.me)

    page = (await browser.get(LIST)).text
    listed = text_of(page.partition("Twice</bdi>")[2].partition("</form>")[0])

    assert "Do in your name whatever you can do" in listed
    assert "Read your news" in listed


async def test_programs_say_where_they_are(clients: Clients) -> None:
    for name, uri in (("Elk", "https://elk.zone/"), ("Ivory", "ivory://callback")):
        await let_in(clients.school, clients.aigul.me, "read", app=await registered(clients, name, uri))
    browser = await signed_in(clients.school, clients.aigul.me)

    page = (await browser.get(LIST)).text

    assert "elk.zone" in page.partition("Elk</bdi>")[2].partition("</form>")[0]
    assert "On a telephone or computer" in page.partition("Ivory</bdi>")[2].partition("</form>")[0]


async def test_a_program_with_an_address_that_nobody_can_read_is_shown_and_ended_like_others(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is registered any more: one may stand here from before that was refused."""
    monkeypatch.setattr(oauth, "_check_return", lambda uri: None)
    app = await registered(clients, "Old", "https://old.test/cb", "http://[")
    await let_in(clients.school, clients.aigul.me, "read", app=app)
    browser = await signed_in(clients.school, clients.aigul.me)

    assert "old.test" in (await browser.get(LIST)).text.partition("Old</bdi>")[2].partition("</form>")[0]
    await browser.send(f"{LIST}/end", {"app": str(app.id)})
    assert "Old</bdi>" not in (await browser.get(LIST)).text


async def test_the_access_of_all_programs_is_ended_at_once_and_she_stays_signed_in(clients: Clients) -> None:
    others: list[Client] = [
        await let_in(clients.school, clients.aigul.me, app=await registered(clients, name)) for name in ("Elk", "Ivory")
    ]
    browser = await signed_in(clients.school, clients.aigul.me)

    sent = await browser.send(f"{LIST}/end", {"app": "all"})

    for client in (clients.aigul, *others):
        assert (await client.get("/api/v1/timelines/home")).status_code == 401
    assert (await clients.bolat.get("/api/v1/timelines/home")).status_code == 200
    assert "You have let no program in." in (await browser.get(sent.headers["location"])).text

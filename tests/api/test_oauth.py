"""Signing in with a client: registration, the page of consent, codes, tokens, and their end."""

import asyncio
import base64
import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from fedi.actions import access, accounts, moderation
from fedi.auth import oauth, passwords
from fedi.auth.oauth import Registration
from fedi.models.accounts import Role
from fedi.models.secrets import new_secret
from fedi.policies.scopes import SCOPES
from fedi.store import accounts as stored
from fedi.store import apps as stored_apps
from fedi.store.database import Transaction
from tests.api.conftest import CALLBACK, Client, Clients, let_in, register
from tests.api.specification import problems
from tests.network import TestSchool, open_network
from tests.web.browsing import Browser, problems_of, signed_in, text_of

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
OOB = "urn:ietf:wg:oauth:2.0:oob"
PASSWORD = "correct horse battery"


async def asked(browser: Browser, client_id: str, **changes: str) -> httpx2.Response:
    sent = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK, "scope": "read write"} | changes
    return await browser.get(f"/oauth/authorize?{urlencode(sent)}")


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


async def decided(browser: Browser, page: httpx2.Response, decision: str = "allow") -> httpx2.Response:
    fields = {name: value.replace("&amp;", "&") for name, value in hidden(page.text).items()}
    return await browser.send("/oauth/authorize", {**fields, "decision": decision})


def query_of(response: httpx2.Response) -> dict[str, str]:
    assert response.status_code == 303, response.text
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}


async def code_for(clients: Clients, client_id: str, **changes: str) -> str:
    browser = await signed_in(clients.school, clients.aigul.me)
    return query_of(await decided(browser, await asked(browser, client_id, **changes)))["code"]


async def exchange(stranger: Client, client_id: str, secret: str, code: str, **changes: Any) -> httpx2.Response:
    sent = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "client_secret": secret,
        "redirect_uri": CALLBACK,
        "code": code,
    }
    return await stranger.post("/oauth/token", data=sent | changes)


# --- registration -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"client_name": "Tusky", "redirect_uris": ["tusky://callback", "https://a.test/"], "scopes": "write"}},
        {"data": {"client_name": "Tusky", "redirect_uris": "tusky://callback\nhttps://a.test/", "scopes": "write"}},
        {"data": {"client_name": "Tusky", "redirect_uris": "tusky://callback  https://a.test/", "scopes": "write"}},
        {"json": {"client_name": "Tusky", "redirect_uris": "tusky://callback\r\nhttps://a.test/", "scopes": ["write"]}},
        {
            "data": {
                "client_name": "Tusky",
                "redirect_uris[]": ["tusky://callback", "https://a.test/"],
                "scopes": "write",
            }
        },
    ],
)
async def test_a_client_registers_itself(clients: Clients, body: dict[str, Any]) -> None:
    answer = await clients.stranger.post("/api/v1/apps", **body)

    app = answer.json()
    assert answer.status_code == 200
    assert problems("CredentialApplication", app) == []
    assert app["redirect_uris"] == ["tusky://callback", "https://a.test/"]
    assert app["scopes"] == ["write"]
    assert app["client_secret_expires_at"] == 0


async def test_a_client_registers_with_every_scope_that_mastodon_knows(clients: Clients) -> None:
    metadata = (await clients.stranger.get("/.well-known/oauth-authorization-server")).json()
    scopes = " ".join(metadata["scopes_supported"])

    answer = await clients.stranger.post(
        "/api/v1/apps", data={"client_name": "All", "redirect_uris": OOB, "scopes": scopes}
    )

    assert answer.status_code == 200
    assert problems("OAuthServerMetadata", metadata) == []


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"scopes": "read sudo"}, 422, "Validation failed: Scopes doesn't match configured on the server."),
        ({"client_name": ""}, 422, "Validation failed: Application name can't be blank"),
        (
            {"client_name": "x" * 61},
            422,
            "Validation failed: Application name is too long (maximum is 60 characters)",
        ),
        ({"redirect_uris": ""}, 422, "Validation failed: Redirect URI can't be blank"),
        ({"redirect_uris": "javascript:alert(1)"}, 422, "Validation failed: Redirect URI is forbidden by the server."),
        ({"redirect_uris": "Data:text/html,x"}, 422, "Validation failed: Redirect URI is forbidden by the server."),
        ({"redirect_uris": "vbscript:x"}, 422, "Validation failed: Redirect URI is forbidden by the server."),
        ({"redirect_uris": "/callback"}, 422, "Validation failed: Redirect URI must be an absolute URI."),
        ({"redirect_uris": "https://a.test/#x"}, 422, "Validation failed: Redirect URI cannot contain a fragment."),
        ({"redirect_uris": "https://a.test/b c"}, 422, "Validation failed: Redirect URI must be an absolute URI."),
        ({"redirect_uris": "https://a.test/\nhttp://["}, 422, "Validation failed: Redirect URI must be a valid URI."),
        ({"redirect_uris": "HTTPS:/callback"}, 422, "Validation failed: Redirect URI must be a valid URI."),
        ({"website": "javascript:alert(1)"}, 422, "Validation failed: Application website is invalid"),
        ({"website": "https://["}, 422, "Validation failed: Application website is invalid"),
    ],
)
async def test_a_client_that_could_do_harm_is_not_registered(
    clients: Clients, changes: dict[str, str], status: int, error: str
) -> None:
    answer = await clients.stranger.post(
        "/api/v1/apps", data={"client_name": "x", "redirect_uris": OOB, "scopes": "read"} | changes
    )

    assert (answer.status_code, answer.json()) == (status, {"error": error})


async def test_clients_that_nobody_signed_in_with_are_forgotten(clients: Clients) -> None:
    idle, _ = await register(clients.school)
    clients.network.clock.advance(days=2)
    await clients.school.write(access.prune)

    assert await clients.school.read(stored_apps.by_client_id, idle.client_id) is None
    assert (await clients.aigul.get("/api/v1/apps/verify_credentials")).status_code == 200


# --- the page of consent ----------------------------------------------------------------------------


async def test_a_teacher_signs_in_agrees_and_the_client_acts_for_her(clients: Clients) -> None:
    app, secret = await register(clients.school)
    stranger = Browser(clients.school)

    to_sign_in = await asked(
        stranger, app.client_id, state="s1", code_challenge=CHALLENGE, code_challenge_method="S256"
    )
    back = parse_qs(urlsplit(to_sign_in.headers["location"]).query)["next"][0]
    browser = await signed_in(clients.school, clients.aigul.me)
    page = await browser.get(back)
    answer = query_of(await decided(browser, page))

    assert to_sign_in.headers["location"].startswith("/login?next=")
    assert problems_of(page.text) == []
    assert "Test client" in text_of(page.text)
    assert "form-action" not in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert answer["state"] == "s1"
    token = await exchange(clients.stranger, app.client_id, secret, answer["code"], code_verifier=VERIFIER)
    assert problems("Token", token.json()) == []
    assert (token.json()["scope"], token.headers["cache-control"]) == ("read write", "no-store")
    client = Client(clients.school, token.json()["access_token"])
    assert (await client.get("/api/v1/accounts/verify_credentials")).json()["username"] == "aigul"


async def test_signing_in_again_is_forced_although_somebody_is_there(clients: Clients) -> None:
    app, _ = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)

    answer = await asked(browser, app.client_id, force_login="true")

    assert answer.headers["location"].startswith("/login?next=")
    assert "force_login" not in answer.headers["location"]
    form = await browser.get(answer.headers["location"])
    assert hidden(form.text)["csrf"] == browser.csrf


async def test_whoever_refuses_sends_the_client_away_with_an_error(clients: Clients) -> None:
    app, _ = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)

    answer = await decided(browser, await asked(browser, app.client_id, state="s2"), "deny")

    assert query_of(answer) | {"error_description": ""} == {
        "error": "access_denied",
        "error_description": "",
        "state": "s2",
    }


async def test_a_client_without_an_address_is_given_a_code_to_copy(clients: Clients) -> None:
    app, secret = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)

    shown = await decided(browser, await asked(browser, app.client_id, redirect_uri=OOB))
    page = await browser.get(shown.headers["location"])

    code = query_of(shown)["code"]
    assert code in page.text
    assert problems_of(page.text) == []
    token = await exchange(clients.stranger, app.client_id, secret, code, redirect_uri=OOB)
    assert token.status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"scope": "read sudo"}, "invalid_scope"), ({"response_type": "token"}, "unsupported_response_type")],
)
async def test_a_client_without_an_address_shows_what_is_wrong(
    clients: Clients, changes: dict[str, str], error: str
) -> None:
    """6.5, 6.6."""
    app, _ = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)

    sent = await asked(browser, app.client_id, redirect_uri=OOB, **changes)
    page = await browser.get(sent.headers["location"])
    invented = await browser.get("/oauth/authorize/native?error=Call+this+number")

    assert (page.status_code, error in text_of(page.text)) == (400, True)
    assert problems_of(page.text) == []
    assert "Call this number" not in invented.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("kk", "Бағдарламаға рұқсат берілмеді"),
        ("ru", "Программу не впустили"),
        ("en", "The program was not let in"),
    ],
)
async def test_what_is_wrong_before_a_client_is_known_is_said_in_the_language_of_the_visitor(
    clients: Clients, language: str, words: str
) -> None:
    app, _ = await register(clients.school)
    visitor = Browser(clients.school)

    for wrong in ({"client_id": "nobody"}, {"client_id": app.client_id, "redirect_uri": "https://evil.test/"}):
        page = await asked(visitor, **wrong, lang=language)
        assert (page.status_code, words in text_of(page.text)) == (400, True)
        assert problems_of(page.text) == []
        assert "Client authentication failed" not in page.text


@pytest.mark.parametrize(
    "changes", [{"client_id": "nobody"}, {"client_id": "a\0b"}, {"redirect_uri": "https://evil.test/"}]
)
async def test_nobody_is_sent_to_an_address_that_is_not_the_clients(clients: Clients, changes: dict[str, str]) -> None:
    app, _ = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)

    for visitor in (browser, Browser(clients.school)):
        answer = await asked(visitor, **({"client_id": app.client_id} | changes))
        assert (answer.status_code, answer.headers.get("location")) == (400, None)
    forged = {"client_id": app.client_id, "response_type": "code", "redirect_uri": CALLBACK, "scope": "read"} | changes
    sent = await browser.send("/oauth/authorize", {**forged, "decision": "deny"})
    assert (sent.status_code, sent.headers.get("location")) == (400, None)


async def test_a_program_on_the_machine_itself_is_answered_at_whatever_port_it_listens(clients: Clients) -> None:
    registered = {"client_name": "Desktop", "redirect_uris": ["http://127.0.0.1/back?a=1", "http://[::1]:80/"]}
    app = (await clients.stranger.post("/api/v1/apps", json=registered)).json()
    browser = await signed_in(clients.school, clients.aigul.me)

    for uri in ("http://127.0.0.1:49152/back?a=1", "http://127.0.0.1/back?a=1", "http://[::1]:5000/"):
        code = query_of(await decided(browser, await asked(browser, app["client_id"], redirect_uri=uri, scope="read")))
        sent = {"redirect_uri": uri, "code": code["code"]}
        token = await exchange(clients.stranger, app["client_id"], app["client_secret"], **sent)
        assert token.status_code == 200
    for uri in (
        "http://127.0.0.1:49152/other",
        "http://127.0.0.1:49152/back?a=2",
        "http://127.0.0.1:49152@evil.test/back?a=1",
        "http://a@127.0.0.1:1/back?a=1",
        "https://127.0.0.1:1/back?a=1",
        "http://127.0.0.2:1/back?a=1",
        "http://localhost:1/back?a=1",
        "http://127.0.0.1:1/back?a=1\n",
    ):
        assert (await asked(browser, app["client_id"], redirect_uri=uri, scope="read")).status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"scope": "read sudo"}, "invalid_scope"),
        ({"code_challenge": CHALLENGE}, "invalid_code_challenge_method"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_code_challenge_method"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ],
)
async def test_what_is_wrong_with_a_request_is_told_to_the_client(
    clients: Clients, changes: dict[str, str], error: str
) -> None:
    app, _ = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)

    answer = query_of(await asked(browser, app.client_id, state="s3", **changes))

    assert (answer["error"], answer["state"]) == (error, "s3")
    assert answer["error_description"]


async def test_no_more_is_granted_than_the_client_was_registered_with(clients: Clients) -> None:
    app, _ = await register(clients.school, ("read:statuses",))
    browser = await signed_in(clients.school, clients.aigul.me)

    assert query_of(await asked(browser, app.client_id, scope="read"))["error"] == "invalid_scope"
    page = await asked(browser, app.client_id, scope="read:statuses")
    forged = hidden(page.text) | {"scope": "read write", "decision": "allow"}
    assert query_of(await browser.send("/oauth/authorize", forged))["error"] == "invalid_scope"


async def test_agreement_cannot_be_sent_from_another_site(clients: Clients) -> None:
    app, _ = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)
    page = await asked(browser, app.client_id)

    foreign = await browser.send(
        "/oauth/authorize", hidden(page.text) | {"decision": "allow"}, Origin="https://evil.test"
    )
    without = await browser.send("/oauth/authorize", hidden(page.text) | {"decision": "allow", "csrf": "x"})

    assert (foreign.status_code, without.status_code) == (403, 403)


@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth/authorize/"])
async def test_the_page_stands_also_behind_a_slash_and_speaks_the_language_asked_for(
    clients: Clients, path: str
) -> None:
    app, _ = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)
    sent = urlencode({"response_type": "code", "client_id": app.client_id, "redirect_uri": CALLBACK, "lang": "ru"})

    page = await browser.get(f"{path}?{sent}")

    assert 'lang="ru"' in page.text


@pytest.mark.parametrize(("asked_for", "spoken"), [("ru", "ru"), ("en-GB", "en"), ("xx", "kk")])
async def test_who_has_to_sign_in_first_does_so_in_the_language_of_her_program(
    clients: Clients, asked_for: str, spoken: str
) -> None:
    app, _ = await register(clients.school)
    visitor = Browser(clients.school, language="kk")

    sent = await asked(visitor, app.client_id, lang=asked_for)
    page = await visitor.get(sent.headers["location"])
    again = await visitor.send("/login", hidden(page.text) | {"name": "aigul", "password": "wrong"})

    assert (page.status_code, again.status_code) == (200, 401)
    assert all(f'<html lang="{spoken}"' in each.text for each in (page, again))


async def test_the_answer_comes_back_in_the_mode_that_was_asked_for(clients: Clients) -> None:
    """OAuth 2.0 Multiple Response Types, 2.1, and Form Post Response Mode; the metadata names these and no other."""
    app, secret = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)
    metadata = (await clients.stranger.get("/.well-known/oauth-authorization-server")).json()

    answers = {
        mode: await decided(browser, await asked(browser, app.client_id, response_mode=mode, state="s&1"))
        for mode in metadata["response_modes_supported"]
    }

    assert set(answers) == {"query", "fragment", "form_post"}
    query, fragment = (urlsplit(answers[each].headers["location"]) for each in ("query", "fragment"))
    assert (query.fragment, fragment.query) == ("", "")
    assert fragment._replace(fragment="").geturl() == CALLBACK
    posted = hidden(answers["form_post"].text)
    assert f'method="post" action="{CALLBACK}"' in answers["form_post"].text
    assert "form-action" not in answers["form_post"].headers["content-security-policy"]
    assert problems_of(answers["form_post"].text) == []
    codes = [parse_qs(query.query)["code"][0], parse_qs(fragment.fragment)["code"][0], posted["code"]]
    for answer, code in zip(answers.values(), codes, strict=True):
        assert answer.headers["cache-control"] == "no-store"
        assert (await exchange(clients.stranger, app.client_id, secret, code)).status_code == 200
    assert [parse_qs(query.query)["state"], parse_qs(fragment.fragment)["state"]] == [["s&1"], ["s&1"]]


async def test_a_form_that_goes_to_the_program_carries_nothing_of_ours(clients: Clients) -> None:
    app, _ = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)

    page = await decided(browser, await asked(browser, app.client_id, response_mode="form_post"), "deny")

    form = page.text.partition(f'action="{CALLBACK}"')[2].partition("</form>")[0]
    assert set(hidden(form)) == {"error", "error_description"}
    assert hidden(form)["error"] == "access_denied"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_mode": "jwt"}, "invalid_request"),
        ({"response_mode": "query fragment"}, "invalid_request"),
        ({"response_mode": "form_post", "redirect_uri": "tusky://callback"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "login\0"}, "invalid_request"),
        ({"prompt": "none"}, "consent_required"),
        ({"prompt": "none", "scope": "sudo"}, "invalid_scope"),
        ({"prompt": "none", "redirect_uri": "tusky://callback"}, "consent_required"),
        ({"prompt": "none", "redirect_uri": "http://127.0.0.1:8000/"}, "consent_required"),
    ],
)
async def test_what_cannot_be_done_as_asked_is_told_to_the_client_in_the_query(
    clients: Clients, changes: dict[str, str], error: str
) -> None:
    uris = (CALLBACK, "tusky://callback", "http://127.0.0.1:8000/")
    app = await clients.school.write(oauth.register, Registration("x", uris, SCOPES), "x" * 40, new_secret())
    browser = await signed_in(clients.school, clients.aigul.me)
    if "redirect_uri" in changes:
        # What it may do already is not given anew to whoever has taken its address on a telephone.
        await let_in(clients.school, clients.aigul.me, app=app)

    answer = await asked(browser, app.client_id, state="s3", **changes)

    assert answer.headers["location"].startswith(changes.get("redirect_uri", CALLBACK))
    assert (query_of(answer)["error"], query_of(answer)["state"]) == (error, "s3")


async def test_who_may_not_be_shown_anything_is_given_a_code_only_for_what_the_program_has(clients: Clients) -> None:
    """`prompt=none` of OpenID Connect, 3.1.2.1: a code at once, or an error."""
    app, secret = await register(clients.school)
    await let_in(clients.school, clients.aigul.me, "read", "write:statuses", app=app)
    browser = await signed_in(clients.school, clients.aigul.me)
    other = await signed_in(clients.school, clients.bolat.me)

    async def silent(visitor: Browser, **changes: str) -> dict[str, str]:
        return query_of(await asked(visitor, app.client_id, prompt="none", **changes))

    given = await silent(browser, scope="read:accounts write:statuses", state="s4")
    refused = [
        (await silent(browser, scope="read write"))["error"],
        (await silent(other, scope="read"))["error"],
        (await silent(Browser(clients.school), scope="read"))["error"],
    ]

    assert given["state"] == "s4"
    token = await exchange(clients.stranger, app.client_id, secret, given["code"])
    assert token.json()["scope"] == "read:accounts write:statuses"
    assert refused == ["consent_required", "consent_required", "login_required"]
    await clients.aigul.post("/oauth/revoke", data={"client_id": app.client_id, "token": token.json()["access_token"]})
    await browser.send("/settings/programs/end", {"app": "all"})
    assert (await silent(browser, scope="read"))["error"] == "consent_required"


@pytest.mark.parametrize(
    ("prompt", "leads_to"),
    [("login", "/login?"), ("login consent", "/login?"), ("consent", ""), ("select_account", "")],
)
async def test_a_program_chooses_what_she_is_shown(clients: Clients, prompt: str, leads_to: str) -> None:
    """The page of consent always asks, names the account, and leads to another; signing in anew happens once."""
    app, _ = await register(clients.school)
    browser = await signed_in(clients.school, clients.aigul.me)

    answer = await asked(browser, app.client_id, prompt=prompt)

    if leads_to:
        assert answer.headers["location"].startswith(leads_to)
        assert "prompt" not in answer.headers["location"]
    else:
        assert "Use another account" in answer.text


# --- codes and tokens -------------------------------------------------------------------------------


async def test_a_code_is_good_once_and_for_its_own_client_and_challenge_only(clients: Clients) -> None:
    app, secret = await register(clients.school)
    other, others_secret = await register(clients.school)
    pkce = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    stranger = clients.stranger

    used = await code_for(clients, app.client_id)
    attempts = [
        (await exchange(stranger, app.client_id, secret, used), 200),
        (await exchange(stranger, app.client_id, secret, used), 400),
        (await exchange(stranger, other.client_id, others_secret, await code_for(clients, app.client_id)), 400),
        (await exchange(stranger, app.client_id, secret, await code_for(clients, app.client_id, **pkce)), 400),
        (
            await exchange(
                stranger, app.client_id, secret, await code_for(clients, app.client_id, **pkce), code_verifier="w" * 64
            ),
            400,
        ),
        (
            await exchange(stranger, app.client_id, secret, await code_for(clients, app.client_id), redirect_uri=OOB),
            400,
        ),
        # Without this whoever takes the challenge away on its way has taken PKCE away.
        (
            await exchange(
                stranger, app.client_id, secret, await code_for(clients, app.client_id), code_verifier=VERIFIER
            ),
            400,
        ),
        (await exchange(stranger, app.client_id, secret, "nonsense"), 400),
    ]

    assert [answer.status_code for answer, _ in attempts] == [status for _, status in attempts]
    assert {answer.json()["error"] for answer, status in attempts if status == 400} == {"invalid_grant"}


@pytest.mark.parametrize(
    ("scope", "granted"), [("read write", "read write"), ("", "read"), ("read:statuses read:lists", None)]
)
async def test_a_token_has_the_scopes_that_she_agreed_to_whatever_the_exchange_asks_for(
    clients: Clients, scope: str, granted: str | None
) -> None:
    """Behaviour 6.4: left out, they are `read`."""
    app, secret = await register(clients.school)
    code = await code_for(clients, app.client_id, scope=scope, code_challenge_method="S256")

    token = await exchange(clients.stranger, app.client_id, secret, code, scope="write follow")

    assert token.json()["scope"] == (granted or scope)


async def test_a_code_that_failed_is_used_up(clients: Clients) -> None:
    app, secret = await register(clients.school)
    code = await code_for(clients, app.client_id)

    await exchange(clients.stranger, app.client_id, secret, code, redirect_uri=OOB)
    again = await exchange(clients.stranger, app.client_id, secret, code)

    assert again.json()["error"] == "invalid_grant"


async def test_a_code_is_worth_nothing_after_ten_minutes(clients: Clients) -> None:
    app, secret = await register(clients.school)
    code = await code_for(clients, app.client_id)
    clients.network.clock.advance(minutes=11)

    assert (await exchange(clients.stranger, app.client_id, secret, code)).json()["error"] == "invalid_grant"


async def test_tokens_are_given_for_json_for_forms_and_with_basic_authentication(clients: Clients) -> None:
    app, secret = await register(clients.school)
    wanted = {"grant_type": "client_credentials", "scope": "read"}
    named = wanted | {"client_id": app.client_id, "client_secret": secret}
    basic = base64.b64encode(f"{app.client_id}:{secret}".encode()).decode()
    files = {name: (None, value) for name, value in named.items()}

    answers = [
        await clients.stranger.post("/oauth/token", json=named),
        await clients.stranger.post("/oauth/token", data=named),
        await clients.stranger.post("/oauth/token", files=files),
        await clients.stranger.post(f"/oauth/token?{urlencode(named)}"),
        await clients.stranger.post("/oauth/token", data=wanted, headers={"Authorization": f"Basic {basic}"}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.json()["access_token"] for answer in answers}) == 5


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"scope": "sudo"}, 400, "invalid_scope"),
        ({"grant_type": "authorization_code"}, 400, "invalid_request"),
    ],
)
async def test_what_is_wrong_with_a_request_for_a_token_is_told_in_the_standards_words(
    clients: Clients, changes: dict[str, str], status: int, error: str
) -> None:
    app, secret = await register(clients.school)
    sent = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": secret, "scope": "read"}

    answer = await clients.stranger.post("/oauth/token", data=sent | changes)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"]
    assert answer.headers["cache-control"] == "no-store"
    assert (f'error="{error}"' in answer.headers.get("www-authenticate", "")) == (status == 401)


async def test_a_clients_own_token_reads_what_is_public_and_acts_for_nobody(clients: Clients) -> None:
    app, secret = await register(clients.school)
    sent = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": secret, "scope": "read"}
    client = Client(clients.school, (await clients.stranger.post("/oauth/token", data=sent)).json()["access_token"])

    known = await client.get("/api/v1/apps/verify_credentials")
    public = await client.get("/api/v1/timelines/public")
    home = await client.get("/api/v1/timelines/home")

    assert problems("Application", known.json()) == []
    assert public.status_code == 200
    assert (home.status_code, home.json()["error"]) == (422, "This method requires an authenticated user")
    for path in ("/api/v2/instance", "/api/v1/custom_emojis", f"/api/v1/accounts/{clients.aigul.me.id}"):
        assert (await client.get(path)).status_code == 200


async def test_an_empty_token_is_none(clients: Clients) -> None:
    for call in ({"headers": {"Authorization": "Bearer "}}, {"params": {"access_token": ""}}):
        assert (await clients.stranger.get("/api/v1/timelines/public", **call)).status_code == 200
        assert (await clients.stranger.get("/api/v1/timelines/home", **call)).status_code == 401


async def test_a_token_is_accepted_wherever_clients_put_it(clients: Clients) -> None:
    token, path = clients.aigul.token, "/api/v1/accounts/verify_credentials"

    answers = [
        await clients.stranger.get(path, headers={"Authorization": f"bearer {token}"}),
        await clients.stranger.get(f"{path}?access_token={token}"),
        await clients.stranger.call("GET", path, json={"access_token": token}),
        *[
            await clients.stranger.post("/api/v1/lists", **{how: {"access_token": token, "title": "x"}})
            for how in ("data", "json", "params")
        ],
        await clients.stranger.post("/api/v1/lists", files={"access_token": (None, token), "title": (None, "x")}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 7


async def test_only_hashes_of_tokens_are_stored(clients: Clients) -> None:
    async def unit(tx: Transaction) -> str:
        rows = await tx.all(str, "SELECT token_hash FROM tokens")
        return " ".join(rows)

    assert clients.aigul.token not in await clients.school.read(unit)


# --- the end of access ------------------------------------------------------------------------------


async def test_a_revoked_token_opens_nothing(clients: Clients) -> None:
    app, secret = await register(clients.school)
    client = await let_in(clients.school, clients.aigul.me, app=app)
    heard: list[int | str] = []
    clients.school.instance.hub.subscribe("tokens", heard.append)
    mine = {"client_id": app.client_id, "client_secret": secret}

    foreign = await clients.stranger.post("/oauth/revoke", data=mine | {"token": clients.bolat.token})
    revoked = await clients.stranger.post("/oauth/revoke", data=mine | {"token": client.token})
    unknown = await clients.stranger.post("/oauth/revoke", data=mine | {"token": "nonsense"})
    after = await client.get("/api/v1/accounts/verify_credentials")

    assert (foreign.status_code, foreign.json()["error"]) == (403, "unauthorized_client")
    assert (revoked.status_code, revoked.json()) == (200, {})
    assert (unknown.status_code, unknown.json()) == (200, {})
    assert (after.status_code, after.json()["error"]) == (401, "The access token was revoked")
    assert len(heard) == 1


async def test_a_teacher_sees_her_programs_and_ends_the_access_of_one(clients: Clients) -> None:
    other = await let_in(
        clients.school, clients.aigul.me, "read:statuses", app=(await register(clients.school, name="Other"))[0]
    )
    browser = await signed_in(clients.school, clients.aigul.me)

    page = await browser.get("/settings/programs")
    app_id = re.search(r'name="app" value="(\d+)">', page.text.partition("<h2><bdi>Other")[2])
    assert app_id is not None
    await browser.send("/settings/programs/end", {"app": app_id[1]})

    assert problems_of(page.text) == []
    assert "Test client" in text_of(page.text)
    assert (await other.get("/api/v1/timelines/home")).status_code == 401
    assert (await clients.aigul.get("/api/v1/timelines/home")).status_code == 200
    stranger = await signed_in(clients.school, clients.bolat.me)
    assert (await stranger.send("/settings/programs/end", {"app": app_id[1]})).status_code == 404


async def test_a_new_password_ends_every_program(clients: Clients) -> None:
    async def unit(tx: Transaction) -> None:
        account = await stored.by_id(tx, clients.aigul.me.id)
        assert account is not None
        await accounts.set_password(tx, account, "hash")

    await clients.school.write(unit)

    assert (await clients.aigul.get("/api/v1/timelines/home")).status_code == 401
    assert (await clients.bolat.get("/api/v1/timelines/home")).status_code == 200


async def test_somebody_suspended_is_told_so_and_not_signed_out(clients: Clients) -> None:
    async def unit(tx: Transaction) -> None:
        account = await stored.by_id(tx, clients.aigul.me.id)
        assert account is not None
        await moderation.suspend(tx, None, account)

    await clients.school.write(unit)
    answer = await clients.aigul.get("/api/v1/timelines/home")

    assert (answer.status_code, answer.json()["error"]) == (403, "Your login is currently disabled")


async def test_userinfo_tells_who_somebody_is(clients: Clients) -> None:
    answer = await clients.aigul.get("/oauth/userinfo")

    assert problems("OAuthUserInfo", answer.json()) == []
    assert answer.json()["sub"] == clients.aigul.me.uri


# --- test instances ---------------------------------------------------------------------------------


async def with_password(school: TestSchool) -> None:
    aigul = await school.teacher("aigul")
    hashed = await passwords.hash_password(PASSWORD)

    async def unit(tx: Transaction) -> None:
        await stored.set_password(tx, aigul.id, hashed)
        await stored.set_role(tx, aigul.id, Role.TEACHER)

    await school.write(unit)


async def test_a_test_instance_gives_tokens_for_passwords(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with open_network(tmp_path, 1, test_instance="password_grant = true") as network:
        school = network["almaty"]
        await with_password(school)
        app, secret = await register(school)
        sent = {"grant_type": "password", "client_id": app.client_id, "client_secret": secret, "username": "aigul"}

        right = await Client(school).post("/oauth/token", data=sent | {"password": PASSWORD, "scope": "read"})
        wrong = await Client(school).post("/oauth/token", data=sent | {"password": "no", "scope": "read"})
        at_once = await asyncio.gather(
            *(Client(school).post("/oauth/token", data=sent | {"password": PASSWORD}) for _ in range(12))
        )
        guessed = [await Client(school).post("/oauth/token", data=sent | {"password": "no"}) for _ in range(8)]

    assert {each.status_code for each in at_once} == {200}
    assert guessed[-1].status_code == 429
    assert "THIS IS A TEST INSTANCE" in capsys.readouterr().out
    assert right.status_code == 200
    assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")

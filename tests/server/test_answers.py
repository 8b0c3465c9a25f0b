"""Headers, errors, negotiation, and the files programs look for."""

import httpx2
import pytest

from fedi.errors import FediError, Invalid, NotFound, TooManyRequests, Unavailable
from fedi.server import problems
from fedi.server.negotiation import wants_document

PAGE = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/", "/login", "/actor", "/health", "/no/such/page", "/robots.txt"])
async def test_nothing_runs_frames_or_is_guessed_on_any_answer(browser: httpx2.AsyncClient, path: str) -> None:
    headers = (await browser.get(path, headers=PAGE)).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/login", "/oauth/authorize?client_id=unknown", "/oauth/authorize/native"])
async def test_a_client_in_the_browser_may_wait_for_the_window_in_which_a_teacher_lets_it_in(
    browser: httpx2.AsyncClient, path: str
) -> None:
    assert "cross-origin-opener-policy" not in (await browser.get(path, headers=PAGE)).headers


@pytest.mark.parametrize("path", ["/", "/about", "/home", "/no/such/page"])
async def test_a_window_of_another_site_keeps_no_hold_of_our_pages(browser: httpx2.AsyncClient, path: str) -> None:
    assert (await browser.get(path, headers=PAGE)).headers["cross-origin-opener-policy"] == "same-origin"


async def test_a_page_that_is_not_there_is_told_to_people_in_their_language_and_to_programs_as_json(
    browser: httpx2.AsyncClient,
) -> None:
    person = await browser.get("/no/such/page", headers={**PAGE, "Accept-Language": "kk"})
    program = await browser.get("/no/such/page")

    assert (person.status_code, program.status_code) == (404, 404)
    assert '<html lang="kk"' in person.text
    assert program.json() == {"error": "Record not found"}


async def test_a_wrong_method_is_an_error_like_any_other(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/inbox")

    assert answer.status_code == 405
    assert "error" in answer.json()


@pytest.mark.parametrize("number", [str(2**63 - 1), str(2**63), "9" * 19, "9" * 30, "1" * 5000, "9" * 18, "0"])
@pytest.mark.parametrize("accept", ["text/html", "application/activity+json"])
async def test_a_number_that_no_id_can_be_is_not_found_anywhere(
    browser: httpx2.AsyncClient, number: str, accept: str
) -> None:
    paths = [f"/users/{number}{rest}" for rest in ("", "/outbox", "/followers", "/following", "/collections/featured")]
    paths += [f"/posts/{number}{rest}" for rest in ("", "/replies", "/likes", "/shares")]
    paths += [f"/@aigul/{number}", f"/activities/{number}", f"/media/{number}/a.png", f"/media/{number}/preview.webp"]

    answers = {path: (await browser.get(path, headers={"Accept": accept})).status_code for path in paths}

    assert set(answers.values()) == {404}, answers


@pytest.mark.parametrize("number", [str(2**63 - 1), str(2**63), "9" * 19, "9" * 20, "1" * 5000, "-1", "x"])
async def test_a_place_in_a_list_that_cannot_be_is_no_fault_of_the_server(
    browser: httpx2.AsyncClient, number: str
) -> None:
    paths = [f"/actor/{name}?page=true&max_id={number}" for name in ("outbox", "followers", "following")]
    paths += [f"/library?before={number}", f"/tags/salem?before={number}"]

    answers = {path: (await browser.get(path)).status_code for path in paths}

    assert set(answers.values()) <= {200, 400, 404}, answers


class _Asking:
    """A request of a program, for the functions that answer errors."""

    method = "GET"
    headers = {"accept": "application/json"}  # noqa: RUF012

    class url:  # noqa: N801
        path = "/posts/1"


@pytest.mark.parametrize(
    ("error", "status", "body", "retry_after"),
    [
        (NotFound("hidden from you"), 404, b'{"error":"Record not found"}', None),
        (Invalid("too long", "text"), 422, b'{"error":"too long"}', None),
        (TooManyRequests("slow down", 7), 429, b'{"error":"slow down"}', "7"),
        (Unavailable("busy"), 503, b'{"error":"busy"}', "30"),
    ],
)
async def test_an_error_becomes_an_answer_once(
    error: FediError, status: int, body: bytes, retry_after: str | None
) -> None:
    answer = await problems.answer_error(_Asking(), error)  # type: ignore[arg-type]

    assert (answer.status_code, answer.body, answer.headers.get("retry-after")) == (status, body, retry_after)


async def test_what_nobody_foresaw_is_not_told_to_strangers(
    browser: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("fedi.server.negotiation.wants_document", broken)
    answer = await browser.get("/@aigul")

    assert answer.status_code == 500
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("accept", "document"),
    [
        ("application/activity+json", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/activity+json, text/html;q=0.5", True),
        ("application/json", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("text/html, application/activity+json;q=0.9", False),
        ("*/*", False),
        ("", False),
        ("application/activity+json;q=0", False),
        ("application/activity+json;q=abc, text/html", False),
    ],
)
def test_a_document_is_for_those_who_prefer_it(accept: str, document: bool) -> None:
    assert wants_document(accept) is document


async def test_robots_and_security_texts(browser: httpx2.AsyncClient) -> None:
    robots = (await browser.get("/robots.txt")).text
    security = (await browser.get("/.well-known/security.txt")).text

    assert "Disallow: /admin/" in robots
    assert "Contact: mailto:help@school.example" in security
    assert "Expires: " in security
    assert "Preferred-Languages: kk, ru, en" in security


async def test_programs_that_keep_passwords_are_sent_to_where_one_is_changed(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/.well-known/change-password", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (302, "/settings")


@pytest.mark.parametrize(("path", "kind"), [("/favicon.ico", "image/svg+xml"), ("/apple-touch-icon.png", "image/png")])
async def test_whoever_looks_for_an_icon_where_browsers_do_finds_one(
    browser: httpx2.AsyncClient, path: str, kind: str
) -> None:
    icon = await browser.get(path)

    assert (icon.status_code, icon.headers["content-type"]) == (200, kind)


async def test_static_files_with_a_hash_are_kept_for_ever(browser: httpx2.AsyncClient) -> None:
    from fedi.render import STATIC, static_url

    name = next(path.name for path in STATIC.iterdir() if path.suffix == ".css")
    kept, plain = await browser.get(static_url(name)), await browser.get(f"/static/{name}")

    assert "immutable" in kept.headers["cache-control"]
    assert "immutable" not in plain.headers["cache-control"]

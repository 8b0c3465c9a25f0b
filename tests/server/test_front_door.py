"""Which school a request is for, and what is refused at the door."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from fedi.instances import Instances
from fedi.store import actors
from fedi.store.database import Transaction

PAGE = {"Accept": "text/html"}


async def test_an_unknown_host_is_misdirected_for_people_and_programs(browser: httpx2.AsyncClient) -> None:
    program = await browser.get("/", headers={"Host": "evil.test"})
    person = await browser.get("/", headers={"Host": "evil.test", **PAGE})

    assert (program.status_code, person.status_code) == (421, 421)
    assert program.json()["error"]
    assert person.headers["content-type"].startswith("text/html")


async def test_health_is_answered_under_any_name_and_opens_no_school(
    browser: httpx2.AsyncClient, instances: Instances
) -> None:
    answer = await browser.get("/health", headers={"Host": "10.0.0.1:8000"})

    assert answer.status_code == 200
    assert answer.json()["status"] == "OK"
    assert instances.open_instances() == ()


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("school.test", "/.well-known/host-meta", 200),
        ("school.test", "/login", 421),
        ("files.school.test", "/media/1/x.pdf", 404),
        ("files.school.test", "/actor", 421),
        ("social.school.test", "/actor", 200),
    ],
)
async def test_other_names_of_a_school_serve_only_what_they_are_for(
    browser: httpx2.AsyncClient, host: str, path: str, status: int
) -> None:
    answer = await browser.get(path, headers={"Host": host, "Accept": "application/activity+json"})

    assert answer.status_code == status


async def test_a_school_that_has_closed_answers_that_it_is_gone(
    browser: httpx2.AsyncClient, instances: Instances
) -> None:
    instance = await instances.by_host("social.school.test")
    assert instance is not None
    await instance.db.write(_close)
    instance.school_actor = await instance.db.read(actors.school_actor)

    for path in ("/", "/actor", "/@aigul", "/.well-known/webfinger?resource=acct:a@school.test"):
        assert (await browser.get(path)).status_code == 410
    assert (await browser.get("/health")).status_code == 200


async def _close(tx: Transaction) -> None:
    await actors.set_deleted(tx, (await actors.school_actor(tx)).id)


async def test_a_body_that_is_too_large_is_refused_whether_or_not_it_says_so(browser: httpx2.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 65_536

    announced = await browser.post("/inbox", content=b"x" * 2_000_000)
    streamed = await browser.post("/inbox", content=chunks())

    assert (announced.status_code, streamed.status_code) == (413, 413)


async def test_an_upload_that_is_too_large_tells_so_to_a_client_in_a_browser(browser: httpx2.AsyncClient) -> None:
    """5.1: errors are readable from other sites, too."""
    answer = await browser.post(
        "/api/v1/statuses", content=b" " * 2_000_000, headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()) == (413, {"error": "The body is too large"})
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/@%00", "/tags/a%00b", "/emojis/%00", "/api/v2/notifications/%00", "/oauth/%00"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_nothing_has_a_name_that_cannot_be_kept(browser: httpx2.AsyncClient, path: str, accept: str) -> None:
    assert (await browser.get(path, headers={"Accept": accept})).status_code == 404


async def test_each_answer_has_an_id_of_its_own(browser: httpx2.AsyncClient) -> None:
    ids = {(await browser.get("/health")).headers["x-request-id"] for _ in range(3)}

    assert len(ids) == 3

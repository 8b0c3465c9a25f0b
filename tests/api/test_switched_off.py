"""What a school does not do answers as Mastodon does where it is switched off."""

import pytest

from tests.api.conftest import Clients


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/announcements", []),
        ("/api/v1/trends", []),
        ("/api/v1/accounts/1/identity_proofs", []),
        ("/api/v1/accounts/1/in_collections", {"collections": []}),
        ("/api/v1/emails/check_confirmation", True),
    ],
)
async def test_what_there_is_none_of_is_empty(clients: Clients, path: str, body: object) -> None:
    response = await clients.aigul.get(path)
    assert (response.status_code, response.json()) == (200, body)


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("POST", "/api/v1/announcements/1/dismiss", 404, "Record not found"),
        ("PUT", "/api/v1/announcements/1/reactions/x", 404, "Record not found"),
        ("DELETE", "/api/v1/announcements/1/reactions/x", 404, "Record not found"),
        (
            "POST",
            "/api/v1/emails/confirmations",
            403,
            "This method is only available while the e-mail is awaiting confirmation",
        ),
        ("POST", "/api/v1/statuses/1/translate", 404, "Record not found"),
    ],
)
async def test_what_cannot_be_done_is_refused_in_mastodons_words(
    clients: Clients, method: str, path: str, status: int, error: str
) -> None:
    response = await clients.aigul.call(method, path)
    assert (response.status_code, response.json()) == (status, {"error": error})


async def test_what_mastodon_has_given_up_says_so(clients: Clients) -> None:
    """Behaviour 5.6."""
    paths = [
        f"/api/v1/{each}" for each in ("trends", "suggestions", "accounts/1/identity_proofs", "instance", "filters")
    ]
    for path in paths:
        assert (await clients.aigul.get(path)).headers["deprecation"].removeprefix("@").isdecimal()
    assert "deprecation" not in (await clients.aigul.get("/api/v2/suggestions")).headers


async def test_the_languages_of_the_pages_have_their_own_names(clients: Clients) -> None:
    assert {"code": "kk", "name": "Қазақша"} in (await clients.stranger.get("/api/v1/instance/languages")).json()

"""Signing up with a client."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from fedi.actions import tickets
from fedi.api.sign_up import SIGN_UPS
from fedi.models.oauth import App
from fedi.models.secrets import new_secret
from fedi.models.sign_ups import EmailDomainBlock
from fedi.store import sign_ups
from fedi.store.database import Transaction
from tests.api.conftest import Client, Clients, register
from tests.api.specification import problems
from tests.network import TestSchool, open_network

NEWCOMER = {
    "username": "gulnar",
    "email": "gulnar@school.kz",
    "password": "a very long password",
    "agreement": "true",
    "locale": "ru",
}


async def own_token(school: TestSchool, app: App, secret: str, scope: str = "write:accounts read") -> Client:
    """A client that speaks for itself."""
    named = {"client_id": app.client_id, "client_secret": secret}
    sent = {"grant_type": "client_credentials", "scope": scope, **named}
    got = await Client(school).post("/oauth/token", data=sent)
    return Client(school, got.json()["access_token"])


async def sign_up(school: TestSchool, **changes: Any) -> httpx2.Response:
    client = await own_token(school, *await register(school))
    return await client.post("/api/v1/accounts", data=NEWCOMER | changes)


async def invitation(school: TestSchool, uses: int = 1) -> str:
    secret = new_secret()

    async def unit(tx: Any) -> None:
        await tickets.invite(tx, None, secret.hash, uses=uses)

    await school.write(unit)
    return secret.text


async def test_who_was_invited_signs_up_with_her_client(clients: Clients) -> None:
    code = await invitation(clients.school)

    got = await sign_up(clients.school, invite_code=f"{clients.school.base}/invite/{code}")
    again = await sign_up(clients.school, username="other", email="o@school.kz", invite_code=code)

    assert problems("Token", got.json()) == []
    me = (await Client(clients.school, got.json()["access_token"]).get("/api/v1/accounts/verify_credentials")).json()
    assert (me["username"], me["source"]["language"]) == ("gulnar", "ru")
    assert (again.status_code, again.json()["error"]) == (403, "This action is not allowed")


async def test_nobody_signs_up_without_an_invitation(clients: Clients) -> None:
    for code in ("", "nonsense"):
        got = await sign_up(clients.school, invite_code=code)
        assert (got.status_code, got.json()["error"]) == (403, "This action is not allowed")


async def test_only_a_clients_own_token_signs_people_up(clients: Clients) -> None:
    by_person = await clients.aigul.post("/api/v1/accounts", data=NEWCOMER)
    narrow = await own_token(clients.school, *await register(clients.school), scope="read")

    assert (by_person.status_code, by_person.json()["error"]) == (
        403,
        "This method requires an client credentials authentication",
    )
    assert (await narrow.post("/api/v1/accounts", data=NEWCOMER)).status_code == 403
    assert (await clients.stranger.post("/api/v1/accounts", data=NEWCOMER)).status_code == 401


@pytest.mark.parametrize(
    ("changes", "details"),
    [
        ({"agreement": ""}, {"agreement": "ERR_ACCEPTED"}),
        ({"username": "", "email": ""}, {"username": "ERR_BLANK", "email": "ERR_BLANK"}),
        ({"username": "admin"}, {"username": "ERR_RESERVED"}),
        ({"username": "Айгуль"}, {"username": "ERR_INVALID"}),
        ({"username": "x" * 31}, {"username": "ERR_TOO_LONG"}),
        ({"username": "AIGUL"}, {"username": "ERR_TAKEN"}),
        ({"email": "nowhere"}, {"email": "ERR_INVALID"}),
        ({"password": "short"}, {"password": "ERR_TOO_SHORT"}),
        ({"password": "aaaaaaaaaaaaaaa"}, {"password": "ERR_INVALID"}),
        ({"password": "abcdefgh" * 126}, {"password": "ERR_TOO_LONG"}),
        ({"email": "gulnar@mail.throwaway.kz"}, {"email": "ERR_BLOCKED"}),
        (
            {"username": "a b", "email": "nowhere", "password": "short", "agreement": "0"},
            {
                "username": "ERR_INVALID",
                "email": "ERR_INVALID",
                "password": "ERR_TOO_SHORT",
                "agreement": "ERR_ACCEPTED",
            },
        ),
    ],
)
async def test_what_is_wrong_is_told_by_field(
    clients: Clients, changes: dict[str, str], details: dict[str, str]
) -> None:
    """Behaviour 4.1."""
    await clients.school.write(_shut_out, "throwaway.kz")

    got = await sign_up(clients.school, invite_code=await invitation(clients.school), **changes)

    assert got.status_code == 422
    assert got.json()["error"].startswith("Validation failed: ")
    assert {name: found[0]["error"] for name, found in got.json()["details"].items()} == details


async def _shut_out(tx: Transaction, domain: str) -> None:
    await sign_ups.insert(tx, EmailDomainBlock(tx.new_id(), domain, tx.now))


async def test_a_school_takes_so_many_in_from_one_address_and_a_test_instance_all(tmp_path: Path) -> None:
    """Behaviour 5.4."""
    for setting, answered in (("", 429), ("open_sign_up = true", 422)):
        async with open_network(tmp_path / str(answered), 1, test_instance=setting) as network:
            client = await own_token(network["almaty"], *await register(network["almaty"]))
            for _ in range(SIGN_UPS.calls):
                assert (await client.post("/api/v1/accounts")).status_code == 422
            assert (await client.post("/api/v1/accounts")).status_code == answered


async def test_a_test_instance_takes_anybody_in(tmp_path: Path) -> None:
    async with open_network(tmp_path, 1, test_instance="open_sign_up = true") as network:
        first = await sign_up(network["almaty"])
        taken = await sign_up(network["almaty"], username="other")
        described = (await Client(network["almaty"]).get("/api/v2/instance")).json()
        counted = (await Client(network["almaty"]).get("/nodeinfo/2.0")).json()

    assert first.status_code == 200
    assert taken.json()["details"] == {"email": [{"error": "ERR_TAKEN", "description": "is already taken"}]}
    assert described["registrations"]["enabled"]
    assert counted["openRegistrations"]

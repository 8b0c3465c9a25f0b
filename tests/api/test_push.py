"""Where a program wants to be woken: what it may ask for, and what it is told of that."""

from typing import Any

import pytest

from fedi.models.push import PushSubscription
from fedi.store import push_subscriptions
from fedi.store.database import Transaction
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems
from tests.push_service import Program, decode

PATH = "/api/v1/push/subscription"
SERVICE = "http://push.test/send/secret-of-the-telephone"
ON, OFF = ["mention", "favourite"], ["follow", "reblog", "poll", "status", "update", "admin.report"]


def program() -> Program:
    return Program(SERVICE)


def asked(*alerts: str, policy: str = "all", **changes: Any) -> dict[str, Any]:
    subscription = {**program().subscription(), **changes}
    return {"subscription": subscription, "data": {"alerts": dict.fromkeys(alerts, True), "policy": policy}}


async def kept(clients: Clients, client: Client) -> list[PushSubscription]:
    found: list[PushSubscription] = await clients.school.read(push_subscriptions.of_account, client.me.id)
    return found


async def test_a_program_asks_reads_changes_and_ends_its_subscription(clients: Clients) -> None:
    """14.1, 14.2, 4.8: one a token; 404 while there is none."""
    none = await clients.aigul.get(PATH)
    made = await clients.aigul.post(PATH, json=asked(*ON))
    read = await clients.aigul.get(PATH)
    changed = await clients.aigul.put(PATH, json={"data": {"alerts": {"follow": True}, "policy": "followed"}})
    of_others = await clients.bolat.get(PATH)
    ended = await clients.aigul.delete(PATH)
    instance = (await clients.stranger.get("/api/v2/instance")).json()

    assert (none.status_code, none.json()) == (404, {"error": "Record not found"})
    assert made.json() == read.json()
    assert problems("WebPushSubscription", made.json()) == problems("WebPushSubscription", changed.json()) == []
    assert (made.json()["endpoint"], made.json()["standard"], made.json()["policy"]) == (SERVICE, True, "all")
    assert [made.json()["alerts"][each] for each in (*ON, *OFF)] == [True] * 2 + [False] * 6
    assert made.json()["id"] < 2**31
    assert [name for name, on in changed.json()["alerts"].items() if on] == ["follow"]
    assert changed.json()["policy"] == "followed"
    assert of_others.status_code == 404
    assert (ended.status_code, ended.json()) == (200, {})
    assert (await clients.aigul.get(PATH)).status_code == 404
    assert made.json()["server_key"] == instance["configuration"]["vapid"]["public_key"]


async def test_the_key_of_the_school_is_a_point_that_programs_learn_in_three_places(clients: Clients) -> None:
    """6.1, 7.7: URL-safe base64 of 65 bytes."""
    app = await clients.stranger.post(
        "/api/v1/apps", json={"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    )
    verified = await clients.aigul.get("/api/v1/apps/verify_credentials")
    key = app.json()["vapid_key"]

    assert (len(decode(key)), decode(key)[0]) == (65, 4)
    assert verified.json()["vapid_key"] == key
    assert (await clients.stranger.get("/api/v2/instance")).json()["configuration"]["vapid"]["public_key"] == key


async def test_what_is_asked_again_replaces_what_was_asked(clients: Clients) -> None:
    first = (await clients.aigul.post(PATH, json=asked("mention"))).json()
    again = (await clients.aigul.post(PATH, json=asked("follow", endpoint=f"{SERVICE}-2"))).json()

    assert [each.endpoint for each in await kept(clients, clients.aigul)] == [f"{SERVICE}-2"]
    assert (again["id"], again["endpoint"]) == (first["id"], f"{SERVICE}-2")


async def test_the_query_of_a_post_is_as_good_and_so_is_a_policy_beside_the_data(clients: Clients) -> None:
    """2.1, 14.1: Ice Cubes sends everything in the query, `standard` is false unless said, keys may be padded."""
    keys = program().subscription()["keys"]
    query = {
        "subscription[endpoint]": SERVICE,
        "subscription[keys][p256dh]": keys["p256dh"] + "=",
        "subscription[keys][auth]": keys["auth"] + "==",
        "data[alerts][mention]": "true",
        "data[alerts][admin.report]": "true",
        "data[alerts][follow]": "false",
        "policy": "follower",
    }

    made = await clients.aigul.post(PATH, params=query)

    assert (made.json()["standard"], made.json()["policy"]) == (False, "follower")
    assert [name for name, on in made.json()["alerts"].items() if on] == ["mention", "admin.report"]


async def test_a_change_leaves_what_it_does_not_name(clients: Clients) -> None:
    await clients.aigul.post(PATH, json=asked("mention", policy="followed"))

    by_alerts = (await clients.aigul.put(PATH, json={"data": {"alerts": {"poll": True}}})).json()
    by_policy = (await clients.aigul.put(PATH, data={"policy": "none"})).json()

    assert (by_alerts["policy"], by_policy["policy"]) == ("followed", "none")
    assert by_policy["alerts"]["poll"]
    assert (await clients.bolat.put(PATH, json={"data": {"alerts": {}}})).status_code == 404


@pytest.mark.parametrize(
    "endpoint",
    [
        "ftp://push.example/x",
        "http://push.example/x",
        "https://10.0.0.1/x",
        "https://[::1]/x",
        "https://intern/x",
        "https://push.example:25/x",
        f"https://push.example/{'x' * 2000}",
        "no address",
    ],
)
async def test_an_address_we_send_nothing_to_is_refused(clients: Clients, endpoint: str) -> None:
    """14.7: https, and nothing private."""
    got = await clients.aigul.post(PATH, json=asked("mention", endpoint=endpoint))

    assert (got.status_code, got.json()["error"][:18]) == (422, "Validation failed:")
    assert await kept(clients, clients.aigul) == []


async def test_keys_that_are_none_are_refused(clients: Clients) -> None:
    good = program().subscription()["keys"]
    bad = [
        {**good, "p256dh": "AAAA"},
        {**good, "p256dh": "B" + "A" * 86},
        {**good, "p256dh": "ключ"},
        {**good, "auth": good["auth"] * 2},
        {**good, "auth": "!" * 22},
    ]

    refused = [(await clients.aigul.post(PATH, json=asked("mention", keys=each))).status_code for each in bad]
    missing = [
        (await clients.aigul.post(PATH, json=each)).json()
        for each in ({}, {"subscription": {"endpoint": SERVICE}}, {"subscription": {"keys": good}})
    ]
    policy = await clients.aigul.post(PATH, json=asked("mention", policy="everybody"))

    assert refused == [422] * len(bad)
    assert [each["error"][:16] for each in missing] == ["param is missing"] * 3
    assert policy.status_code == 400
    assert await kept(clients, clients.aigul) == []


async def test_only_a_person_who_allowed_it_is_woken(clients: Clients) -> None:
    reader = await let_in(clients.school, clients.aigul.me, "read")

    assert (await reader.post(PATH, json=asked("mention"))).status_code == 403
    assert (await clients.stranger.get(PATH)).status_code == 401


async def test_the_token_stands_in_no_database_as_it_is(clients: Clients) -> None:
    await clients.aigul.post(PATH, json=asked("mention"))
    await clients.bolat.post(PATH, json=asked("mention"))
    sealed = (await kept(clients, clients.aigul))[0].sealed_token

    assert clients.aigul.token not in sealed
    assert clients.school.instance.push_keys.unseal(sealed) == clients.aigul.token
    assert clients.school.instance.push_keys.unseal(sealed[:-2]) is None
    assert clients.network["kostanay"].instance.push_keys.unseal(sealed) is None


async def test_of_one_person_only_so_many_programs_are_woken(clients: Clients) -> None:
    for number in range(push_subscriptions.MOST + 1):
        client = await let_in(clients.school, clients.aigul.me)
        clients.network.clock.advance(seconds=1)
        await client.post(PATH, json=asked("mention", endpoint=f"{SERVICE}-{number}"))

    endpoints = [each.endpoint for each in await kept(clients, clients.aigul)]

    assert len(endpoints) == push_subscriptions.MOST
    assert f"{SERVICE}-0" not in endpoints


async def _forget_token(tx: Transaction, account_id: int) -> None:
    await tx.execute("DELETE FROM tokens WHERE account_id = :account", account=account_id)


async def test_with_its_token_a_subscription_is_forgotten(clients: Clients) -> None:
    await clients.aigul.post(PATH, json=asked("mention"))

    await clients.school.write(_forget_token, clients.aigul.me.id)

    assert await kept(clients, clients.aigul) == []

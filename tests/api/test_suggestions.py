"""Suggestions: whom one might want to follow."""

from typing import Any

import pytest

from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems

SUGGESTIONS = "/api/v2/suggestions"


async def follow(follower: Client, followed: Client) -> None:
    await follower.post(f"/api/v1/accounts/{followed.me.id}/follow")


async def names(client: Client, path: str) -> list[str]:
    got = await client.get(path)
    assert got.status_code == 200, got.text
    assert problems("[Account]", got.json()) == []
    return [each["username"] for each in got.json()]


async def teacher(clients: Clients, name: str, **changes: Any) -> Client:
    return await let_in(clients.school, await clients.school.teacher(name, **changes))


async def test_friends_of_friends_are_suggested_before_colleagues_and_each_once(clients: Clients) -> None:
    dana, erlan = await teacher(clients, "dana"), await teacher(clients, "erlan", discoverable=True)
    await follow(clients.aigul, clients.bolat)
    await follow(clients.bolat, erlan)

    got = (await clients.aigul.get(SUGGESTIONS)).json()
    old = await clients.aigul.get("/api/v1/suggestions")

    assert problems("[Suggestion]", got) == []
    assert [(each["account"]["username"], each["source"], each["sources"]) for each in got] == [
        ("erlan", "past_interactions", ["friends_of_friends", "featured"]),
        ("dana", "staff", ["featured"]),
    ]
    assert [each["id"] for each in old.json()] == [str(erlan.me.id), str(dana.me.id)]
    assert old.headers["deprecation"].startswith("@")
    assert await names(clients.aigul, "/api/v1/suggestions?limit=1&offset=1") == ["dana"]
    assert (await clients.aigul.get(f"{SUGGESTIONS}?offset=-1")).status_code == 400


async def test_somebody_elsewhere_is_suggested_only_if_she_wants_to_be_found(clients: Clients) -> None:
    olga, oleg = [
        await clients.network["kostanay"].teacher(name, discoverable=found)
        for name, found in (("olga", True), ("oleg", False))
    ]
    await follow(clients.aigul, clients.bolat)
    for each in (olga, oleg):
        known = await clients.school.knows(each)
        await clients.school.follow(clients.bolat.me, known)
    await clients.network.drain()

    assert await names(clients.aigul, "/api/v1/suggestions") == ["olga"]


@pytest.mark.parametrize("action", ["follow", "block", "mute", "suggestion"])
async def test_whom_one_knows_or_does_not_want_is_not_suggested(clients: Clients, action: str) -> None:
    assert await names(clients.aigul, "/api/v1/suggestions") == ["bolat"]

    if action == "suggestion":
        for _ in range(2):
            assert (await clients.aigul.delete(f"/api/v1/suggestions/{clients.bolat.me.id}")).json() == {}
        assert (await clients.aigul.delete("/api/v1/suggestions/9")).json() == {}
    else:
        await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/{action}")

    assert await names(clients.aigul, "/api/v1/suggestions") == []
    assert await names(clients.bolat, "/api/v1/suggestions") == ([] if action == "block" else ["aigul"])

"""Lists of people through the API, and what is in their timelines."""

from typing import Any

import pytest

from fedi.models.posts import Circle
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems

LISTS = "/api/v1/lists"


async def made(client: Client, *members: Client, **params: Any) -> str:
    """The id of a new list with these people, whom its owner follows from now on."""
    got = await client.post(LISTS, json={"title": "Physics", **params})
    assert problems("List", got.json()) == []
    list_id = str(got.json()["id"])
    for each in members:
        await client.post(f"/api/v1/accounts/{each.me.id}/follow")
        added = await client.post(f"{LISTS}/{list_id}/accounts", data={"account_ids[]": str(each.me.id)})
        assert (added.status_code, added.json()) == (200, {})
    return list_id


async def timeline(client: Client, list_id: str) -> list[int]:
    return [int(each["id"]) for each in (await client.get(f"/api/v1/timelines/list/{list_id}")).json()]


async def home(client: Client) -> list[int]:
    return [int(each["id"]) for each in (await client.get("/api/v1/timelines/home")).json()]


async def test_a_list_is_made_changed_and_deleted(clients: Clients) -> None:
    list_id = await made(clients.aigul)

    changed = await clients.aigul.put(f"{LISTS}/{list_id}", data={"title": "Chemistry", "replies_policy": "none"})
    several = (await clients.aigul.get(LISTS)).json()
    deleted = await clients.aigul.delete(f"{LISTS}/{list_id}")

    assert changed.json() == {"id": list_id, "title": "Chemistry", "replies_policy": "none", "exclusive": False}
    assert several == [changed.json()]
    assert (deleted.json(), (await clients.aigul.get(LISTS)).json()) == ({}, [])
    assert (await clients.aigul.get(f"{LISTS}/{list_id}")).status_code == 404


@pytest.mark.parametrize("values", [{}, {"title": " "}, {"title": "x" * 257}, {"title": "a", "replies_policy": "all"}])
async def test_a_list_needs_a_title_and_a_policy_that_exists(clients: Clients, values: dict[str, str]) -> None:
    refused = await clients.aigul.post(LISTS, data=values)

    assert refused.status_code == 422
    assert refused.json()["error"].startswith("Validation failed: ")


async def test_nobody_sees_or_changes_the_list_of_somebody_else(clients: Clients) -> None:
    list_id = await made(clients.aigul, clients.bolat)
    path = f"{LISTS}/{list_id}"

    answers = [
        await clients.bolat.get(path),
        await clients.bolat.put(path, data={"title": "Mine"}),
        await clients.bolat.delete(path),
        await clients.bolat.get(f"{path}/accounts"),
        await clients.bolat.get(f"{path}/accounts?limit=0"),
        await clients.bolat.post(f"{path}/accounts", data={"account_ids[]": str(clients.bolat.me.id)}),
        await clients.bolat.delete(f"{path}/accounts", params={"account_ids[]": str(clients.bolat.me.id)}),
        await clients.bolat.get(f"/api/v1/timelines/list/{list_id}"),
    ]

    assert {each.status_code for each in answers} == {404}


async def test_members_are_followed_or_asked_or_oneself_and_each_is_in_it_once(clients: Clients) -> None:
    locked = await let_in(clients.school, await clients.school.teacher("dana", locked=True))
    stranger = await let_in(clients.school, await clients.school.teacher("erlan"))
    list_id = await made(clients.aigul, clients.bolat, locked)
    path = f"{LISTS}/{list_id}/accounts"

    own = await clients.aigul.post(path, json={"account_ids": [str(clients.aigul.me.id)]})
    refused = await clients.aigul.post(path, json={"account_ids": [str(stranger.me.id)]})
    absent = await clients.aigul.post(path, json={"account_ids": ["9"]})
    again = await clients.aigul.post(path, json={"account_ids": [str(clients.bolat.me.id)]})
    members = (await clients.aigul.get(path)).json()
    first = await clients.aigul.get(f"{path}?limit=1")
    everybody = await clients.aigul.get(f"{path}?limit=0")
    of_bolat = (await clients.aigul.get(f"/api/v1/accounts/{clients.bolat.me.id}/lists")).json()

    assert (own.status_code, refused.status_code, absent.status_code, again.status_code) == (200, 422, 404, 422)
    assert again.json() == {"error": "Validation failed: Account is already on the list"}
    assert [each["username"] for each in members] == ["aigul", "dana", "bolat"]
    assert 'rel="next"' in first.headers["link"]
    assert "since_id" in first.headers["link"]
    assert len(everybody.json()) == 3
    assert "link" not in everybody.headers
    assert [each["id"] for each in of_bolat] == [list_id]
    assert (await clients.aigul.get("/api/v1/accounts/9/lists")).status_code == 404


async def test_a_refused_member_leaves_none_of_the_others_in_the_list(clients: Clients) -> None:
    list_id = await made(clients.aigul)
    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/follow")

    await clients.aigul.post(f"{LISTS}/{list_id}/accounts", json={"account_ids": [str(clients.bolat.me.id), "9"]})

    assert (await clients.aigul.get(f"{LISTS}/{list_id}/accounts")).json() == []


async def test_a_list_holds_what_its_people_wrote_before_and_write_from_now_on(clients: Clients) -> None:
    before = await clients.school.post(clients.bolat.me, "Before")
    list_id = await made(clients.aigul, clients.bolat)
    other = await clients.school.post(clients.aigul.me, "Not in the list")
    after = await clients.school.post(clients.bolat.me, "After", Circle.FOLLOWERS)
    secret = await clients.school.post(clients.bolat.me, "For nobody", Circle.DIRECT)
    boost = (await clients.bolat.post(f"/api/v1/statuses/{other.id}/reblog")).json()["id"]

    there = await timeline(clients.aigul, list_id)
    await clients.aigul.delete(f"{LISTS}/{list_id}/accounts", params={"account_ids[]": str(clients.bolat.me.id)})

    assert there == [int(boost), after.id, before.id]
    assert secret.id not in there
    assert await timeline(clients.aigul, list_id) == []
    assert after.id in await home(clients.aigul)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("none", {"owner"}), ("list", {"owner", "member"}), ("followed", {"owner", "member", "followed"})],
)
async def test_the_policy_says_whose_answers_to_others_are_in_it(
    clients: Clients, policy: str, expected: set[str]
) -> None:
    member, followed, other = [
        await let_in(clients.school, await clients.school.teacher(each)) for each in ("member", "followed", "other")
    ]
    list_id = await made(clients.aigul, clients.bolat, member, replies_policy=policy)
    await clients.aigul.post(f"/api/v1/accounts/{followed.me.id}/follow")
    answers = {}
    for name, person in {"owner": clients.aigul, "member": member, "followed": followed, "other": other}.items():
        parent = await clients.school.post(person.me, "Question")
        answers[(await clients.school.post(clients.bolat.me, "Answer", in_reply_to_id=parent.id)).id] = name

    found = {answers[each] for each in await timeline(clients.aigul, list_id) if each in answers}

    assert found == expected


async def test_people_of_an_exclusive_list_are_not_in_the_home(clients: Clients) -> None:
    list_id = await made(clients.aigul, clients.bolat)
    first = await clients.school.post(clients.bolat.me, "First")
    shown = await home(clients.aigul)

    await clients.aigul.put(f"{LISTS}/{list_id}", json={"exclusive": True})
    second = await clients.school.post(clients.bolat.me, "Second")
    apart, in_list = await home(clients.aigul), await timeline(clients.aigul, list_id)
    await clients.aigul.delete(f"{LISTS}/{list_id}")

    assert shown == [first.id]
    assert (apart, in_list) == ([], [second.id, first.id])
    assert await home(clients.aigul) == [second.id, first.id]


async def test_whoever_is_followed_no_more_is_in_no_list(clients: Clients) -> None:
    list_id = await made(clients.aigul, clients.bolat)
    await clients.school.post(clients.bolat.me, "There")

    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/unfollow")

    assert (
        (await clients.aigul.get(f"{LISTS}/{list_id}/accounts")).json() == await timeline(clients.aigul, list_id) == []
    )


async def test_whoever_lets_a_follower_in_comes_into_the_lists_she_is_in(clients: Clients) -> None:
    locked = await let_in(clients.school, await clients.school.teacher("dana", locked=True))
    post = await clients.school.post(locked.me, "Before", Circle.FOLLOWERS)
    list_id = await made(clients.aigul, locked)
    waiting = await timeline(clients.aigul, list_id)

    await locked.post(f"/api/v1/follow_requests/{clients.aigul.me.id}/authorize")

    assert (waiting, await timeline(clients.aigul, list_id)) == ([], [post.id])

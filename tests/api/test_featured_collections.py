"""Collections of people through the API, as Mastodon 4.6 has them."""

from typing import Any

import pytest

from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems

COLLECTIONS = "/api/v1/collections"


async def made(client: Client, *people: Client, **params: Any) -> dict[str, Any]:
    """A new collection of people who want to be found."""
    for each in people:
        await each.patch("/api/v1/accounts/update_credentials", data={"discoverable": "true"})
    values = {"name": "Physics in our region", "account_ids": [str(each.me.id) for each in people], **params}
    got = await client.post(COLLECTIONS, json=values)
    assert got.status_code == 200, got.text
    assert problems("WrappedCollection", got.json()) == []
    return dict(got.json()["collection"])


async def whole(client: Client, collection_id: str) -> dict[str, Any]:
    got = await client.get(f"{COLLECTIONS}/{collection_id}")
    assert problems("CollectionWithAccounts", got.json()) == []
    return dict(got.json())


async def test_a_collection_shows_its_people_and_whose_it_is(clients: Clients) -> None:
    collection = await made(
        clients.aigul, clients.bolat, description="They teach well", language="en", tag_name="#physics"
    )

    shown = await whole(clients.stranger, collection["id"])

    assert {each["username"] for each in shown["accounts"]} == {"aigul", "bolat"}
    said = shown["collection"]
    assert (said["name"], said["description"], said["language"]) == ("Physics in our region", "They teach well", "en")
    assert (said["tag"]["name"], said["item_count"], said["local"]) == ("physics", 1, True)
    assert [(each["account_id"], each["state"]) for each in said["items"]] == [(str(clients.bolat.me.id), "accepted")]


async def test_a_collection_is_changed_and_deleted(clients: Clients) -> None:
    collection = await made(clients.aigul, tag_name="physics", language="en")
    path = f"{COLLECTIONS}/{collection['id']}"

    renamed = await clients.aigul.patch(path, data={"name": "Chemistry", "tag_name": "", "discoverable": "false"})
    put = await clients.aigul.put(path, json={"description": "Ours"})
    deleted = await clients.aigul.delete(path)

    assert renamed.json()["collection"]["name"] == "Chemistry"
    assert (renamed.json()["collection"]["tag"], renamed.json()["collection"]["language"]) == (None, "en")
    assert (put.json()["collection"]["name"], put.json()["collection"]["description"]) == ("Chemistry", "Ours")
    assert deleted.status_code == 200
    assert (await clients.aigul.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({}, "Name can't be blank"),
        ({"name": " \n"}, "Name can't be blank"),
        ({"name": "x" * 41}, "Name is too long (maximum is 40 characters)"),
        ({"name": "x", "description": "y" * 101}, "Description is too long (maximum is 100 characters)"),
        ({"name": "x", "tag_name": "two words"}, "Tag is not a valid hashtag"),
    ],
)
async def test_what_is_wrong_with_a_collection_is_said(clients: Clients, values: dict[str, str], error: str) -> None:
    refused = await clients.aigul.post(COLLECTIONS, json=values)

    assert (refused.status_code, refused.json()["error"]) == (422, f"Validation failed: {error}")


async def test_people_are_added_and_taken_out(clients: Clients) -> None:
    collection = await made(clients.aigul)
    items = f"{COLLECTIONS}/{collection['id']}/items"

    await clients.bolat.patch("/api/v1/accounts/update_credentials", data={"discoverable": "true"})
    added = await clients.aigul.post(items, data={"account_id": str(clients.bolat.me.id)})
    again = await clients.aigul.post(items, data={"account_id": str(clients.bolat.me.id)})
    removed = await clients.aigul.delete(f"{items}/{added.json()['collection_item']['id']}")

    assert problems("WrappedCollectionItem", added.json()) == []
    assert (again.status_code, removed.status_code) == (422, 200)
    assert (await whole(clients.aigul, collection["id"]))["collection"]["items"] == []


async def test_an_item_needs_somebody_who_is_there(clients: Clients) -> None:
    collection = await made(clients.aigul)
    items = f"{COLLECTIONS}/{collection['id']}/items"

    nobody = await clients.aigul.post(items, data={})
    unknown = await clients.aigul.post(items, data={"account_id": "1"})

    assert (nobody.status_code, nobody.json()["error"]) == (422, "`account_id` parameter is missing")
    assert unknown.status_code == 404


async def test_only_its_owner_changes_a_collection(clients: Clients) -> None:
    collection = await made(clients.aigul, clients.bolat)
    path = f"{COLLECTIONS}/{collection['id']}"

    answers = [
        await clients.bolat.patch(path, data={"name": "Mine"}),
        await clients.bolat.delete(path),
        await clients.bolat.post(f"{path}/items", data={"account_id": str(clients.bolat.me.id)}),
        await clients.bolat.delete(f"{path}/items/{collection['items'][0]['id']}"),
        await clients.aigul.post(f"{path}/items/{collection['items'][0]['id']}/revoke"),
    ]

    assert [each.status_code for each in answers] == [403] * 5
    assert (await whole(clients.bolat, collection["id"]))["collection"]["name"] == "Physics in our region"


async def test_whoever_is_shown_is_told_and_can_take_herself_out_for_good(clients: Clients) -> None:
    collection = await made(clients.aigul, clients.bolat)
    item = collection["items"][0]["id"]

    told = (await clients.bolat.get("/api/v1/notifications")).json()
    groups = (await clients.bolat.get("/api/v2/notifications")).json()["notification_groups"]
    mine = (await clients.bolat.get(f"/api/v1/accounts/{clients.bolat.me.id}/in_collections")).json()
    await clients.aigul.patch(f"{COLLECTIONS}/{collection['id']}", data={"name": "Teachers"})
    revoked = await clients.bolat.post(f"{COLLECTIONS}/{collection['id']}/items/{item}/revoke")
    again = await clients.aigul.post(
        f"{COLLECTIONS}/{collection['id']}/items", data={"account_id": str(clients.bolat.me.id)}
    )

    assert problems("Notification", told[0]) == []
    assert (told[0]["type"], told[0]["collection"]["id"]) == ("added_to_collection", collection["id"])
    assert groups[0]["collection"]["id"] == collection["id"]
    assert [each["id"] for each in mine["collections"]] == [collection["id"]]
    assert (revoked.status_code, again.status_code) == (200, 422)
    assert (await clients.bolat.get("/api/v1/notifications")).json()[0]["type"] == "collection_update"
    assert (await whole(clients.aigul, collection["id"]))["collection"]["items"] == []


async def test_nobody_is_shown_who_does_not_want_to_be_found(clients: Clients) -> None:
    shy = await let_in(clients.school, await clients.school.teacher("shy"))
    blocked = await let_in(clients.school, await clients.school.teacher("cross", discoverable=True))
    locked = await let_in(clients.school, await clients.school.teacher("locked", locked=True, discoverable=True))
    await blocked.post(f"/api/v1/accounts/{clients.aigul.me.id}/block")
    collection = await made(clients.aigul)

    answers = [
        await clients.aigul.post(f"{COLLECTIONS}/{collection['id']}/items", data={"account_id": str(each.me.id)})
        for each in (shy, blocked, locked)
    ]
    with_people = await clients.aigul.post(COLLECTIONS, json={"name": "All", "account_ids": [str(shy.me.id)]})

    assert [each.status_code for each in answers] == [403] * 3
    assert with_people.status_code == 403
    listed = (await clients.aigul.get(f"/api/v1/accounts/{clients.aigul.me.id}/collections")).json()["collections"]
    assert [each["id"] for each in listed] == [collection["id"]]
    approvals = [(await clients.aigul.get(f"/api/v1/accounts/{each.me.id}")).json() for each in (shy, locked)]
    assert [each["feature_approval"]["automatic"] for each in approvals] == [[], ["followers"]]


async def test_collections_are_listed_page_by_page_and_only_those_to_be_found(clients: Clients) -> None:
    hidden = await made(clients.aigul, discoverable=False)
    first, second = await made(clients.aigul, name="One"), await made(clients.aigul, name="Two")
    path = f"/api/v1/accounts/{clients.aigul.me.id}/collections"

    own = (await clients.aigul.get(path)).json()["collections"]
    others = await clients.bolat.get(path, params={"limit": "1"})
    rest = await clients.bolat.get(path, params={"limit": "1", "offset": "1"})

    assert [each["id"] for each in own] == [second["id"], first["id"], hidden["id"]]
    assert [each["id"] for each in others.json()["collections"]] == [second["id"]]
    assert 'offset=1>; rel="next"' in others.headers["link"]
    assert [each["id"] for each in rest.json()["collections"]] == [first["id"]]
    assert 'offset=0>; rel="prev"' in rest.headers["link"]
    assert (await clients.stranger.get(f"{COLLECTIONS}/{hidden['id']}")).status_code == 200


async def test_there_are_only_so_many_collections(clients: Clients) -> None:
    for number in range(10):
        await made(clients.aigul, name=f"Number {number}")

    refused = await clients.aigul.post(COLLECTIONS, json={"name": "One more"})

    assert (refused.status_code, refused.json()["error"]) == (422, "Validation failed: At most 10 collections are kept")


async def test_a_blocked_reader_sees_no_collection_and_a_blocked_person_no_place(clients: Clients) -> None:
    third = await let_in(clients.school, await clients.school.teacher("third"))
    collection = await made(clients.aigul, clients.bolat)
    await clients.aigul.post(f"/api/v1/accounts/{third.me.id}/block")
    reader = await let_in(clients.school, await clients.school.teacher("reader"))
    await reader.post(f"/api/v1/accounts/{clients.bolat.me.id}/block")

    assert (await third.get(f"{COLLECTIONS}/{collection['id']}")).status_code == 404
    assert (await third.get(f"/api/v1/accounts/{clients.aigul.me.id}/collections")).json() == {"collections": []}
    assert (await whole(reader, collection["id"]))["collection"]["items"] == []


async def test_where_somebody_is_shown_is_told_to_nobody_else(clients: Clients) -> None:
    await made(clients.aigul, clients.bolat)

    asked = await clients.aigul.get(f"/api/v1/accounts/{clients.bolat.me.id}/in_collections")

    assert asked.json() == {"collections": []}


async def test_the_page_of_a_collection_shows_its_people(clients: Clients) -> None:
    collection = await made(clients.aigul, clients.bolat, description="<b>Good</b>")

    page = await clients.school.get(f"/collections/{collection['id']}", accept="text/html")

    assert page.status_code == 200
    assert "&lt;b&gt;Good&lt;/b&gt;" in page.text
    assert "/@bolat" in page.text

"""Hashtags through the API: how much they are used, following them, and showing them."""

from typing import Any

import pytest

from fedi.actions import timelines
from fedi.models.posts import Circle
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems

Json = dict[str, Any]
FEATURED = "/api/v1/featured_tags"


async def home(client: Client) -> list[int]:
    return [int(each["id"]) for each in (await client.get("/api/v1/timelines/home")).json()]


async def follow(client: Client, name: str) -> Json:
    got = await client.post(f"/api/v1/tags/{name}/follow")
    assert got.status_code == 200, got.text
    assert problems("Tag", got.json()) == []
    found: Json = got.json()
    return found


async def test_a_hashtag_tells_how_much_it_is_used_and_how_one_stands_to_it(clients: Clients) -> None:
    await clients.school.post(clients.bolat.me, "#Қазақстан #math")
    await clients.school.post(clients.aigul.me, "#қазақстан")
    await clients.school.post(clients.bolat.me, "#қазақстан inside", Circle.SCHOOL)

    got = (await clients.aigul.get("/api/v1/tags/ҚАЗАҚСТАН")).json()
    stranger = (await clients.stranger.get("/api/v1/tags/Қазақстан")).json()
    new = await clients.aigul.get("/api/v1/tags/Nobody")

    assert problems("Tag", got) == problems("Tag", stranger) == []
    assert (got["name"], got["following"], got["featuring"]) == ("қазақстан", False, False)
    assert (got["history"][0]["uses"], got["history"][0]["accounts"]) == ("2", "2")
    assert got["url"].startswith(f"{clients.school.base}/tags/")
    assert not {"following", "featuring"} & set(stranger)
    assert (new.status_code, new.json()["history"][0]["uses"]) == (200, "0")


@pytest.mark.parametrize("name", ["12", "a b", "x" * 201, "%20", "a#b"])
async def test_what_would_be_no_hashtag_in_a_post_is_none(clients: Clients, name: str) -> None:
    path = f"/api/v1/tags/{name.replace('#', '%23')}"
    got, followed = await clients.aigul.get(path), await clients.aigul.post(f"{path}/follow")
    featured = await clients.aigul.post(FEATURED, json={"name": name})

    assert (got.status_code, followed.status_code) == (404, 404)
    assert featured.status_code == 422


async def test_posts_with_a_followed_hashtag_come_home_from_then_on(clients: Clients) -> None:
    await clients.school.post(clients.bolat.me, "Before #math")
    assert (await follow(clients.aigul, "Math"))["following"] is True

    posts = [
        await clients.school.post(clients.bolat.me, "Public #MATH"),
        await clients.school.post(clients.bolat.me, "For the school #math #physics", Circle.SCHOOL),
    ]
    for circle in (Circle.NETWORK, Circle.FOLLOWERS, Circle.DIRECT):
        await clients.school.post(clients.bolat.me, "Not told #math", circle)
    await clients.school.post(clients.bolat.me, "Another #physics")

    assert await home(clients.aigul) == [post.id for post in reversed(posts)]


async def test_an_answer_with_a_followed_hashtag_comes_home_too(clients: Clients) -> None:
    await follow(clients.aigul, "math")
    asked = await clients.school.post(clients.bolat.me, "Which?")
    answer = await clients.school.post(
        (await let_in(clients.school, await clients.school.teacher("dana"))).me, "#math", in_reply_to_id=asked.id
    )

    assert await home(clients.aigul) == [answer.id]


async def test_posts_of_other_servers_come_home_by_their_hashtags(clients: Clients) -> None:
    olga = await clients.network["kostanay"].teacher("olga")
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    await clients.school.knows(olga)
    await clients.school.follow(dana.me, olga)
    await clients.network.drain()
    await follow(clients.aigul, "math")

    post = await clients.network["kostanay"].post(olga, "From afar #math")
    await clients.network.drain()

    stored = await clients.school.has(post.uri)
    assert stored is not None
    assert await home(clients.aigul) == await home(dana) == [stored.id]


@pytest.mark.parametrize("action", ["block", "mute"])
async def test_no_hashtag_brings_home_whom_one_does_not_want_to_read(clients: Clients, action: str) -> None:
    await follow(clients.aigul, "math")
    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/{action}")

    await clients.school.post(clients.bolat.me, "#math")

    assert await home(clients.aigul) == []


async def test_a_hashtag_brings_home_nobody_who_is_read_in_a_list_of_her_own(clients: Clients) -> None:
    made = (await clients.aigul.post("/api/v1/lists", json={"title": "Apart", "exclusive": True})).json()["id"]
    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/follow")
    await clients.aigul.post(f"/api/v1/lists/{made}/accounts", json={"account_ids": [str(clients.bolat.me.id)]})
    await follow(clients.aigul, "math")

    post = await clients.school.post(clients.bolat.me, "#math")
    before = await home(clients.aigul)
    await clients.aigul.put(f"/api/v1/lists/{made}", json={"exclusive": False})

    assert (before, await home(clients.aigul)) == ([], [post.id])


async def test_a_hashtag_that_is_followed_no_longer_takes_along_what_came_by_it_alone(clients: Clients) -> None:
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    await clients.aigul.post(f"/api/v1/accounts/{dana.me.id}/follow")
    for name in ("math", "physics"):
        await follow(clients.aigul, name)
    gone = await clients.school.post(clients.bolat.me, "#math")
    kept = [
        await clients.school.post(clients.aigul.me, "My own #math"),
        await clients.school.post(clients.bolat.me, "#math #physics"),
        await clients.school.post(dana.me, "#math"),
    ]
    assert gone.id in await home(clients.aigul)

    answer = await clients.aigul.post("/api/v1/tags/math/unfollow")
    again = await clients.aigul.post("/api/v1/tags/math/unfollow")

    assert answer.json()["following"] is again.json()["following"] is False
    assert await home(clients.aigul) == [post.id for post in reversed(kept)]


async def test_a_home_that_is_written_anew_has_what_came_by_hashtags(clients: Clients) -> None:
    await follow(clients.aigul, "math")
    post = await clients.school.post(clients.bolat.me, "#math")
    await clients.school.post(clients.bolat.me, "Unlisted #math", Circle.NETWORK)
    await clients.school.write(lambda tx: tx.execute("DELETE FROM home_entries"))

    await clients.school.write(timelines.rebuild, clients.aigul.me.id)

    assert await home(clients.aigul) == [post.id]


async def test_followed_hashtags_are_listed_in_pages_cut_by_their_follows(clients: Clients) -> None:
    for name in ("math", "physics", "math", "history"):
        await follow(clients.aigul, name)

    got = await clients.aigul.get("/api/v1/followed_tags?limit=2")
    link = got.links["next"]["url"]
    rest = await clients.aigul.get(link)

    assert problems("[Tag]", got.json()) == []
    assert [each["name"] for each in got.json()] == ["history", "physics"]
    assert all(each["following"] for each in got.json())
    assert [each["name"] for each in rest.json()] == ["math"]
    assert "since_id" in got.links["prev"]["url"]
    assert (await clients.bolat.get("/api/v1/followed_tags")).json() == []


async def test_a_search_tells_which_hashtags_are_followed(clients: Clients) -> None:
    await clients.school.post(clients.bolat.me, "#math #mathematics")
    await follow(clients.aigul, "math")

    found = (await clients.aigul.get("/api/v2/search?q=math&type=hashtags")).json()["hashtags"]
    stranger = (await clients.stranger.get("/api/v2/search?q=math&type=hashtags")).json()["hashtags"]

    assert [(each["name"], each["following"]) for each in found] == [("math", True), ("mathematics", False)]
    assert all("following" not in each for each in stranger)


# --- on one's page ----------------------------------------------------------------------------------


async def test_hashtags_are_shown_on_ones_page_and_taken_off(clients: Clients) -> None:
    await clients.school.post(clients.aigul.me, "#Физика")
    await clients.school.post(clients.aigul.me, "#физика for followers", Circle.FOLLOWERS)

    made = await clients.aigul.post(FEATURED, data={"name": "#Физика"})
    again = await clients.aigul.post(FEATURED, data={"name": "физика"})
    by_name = await clients.aigul.post("/api/v1/tags/Math/feature")
    own = (await clients.aigul.get(FEATURED)).json()
    seen = await clients.stranger.get(f"/api/v1/accounts/{clients.aigul.me.id}/featured_tags")
    unfeatured = await clients.aigul.post("/api/v1/tags/math/unfeature")
    deleted = await clients.aigul.delete(f"{FEATURED}/{made.json()['id']}")

    assert problems("[FeaturedTag]", own) == []
    assert (made.json()["name"], made.json()["statuses_count"]) == ("Физика", "1")
    assert made.json()["last_status_at"] is not None
    assert (again.status_code, again.json()) == (422, {"error": "Validation failed: Tag has already been taken"})
    assert (by_name.json()["name"], by_name.json()["featuring"]) == ("math", True)
    assert own == seen.json()
    assert [each["name"] for each in own] == ["Физика", "Math"]
    assert own[1]["last_status_at"] is None
    assert unfeatured.json()["featuring"] is False
    assert (deleted.json(), (await clients.aigul.get(FEATURED)).json()) == ({}, [])


async def test_nobody_takes_a_hashtag_off_the_page_of_somebody_else(clients: Clients) -> None:
    made = (await clients.aigul.post(FEATURED, data={"name": "math"})).json()["id"]

    assert (await clients.bolat.delete(f"{FEATURED}/{made}")).status_code == 404
    assert (await clients.aigul.post(FEATURED)).status_code == 400
    assert (await clients.stranger.get("/api/v1/accounts/9/featured_tags")).status_code == 404
    assert len((await clients.aigul.get(FEATURED)).json()) == 1


async def test_ten_hashtags_are_shown_and_no_more(clients: Clients) -> None:
    answers = [await clients.aigul.post(FEATURED, data={"name": f"tag{each}"}) for each in range(11)]
    again = await clients.aigul.post("/api/v1/tags/tag3/feature")

    assert [each.status_code for each in answers] == [200] * 10 + [422]
    assert again.status_code == 200


async def test_what_one_uses_most_is_suggested(clients: Clients) -> None:
    for text in ("#math #physics", "#math", "#history"):
        await clients.school.post(clients.aigul.me, text)
    await clients.school.post(clients.aigul.me, "#secret #secret2", Circle.SCHOOL)
    await clients.aigul.post(FEATURED, data={"name": "history"})

    got = (await clients.aigul.get(f"{FEATURED}/suggestions")).json()

    assert problems("[Tag]", got) == []
    assert [each["name"] for each in got] == ["math", "physics"]


async def test_the_profile_tells_which_hashtags_are_on_the_page(clients: Clients) -> None:
    made = (await clients.aigul.post("/api/v1/featured_tags", data={"name": "Math"})).json()

    got = (await clients.aigul.get("/api/v1/profile")).json()

    assert problems("Profile", got) == []
    assert got["featured_tags"] == [made]

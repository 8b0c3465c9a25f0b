"""What a client tells its owner that others did, one by one and in groups, and what is kept apart."""

import re
from typing import Any

import pytest

from fedi.actions import follows, posts, reactions, reports
from fedi.models.accounts import Role
from fedi.models.posts import Circle, Draft
from fedi.models.reports import NewReport
from fedi.store.database import Transaction
from tests import factories as make
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems

V1, V2 = "/api/v1/notifications", "/api/v2/notifications"
POLICY = f"{V2}/policy"
STATUSES = "/api/v1/statuses"


async def colleague(clients: Clients, name: str) -> Client:
    return await let_in(clients.school, await clients.school.teacher(name))


async def types(client: Client, path: str = V1) -> list[str]:
    return [each["type"] for each in (await client.get(path)).json()]


async def test_everything_that_happened_is_told_newest_first_with_its_post_and_person(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)
    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/follow")
    await clients.bolat.post(f"{STATUSES}/{post.id}/favourite")
    await clients.bolat.post(f"{STATUSES}/{post.id}/reblog")
    await clients.bolat.post(STATUSES, json={"status": "@aigul hello"})

    told = (await clients.aigul.get(V1)).json()
    one = (await clients.aigul.get(f"{V1}/{told[0]['id']}")).json()

    assert problems("[Notification]", [*told, one]) == []
    assert [each["type"] for each in told] == ["mention", "reblog", "favourite", "follow"]
    assert [each.get("status", {}).get("id") for each in told[1:]] == [str(post.id), str(post.id), None]
    assert {each["account"]["username"] for each in told} == {"bolat"}
    assert one == told[0]
    assert (await clients.bolat.get(f"{V1}/{told[0]['id']}")).status_code == 404


async def test_a_list_is_narrowed_by_kinds_and_people(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)
    dana = await colleague(clients, "dana")
    for client in (clients.bolat, dana):
        await client.post(f"{STATUSES}/{post.id}/favourite")
    await dana.post(f"{STATUSES}/{post.id}/reblog")

    assert await types(clients.aigul, f"{V1}?types[]=reblog&types[]=unheard_of") == ["reblog"]
    assert await types(clients.aigul, f"{V1}?types=reblog") == ["reblog"]
    assert await types(clients.aigul, f"{V1}?exclude_types[]=favourite") == ["reblog"]
    assert await types(clients.aigul, f"{V1}?account_id={clients.bolat.me.id}") == ["favourite"]


async def test_pages_are_cut_by_notifications_and_their_links_keep_the_filter(clients: Clients) -> None:
    for number in range(3):
        post = await clients.school.post(clients.aigul.me, f"Post {number}")
        await clients.bolat.post(f"{STATUSES}/{post.id}/favourite")

    seen: list[str] = []
    url: str | None = f"{V1}?limit=2&types[]=favourite"
    while url:
        got = await clients.aigul.get(url)
        seen += [each["id"] for each in got.json()]
        following = re.search(r'<([^>]+)>; rel="next"', got.headers.get("link", ""))
        url = following[1] if following else None
        assert url is None or "types" in url

    assert len(seen) == len(set(seen)) == 3


async def test_likes_of_one_post_are_one_group_with_its_people_newest_first(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)
    likers = [clients.bolat, *[await colleague(clients, name) for name in ("dana", "erlan")]]
    for client in likers:
        await client.post(f"{STATUSES}/{post.id}/favourite")
    await clients.bolat.post(STATUSES, json={"status": "@aigul hello"})

    found = (await clients.aigul.get(V2)).json()
    mention, likes = found["notification_groups"]
    alone = (await clients.aigul.get(f"{V2}/{likes['group_key']}")).json()
    people = (await clients.aigul.get(f"{V2}/{likes['group_key']}/accounts")).json()
    flat = (await clients.aigul.get(V1)).json()

    assert problems("GroupedNotificationsResults", found) == problems("GroupedNotificationsResults", alone) == []
    assert (likes["type"], likes["notifications_count"], likes["status_id"]) == ("favourite", 3, str(post.id))
    assert likes["sample_account_ids"] == [str(client.me.id) for client in reversed(likers)]
    assert mention["group_key"].startswith("ungrouped-")
    assert {each["id"] for each in found["statuses"]} == {str(post.id), mention["status_id"]}
    assert {each["username"] for each in found["accounts"]} == {"bolat", "dana", "erlan"}
    assert alone["notification_groups"] == [likes]
    assert [each["username"] for each in people] == ["erlan", "dana", "bolat"]
    assert [each["group_key"] for each in flat[1:]] == [likes["group_key"]] * 3


async def test_a_client_groups_only_what_it_asks_to_have_grouped(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)
    for client in (clients.bolat, await colleague(clients, "dana")):
        await client.post(f"{STATUSES}/{post.id}/favourite")
        await client.post(f"{STATUSES}/{post.id}/reblog")

    found = (await clients.aigul.get(f"{V2}?grouped_types[]=reblog")).json()["notification_groups"]

    assert sorted((each["type"], each["notifications_count"]) for each in found) == [
        ("favourite", 1),
        ("favourite", 1),
        ("reblog", 2),
    ]


async def test_likes_half_a_day_apart_are_two_groups(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)
    await clients.bolat.post(f"{STATUSES}/{post.id}/favourite")
    clients.network.clock.advance(hours=13)
    await (await colleague(clients, "dana")).post(f"{STATUSES}/{post.id}/favourite")

    found = (await clients.aigul.get(V2)).json()["notification_groups"]

    assert [each["notifications_count"] for each in found] == [1, 1]


async def test_what_is_dismissed_is_gone_one_by_one_in_groups_and_altogether(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)
    for client in (clients.bolat, await colleague(clients, "dana")):
        await client.post(f"{STATUSES}/{post.id}/favourite")
        await client.post(STATUSES, json={"status": "@aigul hello"})
        await client.post(f"{STATUSES}/{post.id}/reblog")
    mention = (await clients.aigul.get(f"{V1}?types=mention")).json()[0]
    group = (await clients.aigul.get(f"{V2}?types=favourite")).json()["notification_groups"][0]["group_key"]

    answers = [
        await clients.aigul.post(f"{V1}/{mention['id']}/dismiss"),
        await clients.aigul.post(f"{V2}/{group}/dismiss"),
    ]
    left = await types(clients.aigul)
    foreign = await clients.bolat.post(f"{V1}/{(await clients.aigul.get(V1)).json()[0]['id']}/dismiss")
    untouched = await types(clients.aigul)
    answers.append(await clients.aigul.post(f"{V1}/clear"))

    assert [(each.status_code, each.json()) for each in [*answers, foreign]] == [(200, {})] * 4
    assert sorted(left) == sorted(untouched) == ["mention", "reblog", "reblog"]
    assert await types(clients.aigul) == []


async def test_unread_are_those_above_the_marker(clients: Clients) -> None:
    post = await clients.school.post(clients.aigul.me)
    for client in (clients.bolat, await colleague(clients, "dana")):
        await client.post(f"{STATUSES}/{post.id}/favourite")
    newest = (await clients.aigul.get(V1)).json()[0]["id"]

    before = [(await clients.aigul.get(f"{path}/unread_count")).json() for path in (V1, V2)]
    capped = (await clients.aigul.get(f"{V1}/unread_count?limit=1")).json()
    await clients.aigul.post("/api/v1/markers", json={"notifications": {"last_read_id": newest}})
    after = (await clients.aigul.get(f"{V1}/unread_count")).json()

    assert before == [{"count": 2}, {"count": 1}]
    await clients.aigul.post("/api/v1/markers", json={"notifications": {"last_read_id": str(int(newest) - 1)}})
    moved_back = [(await clients.aigul.get(f"{path}/unread_count")).json() for path in (V1, V2)]
    assert (capped, after) == ({"count": 1}, {"count": 0})
    assert moved_back == [{"count": 1}] * 2


async def test_markers_are_kept_for_each_timeline_and_count_their_changes(clients: Clients) -> None:
    path = "/api/v1/markers"

    first = (await clients.aigul.post(path, data={"home[last_read_id]": "103", "public[last_read_id]": "1"})).json()
    second = (await clients.aigul.post(path, json={"home": {"last_read_id": "107"}})).json()
    read = (await clients.aigul.get(f"{path}?timeline[]=home&timeline[]=notifications")).json()

    assert problems("Marker", first["home"]) == []
    assert (list(first), second["home"]["version"], second["home"]["last_read_id"]) == (["home"], 2, "107")
    assert read == second
    assert (await clients.bolat.get(f"{path}?timeline[]=home")).json() == {}


async def test_nothing_is_told_of_a_post_that_is_hidden_by_now(clients: Clients) -> None:
    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/follow")
    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/follow")
    hidden = await clients.bolat.post(STATUSES, json={"status": "@aigul x", "visibility": "private"})
    assert await types(clients.aigul, f"{V1}?types=mention") == ["mention"]

    await clients.bolat.delete(f"{STATUSES}/{hidden.json()['id']}")

    assert await types(clients.aigul, f"{V1}?types=mention") == []
    assert (await clients.aigul.get(f"{V2}?types=mention")).json()["notification_groups"] == []


async def test_a_policy_is_chosen_class_by_class_in_both_its_forms(clients: Clients) -> None:
    fresh = (await clients.aigul.get(POLICY)).json()
    changed = (await clients.aigul.patch(POLICY, json={"for_not_following": "filter"})).json()
    put = (await clients.aigul.put(POLICY, data={"for_bots": "drop"})).json()
    old = (await clients.aigul.put(f"{V1}/policy", json={"filter_new_accounts": True})).json()
    wrong = await clients.aigul.patch(POLICY, json={"for_bots": "maybe"})

    assert problems("NotificationPolicy", fresh) == problems("NotificationPolicy", put) == []
    assert problems("V1::NotificationPolicy", old) == []
    assert {name for name, value in fresh.items() if value == "filter"} == {"for_limited_accounts"}
    assert (changed["for_not_following"], put["for_not_following"], put["for_bots"]) == ("filter", "filter", "drop")
    assert (old["filter_not_following"], old["filter_new_accounts"]) == (True, True)
    assert wrong.status_code == 422


async def mention_from_a_stranger(clients: Clients) -> dict[str, Any]:
    sent: dict[str, Any] = (await clients.bolat.post(STATUSES, json={"status": "@aigul hello"})).json()
    return sent


async def test_what_is_kept_apart_waits_as_a_request_until_it_is_let_through(clients: Clients) -> None:
    await clients.aigul.patch(POLICY, json={"for_not_following": "filter"})
    sent = await mention_from_a_stranger(clients)

    list_ = await types(clients.aigul)
    unread = (await clients.aigul.get(f"{V1}/unread_count")).json()
    with_filtered = (await clients.aigul.get(f"{V1}?include_filtered=true")).json()
    summary = (await clients.aigul.get(POLICY)).json()["summary"]
    requests = (await clients.aigul.get(f"{V1}/requests")).json()
    one = (await clients.aigul.get(f"{V1}/requests/{requests[0]['id']}")).json()
    accepted = await clients.aigul.post(f"{V1}/requests/{requests[0]['id']}/accept")

    assert (list_, unread) == ([], {"count": 0})
    assert [each["filtered"] for each in with_filtered] == [True]
    assert summary == {"pending_requests_count": 1, "pending_notifications_count": 1}
    assert problems("[NotificationRequest]", requests) == []
    assert (one, one["notifications_count"], one["last_status"]["id"]) == (requests[0], "1", sent["id"])
    assert (accepted.status_code, accepted.json()) == (200, {})
    assert await types(clients.aigul) == ["mention"]
    await mention_from_a_stranger(clients)
    assert await types(clients.aigul) == ["mention", "mention"]
    assert (await clients.aigul.get(f"{V1}/requests/merged")).json() == {"merged": True}
    assert (await clients.aigul.get(f"{V1}/requests")).json() == []


async def test_what_is_dismissed_unread_is_gone_and_the_next_waits_again(clients: Clients) -> None:
    await clients.aigul.patch(POLICY, json={"for_not_followers": "filter"})
    await mention_from_a_stranger(clients)

    await clients.aigul.post(f"{V1}/requests/dismiss", json={"id": [str(clients.bolat.me.id)]})
    gone = (await clients.aigul.get(f"{V1}?include_filtered=true")).json()
    await mention_from_a_stranger(clients)

    assert gone == []
    assert len((await clients.aigul.get(f"{V1}/requests")).json()) == 1
    assert (await clients.aigul.post(f"{V1}/requests/9/accept")).status_code == 404


@pytest.mark.parametrize(
    ("choice", "kept"),
    [
        ({"for_not_following": "drop"}, False),
        ({"for_not_followers": "drop"}, False),
        ({"for_new_accounts": "drop"}, False),
        ({"for_private_mentions": "drop"}, True),
        ({"for_bots": "drop"}, True),
    ],
)
async def test_what_is_dropped_is_never_made(clients: Clients, choice: dict[str, str], kept: bool) -> None:
    await clients.aigul.patch(POLICY, json=choice)

    await mention_from_a_stranger(clients)
    await clients.aigul.patch(POLICY, json=dict.fromkeys(choice, "accept"))

    assert bool((await clients.aigul.get(f"{V1}?include_filtered=true")).json()) is kept


async def test_a_message_nobody_asked_for_is_held_back_and_an_answer_is_not(clients: Clients) -> None:
    await clients.aigul.patch(POLICY, json={"for_private_mentions": "filter"})
    mine = await clients.school.post(clients.aigul.me, "@bolat hello", Circle.DIRECT)
    body = {"status": "@aigul psst", "visibility": "direct"}

    await clients.bolat.post(STATUSES, json=body)
    asked = (await clients.bolat.post(STATUSES, json=body | {"in_reply_to_id": str(mine.id)})).json()

    assert [each["status"]["id"] for each in (await clients.aigul.get(V1)).json()] == [asked["id"]]


async def test_moderators_are_told_of_reports_with_the_report(clients: Clients) -> None:
    admin = await let_in(clients.school, await clients.school.teacher("zarina"), role=Role.ADMIN)
    await clients.school.write(reports.report, clients.aigul.me, clients.bolat.me, NewReport("Rude"))
    flat = (await admin.get(V1)).json()
    grouped = (await admin.get(V2)).json()

    assert problems("[Notification]", flat) == problems("GroupedNotificationsResults", grouped) == []
    assert (flat[0]["type"], flat[0]["report"]["comment"]) == ("admin.report", "Rude")
    assert grouped["notification_groups"][0]["report"]["target_account"]["username"] == "bolat"


async def test_a_group_shows_the_newest_eight_of_its_people_and_counts_all(clients: Clients) -> None:
    """Behaviours 12.3 and 12.4: the same key in every form, and one of its own for what stands alone."""
    post = await clients.school.post(clients.aigul.me)

    async def unit(tx: Transaction) -> list[int]:
        people = [await make.teacher(tx, f"liker{number}") for number in range(10)]
        for each in people:
            await reactions.like(tx, each, post)
            await follows.follow(tx, each, clients.aigul.me)
        await posts.post(tx, people[0], Draft("@aigul Salem", Circle.PUBLIC))
        return [each.id for each in people]

    people = await clients.school.write(unit)
    found = (await clients.aigul.get(V2)).json()
    by_type = {each["type"]: each for each in found["notification_groups"]}
    flat = (await clients.aigul.get(f"{V1}?limit=40")).json()

    for kind in ("favourite", "follow"):
        assert by_type[kind]["notifications_count"] == 10
        assert by_type[kind]["sample_account_ids"] == [str(each) for each in reversed(people[2:])]
        assert {each["group_key"] for each in flat if each["type"] == kind} == {by_type[kind]["group_key"]}
    assert (by_type["favourite"]["status_id"], by_type["follow"]["status_id"]) == (str(post.id), None)
    mention = next(each for each in flat if each["type"] == "mention")
    assert mention["group_key"] == by_type["mention"]["group_key"] == f"ungrouped-{mention['id']}"
    assert {each["id"] for each in found["accounts"]} == {str(each) for each in [*people[2:], people[0]]}
    assert (await clients.aigul.get(f"{V2}/favourite-1-2")).status_code == 404


async def test_nothing_is_told_of_a_server_that_is_shut_out(clients: Clients) -> None:
    """Behaviour 12.10."""
    there = clients.network["kostanay"]
    marat = await there.teacher("marat")
    await there.knows(clients.aigul.me)
    for shut_out in (True, False):
        call = clients.aigul.post if shut_out else clients.aigul.delete
        await call("/api/v1/domain_blocks", params={"domain": there.host})
        await there.post(marat, f"@aigul@{clients.school.host} {shut_out}")
        await clients.network.drain()
        told = await types(clients.aigul)
        assert told == ([] if shut_out else ["mention"]), shut_out

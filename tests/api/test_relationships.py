"""How people stand to each other, as clients ask for it and change it."""

import pytest

from fedi.models.paging import Page
from fedi.models.posts import Circle
from fedi.store import actors, notifications
from fedi.store.database import Transaction
from tests.api.conftest import Client, Clients, let_in
from tests.api.specification import problems

ACCOUNTS = "/api/v1/accounts"
PREVIEW = "/api/v1/domain_blocks/preview"


async def test_relationships_come_in_the_order_asked_for_whole_and_without_whoever_is_not_there(
    clients: Clients,
) -> None:
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    await clients.aigul.post(f"{ACCOUNTS}/{dana.me.id}/follow")

    several = await clients.aigul.get(f"{ACCOUNTS}/relationships?id[]={dana.me.id}&id[]=9&id[]={clients.bolat.me.id}")
    single = await clients.aigul.get(f"{ACCOUNTS}/relationships?id={clients.aigul.me.id}")

    assert problems("[Relationship]", several.json() + single.json()) == []
    assert [(each["id"], each["following"]) for each in several.json()] == [
        (str(dana.me.id), True),
        (str(clients.bolat.me.id), False),
    ]
    assert [each["id"] for each in single.json()] == [str(clients.aigul.me.id)]


async def test_who_is_suspended_is_told_of_only_where_that_is_asked_for(clients: Clients) -> None:
    bolat, path = str(clients.bolat.me.id), f"{ACCOUNTS}/relationships?id={clients.bolat.me.id}"
    await clients.aigul.post(f"{ACCOUNTS}/{bolat}/follow")
    await clients.school.write(_suspend, clients.bolat.me.id)

    assert (await clients.aigul.get(path)).json() == []
    assert [each["id"] for each in (await clients.aigul.get(f"{path}&with_suspended=true")).json()] == [bolat]


async def _suspend(tx: Transaction, actor_id: int) -> None:
    await actors.set_suspended(tx, actor_id, tx.now)


async def test_a_follow_shows_on_both_sides_and_ends_on_both(clients: Clients) -> None:
    path = f"{ACCOUNTS}/{clients.bolat.me.id}"

    followed = (await clients.aigul.post(f"{path}/follow")).json()
    theirs = (await clients.bolat.get(f"{ACCOUNTS}/relationships?id={clients.aigul.me.id}")).json()[0]
    ended = (await clients.aigul.post(f"{path}/unfollow")).json()

    assert (followed["following"], followed["requested"], followed["showing_reblogs"]) == (True, False, True)
    assert theirs["followed_by"]
    assert (ended["following"], ended["showing_reblogs"]) == (False, False)


async def test_a_follow_of_somebody_elsewhere_shows_at_once_unless_she_has_to_agree(clients: Clients) -> None:
    there = clients.network["kostanay"]
    open_, locked = await there.teacher("dana"), await there.teacher("erlan", locked=True)
    here = [await clients.school.knows(each) for each in (open_, locked)]

    found = [(await clients.aigul.post(f"{ACCOUNTS}/{each.id}/follow")).json() for each in here]

    assert [(each["following"], each["requested"]) for each in found] == [(True, False), (False, True)]


async def test_who_follows_says_what_she_wants_and_says_it_again(clients: Clients) -> None:
    path = f"{ACCOUNTS}/{clients.bolat.me.id}/follow"

    first = (await clients.aigul.post(path, json={"reblogs": False, "languages": ["KK", "ru"]})).json()
    kept = (await clients.aigul.post(path, json={"notify": True})).json()
    cleared = (await clients.aigul.post(path, json={"reblogs": True, "languages": []})).json()

    assert (first["showing_reblogs"], first["notifying"], first["languages"]) == (False, False, ["kk", "ru"])
    assert (kept["showing_reblogs"], kept["notifying"], kept["languages"]) == (False, True, ["kk", "ru"])
    assert (cleared["showing_reblogs"], cleared["notifying"], cleared["languages"]) == (True, True, None)


async def test_a_home_holds_what_its_owner_wants_of_whom_she_follows(clients: Clients) -> None:
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    original = await clients.school.post(dana.me, "Original")
    wishes = {"reblogs": False, "languages": ["kk"]}
    await clients.aigul.post(f"{ACCOUNTS}/{clients.bolat.me.id}/follow", json=wishes)

    await clients.bolat.post(f"/api/v1/statuses/{original.id}/reblog")
    kazakh = await clients.school.post(clients.bolat.me, "Salem", language="kk")
    await clients.school.post(clients.bolat.me, "Privet", language="ru")
    unknown = await clients.school.post(clients.bolat.me, "?", language=None)
    home = (await clients.aigul.get("/api/v1/timelines/home")).json()

    assert {each["id"] for each in home} == {str(kazakh.id), str(unknown.id)}


async def test_who_asked_to_be_told_of_new_posts_is_told_but_not_of_boosts_and_answers(clients: Clients) -> None:
    await clients.aigul.post(f"{ACCOUNTS}/{clients.bolat.me.id}/follow", json={"notify": True})
    other = await clients.school.post(clients.aigul.me, "Mine")

    told = await clients.school.post(clients.bolat.me, "News", Circle.FOLLOWERS)
    await clients.bolat.post(f"/api/v1/statuses/{other.id}/reblog")
    await clients.school.post(clients.bolat.me, "Answer", in_reply_to_id=other.id)
    found = await clients.school.read(notifications.latest, clients.aigul.me.id, Page())

    assert [each.post_id for each in found if each.kind == "status"] == [told.id]


async def test_a_block_ends_follows_both_ways_and_is_lifted(clients: Clients) -> None:
    await clients.aigul.post(f"{ACCOUNTS}/{clients.bolat.me.id}/follow")
    await clients.bolat.post(f"{ACCOUNTS}/{clients.aigul.me.id}/follow")

    blocked = (await clients.aigul.post(f"{ACCOUNTS}/{clients.bolat.me.id}/block")).json()
    theirs = (await clients.bolat.get(f"{ACCOUNTS}/relationships?id={clients.aigul.me.id}")).json()[0]
    list_ = (await clients.aigul.get("/api/v1/blocks")).json()
    again = await clients.bolat.post(f"{ACCOUNTS}/{clients.aigul.me.id}/follow")
    lifted = (await clients.aigul.post(f"{ACCOUNTS}/{clients.bolat.me.id}/unblock")).json()

    assert (blocked["blocking"], blocked["following"], blocked["followed_by"]) == (True, False, False)
    assert theirs["blocked_by"]
    assert [each["username"] for each in list_] == ["bolat"]
    assert again.status_code == 403
    assert not lifted["blocking"]


@pytest.mark.parametrize(
    ("act", "undo", "flag"),
    [("follow", "unfollow", "following"), ("mute", "unmute", "muting"), ("block", "unblock", "blocking")],
)
async def test_what_is_done_or_undone_twice_is_answered_twice(clients: Clients, act: str, undo: str, flag: str) -> None:
    """Behaviours 4.9 and 8.4."""
    path = f"{ACCOUNTS}/{clients.bolat.me.id}"

    got = [await clients.aigul.post(f"{path}/{each}") for each in (undo, act, act, undo, undo)]

    assert [each.status_code for each in got] == [200] * 5
    assert [each.json()[flag] for each in got] == [False, True, True, False, False]
    assert problems("[Relationship]", [each.json() for each in got]) == []


async def test_who_is_blocked_sees_what_strangers_see_and_of_the_rest_nothing(clients: Clients) -> None:
    """Behaviour 4.5."""
    hidden = await clients.school.post(clients.aigul.me, "For the school", Circle.SCHOOL)
    shown = await clients.school.post(clients.aigul.me)
    await clients.aigul.post(f"{ACCOUNTS}/{clients.bolat.me.id}/block")

    for method, path in (("GET", ""), ("GET", "/context"), ("GET", "/history"), ("POST", "/favourite")):
        got = await clients.bolat.call(method, f"/api/v1/statuses/{hidden.id}{path}")
        assert (got.status_code, got.json()) == (404, {"error": "Record not found"}), path
    assert (await clients.bolat.get(f"/api/v1/statuses/{shown.id}")).status_code == 200
    assert (await clients.bolat.post(f"/api/v1/statuses/{shown.id}/favourite")).status_code in (403, 404)


async def test_a_mute_takes_its_notifications_along_and_lasts_unless_something_else_is_said(clients: Clients) -> None:
    """Behaviour 8.9."""
    for sent in ({}, {"duration": "0"}):
        muted = (await clients.aigul.post(f"{ACCOUNTS}/{clients.bolat.me.id}/mute", data=sent)).json()
        clients.network.clock.advance(days=400)
        [listed] = (await clients.aigul.get("/api/v1/mutes")).json()
        assert (muted["muting_notifications"], muted["muting_expires_at"], listed["mute_expires_at"]) == (
            True,
            None,
            None,
        )


async def test_a_mute_with_an_end_is_told_with_its_end_and_ends(clients: Clients) -> None:
    path = f"{ACCOUNTS}/{clients.bolat.me.id}"

    muted = (await clients.aigul.post(f"{path}/mute", data={"duration": "60", "notifications": "false"})).json()
    list_ = (await clients.aigul.get("/api/v1/mutes")).json()
    clients.network.clock.advance(minutes=2)
    over = (await clients.aigul.get(f"{ACCOUNTS}/relationships?id={clients.bolat.me.id}")).json()[0]

    assert problems("[MutedAccount]", list_) == []
    assert (muted["muting"], muted["muting_notifications"]) == (True, False)
    assert [each["mute_expires_at"] for each in list_] == [muted["muting_expires_at"]]
    assert not over["muting"]


async def test_a_follower_is_removed_without_being_blocked(clients: Clients) -> None:
    await clients.bolat.post(f"{ACCOUNTS}/{clients.aigul.me.id}/follow")

    removed = (await clients.aigul.post(f"{ACCOUNTS}/{clients.bolat.me.id}/remove_from_followers")).json()

    assert (removed["followed_by"], removed["blocking"]) == (False, False)


async def test_a_private_note_is_read_by_its_writer_only(clients: Clients) -> None:
    path = f"{ACCOUNTS}/{clients.bolat.me.id}/note"

    written = (await clients.aigul.post(path, json={"comment": "Teaches physics"})).json()
    theirs = (await clients.bolat.get(f"{ACCOUNTS}/relationships?id={clients.aigul.me.id}")).json()[0]
    too_long = await clients.aigul.post(path, json={"comment": "x" * 2001})
    cleared = (await clients.aigul.post(path)).json()

    assert (written["note"], theirs["note"], cleared["note"]) == ("Teaches physics", "", "")
    assert too_long.status_code == 422


async def test_requests_are_let_in_or_refused_once(clients: Clients) -> None:
    locked = await let_in(clients.school, await clients.school.teacher("dana", locked=True))
    for client in (clients.aigul, clients.bolat):
        asked = (await client.post(f"{ACCOUNTS}/{locked.me.id}/follow")).json()
        assert (asked["requested"], asked["following"]) == (True, False)

    waiting = (await locked.get("/api/v1/follow_requests")).json()
    let = await locked.post(f"/api/v1/follow_requests/{clients.aigul.me.id}/authorize")
    refused = await locked.post(f"/api/v1/follow_requests/{clients.bolat.me.id}/reject")
    again = await locked.post(f"/api/v1/follow_requests/{clients.bolat.me.id}/authorize")

    assert [each["username"] for each in waiting] == ["bolat", "aigul"]
    assert (let.json()["followed_by"], refused.json()["followed_by"]) == (True, False)
    assert again.status_code == 404


@pytest.mark.parametrize(("answer", "left"), [("authorize", ["follow"]), ("reject", [])])
async def test_of_a_request_that_has_its_answer_no_notification_asks_any_more(
    clients: Clients, answer: str, left: list[str]
) -> None:
    locked = await let_in(clients.school, await clients.school.teacher("dana", locked=True))
    await clients.aigul.post(f"{ACCOUNTS}/{locked.me.id}/follow")
    assert await _told(locked) == ["follow_request"]

    await locked.post(f"/api/v1/follow_requests/{clients.aigul.me.id}/{answer}")

    assert await _told(locked) == left


async def test_whoever_decides_no_more_who_follows_her_lets_in_all_who_wait(clients: Clients) -> None:
    there = clients.network["kostanay"]
    marat = await there.teacher("marat")
    locked = await let_in(clients.school, await clients.school.teacher("dana", locked=True))
    await clients.aigul.post(f"{ACCOUNTS}/{locked.me.id}/follow")
    await there.follow(marat, await there.knows(locked.me))
    await clients.network.drain()
    assert len((await locked.get("/api/v1/follow_requests")).json()) == 2

    await locked.patch(f"{ACCOUNTS}/update_credentials", json={"display_name": "Dana"})
    await clients.network.drain()
    assert len((await locked.get("/api/v1/follow_requests")).json()) == 2

    await locked.patch(f"{ACCOUNTS}/update_credentials", json={"locked": False})
    await clients.network.drain()
    assert (await locked.get("/api/v1/follow_requests")).json() == []
    assert len((await locked.get(f"{ACCOUNTS}/{locked.me.id}/followers")).json()) == 2
    assert await _told(locked) == ["follow", "follow"]


async def test_who_takes_back_a_follow_or_a_request_is_told_of_no_more_and_anew_when_she_comes_again(
    clients: Clients,
) -> None:
    locked = await let_in(clients.school, await clients.school.teacher("dana", locked=True))
    for other, kind in ((locked, "follow_request"), (clients.bolat, "follow")):
        for _ in range(2):
            await clients.aigul.post(f"{ACCOUNTS}/{other.me.id}/follow")
            assert await _told(other) == [kind]
            await clients.aigul.post(f"{ACCOUNTS}/{other.me.id}/unfollow")
            assert await _told(other) == []


async def _told(client: Client) -> list[str]:
    return [each["type"] for each in (await client.get("/api/v1/notifications")).json()]


async def test_nothing_of_a_muted_server_is_shown_and_its_people_follow_no_more(clients: Clients) -> None:
    there = clients.network["kostanay"]
    dana = await there.teacher("dana")
    await clients.school.follow(clients.aigul.me, dana)
    await there.follow(dana, clients.aigul.me)
    await there.post(dana, "From there")
    await clients.network.drain()
    before = (await clients.aigul.get("/api/v1/timelines/home")).json()

    foreseen = await clients.aigul.get(PREVIEW, params={"domain": there.host.upper()})
    muted = await clients.aigul.post("/api/v1/domain_blocks", data={"domain": there.host.upper()})
    relationship = (
        await clients.aigul.get(f"{ACCOUNTS}/relationships?id={(await clients.school.knows(dana)).id}")
    ).json()[0]
    home = (await clients.aigul.get("/api/v1/timelines/home")).json()
    list_ = (await clients.aigul.get("/api/v1/domain_blocks")).json()
    seen_after = (await clients.aigul.get(PREVIEW, params={"domain": there.host})).json()
    await clients.aigul.delete("/api/v1/domain_blocks", params={"domain": there.host})
    after = (await clients.aigul.get("/api/v1/timelines/home")).json()

    assert foreseen.json() == {"following_count": 1, "followers_count": 1}
    assert seen_after == {"following_count": 1, "followers_count": 0}
    assert (muted.status_code, muted.json(), list_) == (200, {}, [there.host])
    assert (relationship["domain_blocking"], relationship["followed_by"]) == (True, False)
    assert (len(before), home, len(after)) == (1, [], 1)


@pytest.mark.parametrize("domain", ["almaty.test", "", "not a host", "a" * 300])
async def test_what_is_no_other_server_is_not_muted(clients: Clients, domain: str) -> None:
    answered = await clients.aigul.post("/api/v1/domain_blocks", data={"domain": domain})

    assert answered.status_code in (400, 422)


@pytest.mark.parametrize("domain", ["", "not a host", "a" * 300])
async def test_nothing_is_foreseen_of_what_is_no_server(clients: Clients, domain: str) -> None:
    assert (await clients.aigul.get(PREVIEW, params={"domain": domain})).status_code in (400, 422)
    assert (await clients.stranger.get(PREVIEW, params={"domain": domain})).status_code == 401


async def test_familiar_followers_are_those_one_follows(clients: Clients) -> None:
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    for client in (clients.bolat, clients.aigul):
        await client.post(f"{ACCOUNTS}/{dana.me.id}/follow")
    await clients.aigul.post(f"{ACCOUNTS}/{clients.bolat.me.id}/follow")

    found = await clients.aigul.call("GET", f"{ACCOUNTS}/familiar_followers", json={"id": [str(dana.me.id), "9"]})

    assert problems("[FamiliarFollowers]", found.json()) == []
    assert [[each["username"] for each in entry["accounts"]] for entry in found.json()] == [["bolat"], []]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("follow", "Following your own account is not allowed"),
        ("block", "This action is not allowed"),
        ("mute", "This action is not allowed"),
    ],
)
async def test_nobody_does_to_herself_what_is_for_others(clients: Clients, what: str, said: str) -> None:
    """Behaviour 8.3."""
    got = await clients.aigul.post(f"{ACCOUNTS}/{clients.aigul.me.id}/{what}")

    assert (got.status_code, got.json()["error"]) == (403, said)
    assert (await clients.aigul.post(f"{ACCOUNTS}/9/{what}")).status_code == 404

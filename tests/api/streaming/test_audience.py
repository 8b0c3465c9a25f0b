"""Who hears of what: the rules of timelines hold for streams (behaviours 13.4, 13.5, 13.9, 14.8)."""

import pytest

from fedi.models.posts import Circle
from fedi.store import actors, streamed, visibility
from fedi.store.database import Transaction
from tests.api import specification
from tests.api.conftest import Client, Clients, let_in
from tests.api.streaming.listening import Socket, say, socket

EVERYBODY = ("public", "public:local")
EXAMS = {"title": "Exams", "context": ["home"], "keywords_attributes": [{"keyword": "exam"}]}


async def next_update(heard: Socket) -> str:
    frame = await heard.next()
    assert frame["event"] == "update", frame
    return str(frame["payload"]["id"])


async def follow(follower: Client, followed: Client) -> None:
    await follower.post(f"/api/v1/accounts/{followed.me.id}/follow")


@pytest.mark.parametrize("visibility_", ["public", "unlisted", "private", "direct"])
async def test_many_readers_of_one_post_are_told_apart_by_the_rule_for_one_reader(
    clients: Clients, visibility_: str
) -> None:
    school, people = clients.school, [clients.aigul.me, clients.bolat.me]
    for prepare in (None, f"/api/v1/accounts/{clients.aigul.me.id}/mute"):
        if prepare:
            await clients.bolat.post(prepare)
        post_id = int(await say(clients.aigul, visibility=visibility_))

        found = await school.read(streamed.readers, post_id, [each.id for each in people])

        assert set(found) == {each.id for each in people if await school.read(visibility.wanted_ids, each, [post_id])}


async def test_a_post_for_the_school_is_on_its_stream_and_on_none_of_the_network(clients: Clients) -> None:
    async with socket(clients.aigul, *EVERYBODY) as heard:
        inside = await say(clients.bolat, visibility="private")  # what clients say where the school is meant
        outside = await say(clients.bolat)

        frames = [await heard.next() for _ in range(3)]

    assert [(each["stream"][0], each["payload"]["id"]) for each in frames] == [
        ("public:local", inside),
        ("public", outside),
        ("public:local", outside),
    ]
    assert (frames[0]["payload"]["circle"], frames[0]["payload"]["local_only"]) == ("school", True)


async def test_unlisted_and_direct_posts_answers_and_boosts_are_on_no_public_stream(clients: Clients) -> None:
    asked = await say(clients.bolat)
    async with socket(clients.aigul, *EVERYBODY) as heard:
        await say(clients.bolat, visibility="unlisted")
        await say(clients.bolat, "Salem @aigul", visibility="direct")
        await say(clients.aigul, in_reply_to_id=asked)
        await clients.aigul.post(f"/api/v1/statuses/{asked}/reblog")
        told = await say(clients.bolat)

        assert [await next_update(heard) for _ in range(2)] == [told, told]


async def test_answers_with_a_hashtag_are_on_its_stream_and_unlisted_posts_are_not(clients: Clients) -> None:
    asked = await say(clients.bolat)
    async with socket(clients.aigul, stream="hashtag", tag="math") as heard:
        await say(clients.bolat, "Salem #math", visibility="unlisted")
        await say(clients.bolat, "Salem #physics")
        answer = await say(clients.aigul, "Salem #MATH", in_reply_to_id=asked)

        assert await next_update(heard) == answer


@pytest.mark.parametrize("how", ["mute", "block"])
async def test_whoever_mutes_or_blocks_somebody_hears_nothing_of_her(clients: Clients, how: str) -> None:
    await follow(clients.aigul, clients.bolat)
    await clients.aigul.post(f"/api/v1/accounts/{clients.bolat.me.id}/{how}")
    async with socket(clients.aigul, "user", "public", "public:local") as heard:
        await say(clients.bolat, "Salem @aigul #math")
        mine = await say(clients.aigul)

        assert await next_update(heard) == mine


async def test_whom_moderators_have_limited_is_heard_by_her_followers_and_herself(clients: Clients) -> None:
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    await follow(dana, clients.bolat)
    await clients.school.write(actors.set_limited, clients.bolat.me.id, 1)
    async with (
        socket(clients.aigul, *EVERYBODY) as stranger,
        socket(dana, "public", "user") as follower,
        socket(clients.bolat, "public") as herself,
    ):
        limited = await say(clients.bolat)
        later = await say(clients.aigul)

        assert [await next_update(stranger) for _ in range(2)] == [later, later]
        assert [await next_update(follower) for _ in range(2)] == [limited, limited]
        assert await next_update(herself) == limited


async def test_who_is_blocked_hears_nothing_of_her_who_did_it(clients: Clients) -> None:
    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/block")
    async with socket(clients.aigul, "public") as heard:
        await say(clients.bolat)
        mine = await say(clients.aigul)

        assert await next_update(heard) == mine


async def test_posts_of_a_muted_server_are_not_heard_and_others_are_remote(clients: Clients) -> None:
    elsewhere = clients.network["kostanay"]
    dana = await elsewhere.teacher("dana")
    await clients.school.follow(clients.aigul.me, dana)
    async with (
        socket(clients.aigul, "public", "public:remote", "public:local", "user") as heard,
        socket(clients.bolat, "public") as deaf,
    ):
        await clients.bolat.post("/api/v1/domain_blocks", params={"domain": elsewhere.host})
        await elsewhere.post(dana, "From elsewhere")
        await clients.network.drain()
        mine = await say(clients.bolat)

        frames = [await heard.next() for _ in range(4)]
        assert await next_update(deaf) == mine

    assert [each["stream"][0] for each in frames] == ["user", "public", "public:remote", "public"]
    assert frames[0]["payload"]["account"]["acct"] == f"dana@{elsewhere.host}"


async def test_messages_reach_only_whom_they_name(clients: Clients) -> None:
    await follow(clients.aigul, clients.bolat)
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    await follow(dana, clients.bolat)
    async with socket(clients.aigul, "user") as named, socket(dana, "user") as other:
        message = await say(clients.bolat, "Only for @aigul", visibility="direct")
        later = await say(clients.bolat)

        assert {(await named.next())["event"] for _ in range(2)} == {"update", "notification"}
        assert await next_update(other) == later

    assert message != later


async def test_a_home_shows_how_its_reader_stands_to_a_post_and_a_public_stream_does_not(clients: Clients) -> None:
    await follow(clients.aigul, clients.bolat)
    post_id = await say(clients.bolat)
    await clients.aigul.post(f"/api/v1/statuses/{post_id}/favourite")
    async with socket(clients.aigul, "user", "public") as heard, socket(clients.bolat, "user") as author:
        await clients.bolat.put(f"/api/v1/statuses/{post_id}", json={"status": "Changed"})

        home, public, hers = await heard.next(), await heard.next(), await author.next()

    assert [(each["stream"], each["event"]) for each in (home, public)] == [
        (["user"], "status.update"),
        (["public"], "status.update"),
    ]
    assert (home["payload"]["favourited"], "favourited" in public["payload"]) == (True, False)
    assert (hers["payload"]["favourited"], hers["payload"]["pinned"]) == (False, False)
    assert "Changed" in home["payload"]["content"]
    assert specification.problems("Status", hers["payload"]) == []


async def test_people_who_stand_alike_to_a_post_get_it_and_each_on_her_own_streams(clients: Clients) -> None:
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    for each in (clients.aigul, dana):
        await follow(each, clients.bolat)
    async with (
        socket(clients.aigul, "user") as one,
        socket(clients.aigul, "user") as two,
        socket(dana, "user") as three,
    ):
        post_id = await say(clients.bolat)

        assert [await next_update(each) for each in (one, two, three)] == [post_id] * 3


async def test_a_post_that_comes_home_by_a_boost_is_shown_to_its_author_as_her_own(clients: Clients) -> None:
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    for each in (clients.aigul, dana):
        await follow(each, clients.bolat)
    mine = await say(clients.aigul)
    await clients.school.write(_empty_homes)  # nobody is told of a boost who has the post among her latest
    async with socket(clients.aigul, "user") as author, socket(dana, "user") as other:
        await clients.bolat.post(f"/api/v1/statuses/{mine}/reblog")
        frames = [await author.next(), await author.next()]
        [hers] = [each["payload"]["reblog"] for each in frames if each["event"] == "update"]
        theirs = (await other.next())["payload"]["reblog"]

    assert (hers["id"], hers["pinned"], theirs["id"], "pinned" in theirs) == (mine, False, mine, False)


async def _empty_homes(tx: Transaction) -> None:
    await tx.execute("DELETE FROM home_entries")


async def test_a_list_hears_of_its_people(clients: Clients) -> None:
    await follow(clients.aigul, clients.bolat)
    made = (await clients.aigul.post("/api/v1/lists", json={"title": "Mine"})).json()["id"]
    await clients.aigul.post(f"/api/v1/lists/{made}/accounts", json={"account_ids": [str(clients.bolat.me.id)]})
    async with socket(clients.aigul) as heard:
        heard.subscribe("list", list=made)
        await heard.settled()
        await say(clients.aigul)
        post_id = await say(clients.bolat)
        await clients.bolat.put(f"/api/v1/statuses/{post_id}", json={"status": "Changed"})
        await clients.bolat.delete(f"/api/v1/statuses/{post_id}")

        frames = [await heard.next() for _ in range(3)]

    assert [each["event"] for each in frames] == ["update", "status.update", "delete"]
    assert {tuple(each["stream"]) for each in frames} == {("list", made)}


async def test_a_deletion_is_told_where_the_post_was(clients: Clients) -> None:
    await follow(clients.aigul, clients.bolat)
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    public, for_followers = await say(clients.bolat), await say(clients.bolat, "Salem @aigul", visibility="direct")
    async with socket(clients.aigul, "user", "public") as reader, socket(dana, "user", "public") as other:
        for each in (for_followers, public):
            await clients.bolat.delete(f"/api/v1/statuses/{each}")

        frames = [await reader.next() for _ in range(3)]
        seen = await other.next()

    assert [(each["stream"], each["event"], each["payload"]) for each in frames] == [
        (["user"], "delete", for_followers),
        (["user"], "delete", public),
        (["public"], "delete", public),
    ]
    assert (seen["stream"], seen["payload"]) == (["public"], public)


async def test_a_boost_that_is_taken_back_is_gone_from_homes_and_so_are_those_of_a_deleted_post(
    clients: Clients,
) -> None:
    post_id = await say(clients.bolat)
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    await follow(dana, clients.aigul)
    async with socket(dana, "user") as heard:
        boosts = []
        for _ in range(2):
            await clients.aigul.post(f"/api/v1/statuses/{post_id}/reblog")
            boosts.append(await next_update(heard))
            if len(boosts) == 1:
                await clients.aigul.post(f"/api/v1/statuses/{post_id}/unreblog")
                assert await heard.next() == {"stream": ["user"], "event": "delete", "payload": boosts[0]}
        await clients.bolat.delete(f"/api/v1/statuses/{post_id}")

        assert await heard.next() == {"stream": ["user"], "event": "delete", "payload": boosts[1]}


async def test_a_notification_is_told_on_both_streams(clients: Clients) -> None:
    mine = await say(clients.aigul)
    async with socket(clients.aigul, "user", "user:notification") as heard:
        await clients.bolat.post(f"/api/v1/statuses/{mine}/favourite")
        frames = [await heard.next(), await heard.next()]

    told = (await clients.aigul.get("/api/v1/notifications")).json()[0]
    assert [(each["stream"], each["event"]) for each in frames] == [
        (["user"], "notification"),
        (["user:notification"], "notification"),
    ]
    assert frames[0]["payload"] == frames[1]["payload"] == told
    assert specification.problems("Notification", told) == []


async def test_what_is_kept_apart_is_not_told_until_it_is_let_through(clients: Clients) -> None:
    await clients.aigul.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    mine = await say(clients.aigul)
    async with socket(clients.aigul, "user:notification") as heard:
        await clients.bolat.post(f"/api/v1/statuses/{mine}/favourite")
        await clients.aigul.post(f"/api/v1/notifications/requests/{clients.bolat.me.id}/accept")

        assert await heard.next() == {"stream": ["user:notification"], "event": "notifications_merged"}


async def test_a_notification_that_was_taken_back_at_once_is_not_told(clients: Clients) -> None:
    mine = await say(clients.aigul)
    async with socket(clients.aigul, "user") as heard:
        clients.school.instance.hub.publish(f"notifications:{clients.aigul.me.id}", 12)
        await clients.bolat.post(f"/api/v1/statuses/{mine}/favourite")

        assert (await heard.next())["payload"]["type"] == "favourite"


async def test_a_change_of_filters_is_told_without_payload(clients: Clients) -> None:
    async with socket(clients.aigul, "user", "public") as heard:
        await clients.aigul.post("/api/v2/filters", json=EXAMS)

        assert await heard.next() == {"stream": ["user"], "event": "filters_changed"}


async def test_each_reader_is_told_which_of_her_own_filters_a_post_matches(clients: Clients) -> None:
    dana = await let_in(clients.school, await clients.school.teacher("dana"))
    for each in (clients.aigul, dana):
        await follow(each, clients.bolat)
    await clients.aigul.post("/api/v2/filters", json=EXAMS)
    async with socket(clients.aigul, "user") as hers, socket(dana, "user") as others:
        await say(clients.bolat, "An exam")

        found = [(await each.next())["payload"]["filtered"] for each in (hers, others)]

    assert [[match["keyword_matches"] for match in each] for each in found] == [[["exam"]], []]


async def test_a_post_deleted_before_it_was_told_is_passed_over(clients: Clients) -> None:
    async with socket(clients.aigul, "public") as heard:
        clients.school.instance.hub.publish("posts", 12)
        post_id = await say(clients.bolat)

        assert await next_update(heard) == post_id


async def test_drafts_are_on_no_stream(clients: Clients) -> None:
    async with socket(clients.aigul, "user", "public") as heard:
        clients.school.instance.hub.publish("posts", await _draft(clients))
        post_id = await say(clients.bolat)

        assert await next_update(heard) == post_id


async def _draft(clients: Clients) -> int:
    return (await clients.school.post(clients.aigul.me, "Not yet", Circle.DRAFT)).id


async def test_a_message_changes_the_conversation_of_whom_it_names(clients: Clients) -> None:
    async with socket(clients.aigul, "direct") as named, socket(clients.bolat, "direct") as author:
        message = await say(clients.bolat, "Only for @aigul", visibility="direct")
        frame, hers = await named.next(), await author.next()

    [told] = (await clients.aigul.get("/api/v1/conversations")).json()
    assert (frame["stream"], frame["event"], frame["payload"]) == (["direct"], "conversation", told)
    assert (told["last_status"]["id"], told["unread"], hers["payload"]["unread"]) == (message, True, False)
    assert specification.problems("Conversation", told) == []


async def test_a_conversation_that_somebody_has_left_is_not_told_of(clients: Clients) -> None:
    async with socket(clients.aigul, "direct") as heard:
        clients.school.instance.hub.publish(f"conversations:{clients.aigul.me.id}", 12)
        message = await say(clients.bolat, "Only for @aigul", visibility="direct")

        assert (await heard.next())["payload"]["last_status"]["id"] == message

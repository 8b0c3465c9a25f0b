"""Conversations through the API: what people write each other directly."""

from typing import Any

from fedi.models.posts import Circle
from tests.api.conftest import Client, Clients
from tests.api.specification import problems

CONVERSATIONS = "/api/v1/conversations"
STATUSES = "/api/v1/statuses"


async def write(client: Client, text: str, **params: Any) -> dict[str, Any]:
    posted = await client.post(STATUSES, json={"status": text, "visibility": "direct", **params})
    assert posted.status_code == 200, posted.text
    return dict(posted.json())


async def conversations(client: Client, query: str = "") -> list[dict[str, Any]]:
    got = await client.get(f"{CONVERSATIONS}{query}")
    assert got.status_code == 200
    for each in got.json():
        assert problems("Conversation", each) == []
    return list(got.json())


async def test_a_message_begins_a_conversation_that_only_its_people_have(clients: Clients) -> None:
    message = await write(clients.aigul, "@bolat Have you got the microscopes?")

    [hers], [his] = await conversations(clients.aigul), await conversations(clients.bolat)

    assert (hers["unread"], his["unread"]) == (False, True)
    assert [each["acct"] for each in hers["accounts"]] == ["bolat"]
    assert [each["acct"] for each in his["accounts"]] == ["aigul"]
    assert hers["last_status"]["id"] == his["last_status"]["id"] == message["id"]
    assert (await clients.stranger.get(CONVERSATIONS)).status_code == 401


async def test_whoever_writes_to_herself_talks_with_herself_since_clients_show_a_face(clients: Clients) -> None:
    await write(clients.aigul, "Do not forget the microscopes")

    [note] = await conversations(clients.aigul)

    assert [each["acct"] for each in note["accounts"]] == ["aigul"]


async def test_an_answer_goes_on_with_the_conversation_and_an_open_post_begins_none(clients: Clients) -> None:
    message = await write(clients.aigul, "@bolat Have you got the microscopes?")
    answer = await write(clients.bolat, "@aigul In room 12", in_reply_to_id=message["id"])
    await clients.aigul.post(STATUSES, json={"status": "@bolat thanks to everybody", "visibility": "public"})

    [hers] = await conversations(clients.aigul)

    assert (hers["last_status"]["id"], hers["unread"]) == (answer["id"], True)
    [his] = await conversations(clients.bolat)
    assert his["unread"] is False


async def test_a_conversation_is_read_and_kept_for_later(clients: Clients) -> None:
    await write(clients.aigul, "@bolat Have you got the microscopes?")
    [his] = await conversations(clients.bolat)
    path = f"{CONVERSATIONS}/{his['id']}"

    read = await clients.bolat.post(f"{path}/read")
    again = await clients.bolat.post(f"{path}/unread")

    assert (read.json()["unread"], again.json()["unread"]) == (False, True)
    assert problems("Conversation", read.json()) == []
    assert (await clients.bolat.post(f"{CONVERSATIONS}/1/read")).status_code == 404


async def test_a_hidden_conversation_comes_back_with_its_next_post(clients: Clients) -> None:
    message = await write(clients.aigul, "@bolat Have you got the microscopes?")
    [his] = await conversations(clients.bolat)

    assert (await clients.bolat.delete(f"{CONVERSATIONS}/{his['id']}")).json() == {}
    assert await conversations(clients.bolat) == []
    assert len(await conversations(clients.aigul)) == 1
    assert (await clients.bolat.delete(f"{CONVERSATIONS}/{his['id']}")).status_code == 404

    await write(clients.aigul, "@bolat Hello?", in_reply_to_id=message["id"])
    assert len(await conversations(clients.bolat)) == 1


async def test_a_deleted_message_leaves_the_one_before_it_and_the_only_one_nothing(clients: Clients) -> None:
    message = await write(clients.aigul, "@bolat Have you got the microscopes?")
    answer = await write(clients.bolat, "@aigul In room 12", in_reply_to_id=message["id"])

    await clients.bolat.delete(f"{STATUSES}/{answer['id']}")
    assert [each["last_status"]["id"] for each in await conversations(clients.aigul)] == [message["id"]]
    await clients.aigul.delete(f"{STATUSES}/{message['id']}")
    assert (await conversations(clients.aigul), await conversations(clients.bolat)) == ([], [])


async def test_the_conversations_of_a_person_are_paged_by_their_last_posts(clients: Clients) -> None:
    messages = [await write(clients.aigul, f"@bolat Question {number}") for number in range(3)]

    first = await clients.bolat.get(f"{CONVERSATIONS}?limit=2")
    assert [each["last_status"]["id"] for each in first.json()] == [messages[2]["id"], messages[1]["id"]]
    assert f"max_id={messages[1]['id']}" in first.headers["Link"]
    rest = await conversations(clients.bolat, f"?max_id={messages[1]['id']}")
    assert [each["last_status"]["id"] for each in rest] == [messages[0]["id"]]
    above = await conversations(clients.bolat, f"?min_id={messages[0]['id']}&limit=1")
    assert [each["last_status"]["id"] for each in above] == [messages[1]["id"]]


async def test_whoever_is_blocked_or_muted_has_no_conversation_with_her(clients: Clients) -> None:
    await write(clients.aigul, "@bolat Have you got the microscopes?")

    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/mute")
    assert await conversations(clients.bolat) == []
    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/unmute")
    assert len(await conversations(clients.bolat)) == 1
    await clients.bolat.post(f"/api/v1/accounts/{clients.aigul.me.id}/block")
    assert await conversations(clients.bolat) == []


async def test_a_message_from_another_school_and_whoever_an_edit_names_are_in_the_conversation(
    clients: Clients,
) -> None:
    network, elsewhere = clients.network, clients.network["kostanay"]
    olga = await elsewhere.teacher("olga")
    await elsewhere.knows(clients.aigul.me)
    await elsewhere.post(olga, f"@aigul@{clients.school.host} Our lesson plans", Circle.DIRECT)
    await network.drain()

    [hers] = await conversations(clients.aigul)
    assert ([each["username"] for each in hers["accounts"]], hers["unread"]) == (["olga"], True)

    message = await write(clients.aigul, "A note to myself")
    await clients.aigul.put(f"{STATUSES}/{message['id']}", json={"status": "@bolat a note to you"})
    [his] = await conversations(clients.bolat)
    assert his["last_status"]["id"] == message["id"]


async def test_whom_an_edit_leaves_out_has_what_came_before_it(clients: Clients) -> None:
    first = await write(clients.aigul, "@bolat Have you got the microscopes?")
    second = await write(clients.aigul, "@bolat They are in room 12", in_reply_to_id=first["id"])
    alone = await write(clients.aigul, "@bolat By mistake")

    for each in (second, alone):
        await clients.aigul.put(f"{STATUSES}/{each['id']}", json={"status": "To myself"})

    assert [each["last_status"]["id"] for each in await conversations(clients.bolat)] == [first["id"]]
    hers = [each["last_status"]["id"] for each in await conversations(clients.aigul)]
    assert hers == [alone["id"], second["id"]]


async def test_an_edit_that_names_somebody_new_leaves_what_others_have_read_alone(clients: Clients) -> None:
    message = await write(clients.aigul, "A question")
    await clients.aigul.put(f"{STATUSES}/{message['id']}", json={"status": "@bolat a question"})
    await write(clients.bolat, "@aigul an answer", in_reply_to_id=message["id"])

    await clients.aigul.put(f"{STATUSES}/{message['id']}", json={"status": "@bolat a better question"})

    [hers], [his] = await conversations(clients.aigul), await conversations(clients.bolat)
    assert (hers["unread"], his["unread"]) == (True, False)


async def test_the_old_timeline_of_messages_has_what_conversations_have(clients: Clients) -> None:
    message = await write(clients.aigul, "@bolat Have you got the microscopes?")
    await clients.aigul.post(STATUSES, json={"status": "Good morning", "visibility": "public"})

    hers = (await clients.aigul.get("/api/v1/timelines/direct")).json()
    his = (await clients.bolat.get("/api/v1/timelines/direct")).json()

    assert [each["id"] for each in hers] == [each["id"] for each in his] == [message["id"]]
